"""Switches recording on for the whole process."""

from __future__ import annotations

from mem0_usage.audit_file import AUDIT_FILE, AuditPath
from mem0_usage.threads import copy_request_into_threads


def record_usage_in(audit_log_path: AuditPath) -> None:
    """
    Records all usage of this process from now on, in the file that `audit_log_path()` names at the time of the write.

    `UsageMiddleware` calls it; a program without web requests does so itself.
    """
    AUDIT_FILE.use(audit_log_path)
    copy_request_into_threads()
