"""An audit file in a temporary folder, to which the module records while a test runs."""

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path

from mem0_usage import flush_usage, record_usage_in


class AuditLog:
    def __init__(self, path):
        self.path = path

    def records(self, kind=None):
        """All that was recorded so far, or that of one type, without the time; each line must be a JSON object."""
        assert flush_usage(30)
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        records = [json.loads(line) for line in lines]
        return [record for record in records if kind in (None, record.get("type"))]


@contextmanager
def audit_log():
    with tempfile.TemporaryDirectory() as folder:
        log = AuditLog(Path(folder) / "audit-2026-11-21.jsonl")
        record_usage_in(lambda: log.path)
        yield log
        assert flush_usage(30)
