"""Tells which request the calls of models belong to: an ASGI middleware, for FastAPI and Starlette."""

from __future__ import annotations

import json
from collections.abc import Awaitable, MutableMapping
from typing import Any, Callable
from urllib.parse import parse_qs

from mem0_usage.audit_file import AuditPath
from mem0_usage.recording import record_usage_in
from mem0_usage.request import request_usage
from mem0_usage.usage import Caller

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class UsageMiddleware:
    """
    Records what each request used in the service's audit file.

    `app.add_middleware(UsageMiddleware, audit_log_path=get_audit_log_path)`
    """

    def __init__(self, app: App, audit_log_path: AuditPath) -> None:
        self._app = app
        record_usage_in(audit_log_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body: list[bytes] = []

        async def receive_and_keep() -> Message:
            message = await receive()
            body.append(message.get("body", b""))
            return message

        with request_usage(lambda: _caller_of(scope, b"".join(body))):
            await self._app(scope, receive_and_keep, send)


def _caller_of(scope: Scope, body: bytes) -> Caller:
    """As the service finds them: `agent_id` and `user_id` of the body, else of the query."""
    query = {name: values[0] for name, values in parse_qs(scope.get("query_string", b"").decode("latin-1")).items()}
    members = {**query, **_text_members_of(body)}
    return Caller(scope["path"], members.get("agent_id", "-"), members.get("user_id", "-"))


def _text_members_of(body: bytes) -> dict[str, str]:
    try:
        members = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(members, dict):
        return {}
    return {name: value for name, value in members.items() if isinstance(value, str) and value}
