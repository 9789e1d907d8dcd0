"""What one request uses, counted over all of its threads, and recorded when it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import datetime, timezone
from typing import Callable

from mem0_usage.audit_file import AUDIT_FILE
from mem0_usage.harmless import harmless
from mem0_usage.usage import LLM, Caller, Meter, Usage, UsageByMeter, added, record_of, subtracted


class RequestUsage:
    """
    The usage of one request. Any thread may add to it at any time: what comes after the end is recorded by itself.

    `caller` is asked once the usage is recorded, by the thread that writes.
    """

    def __init__(self, caller: Callable[[], Caller] = Caller) -> None:
        self._caller = caller
        self._lock = threading.Lock()
        self._unrecorded: UsageByMeter = {}
        # The answered LLM calls since the last reset, and those of them that whoever was told of them records.
        self._counted: UsageByMeter = {}
        self._told: UsageByMeter = {}
        self._is_taken_over = False
        self._has_ended = False

    def add(self, meter: Meter, usage: Usage) -> None:
        with self._lock:
            if not self._has_ended:
                self._unrecorded = added(self._unrecorded, {meter: usage})
                if meter.kind == LLM and usage.calls > 0:
                    self._counted = added(self._counted, {meter: usage})
                return
        record_usage(self._caller, {meter: usage})

    def reset(self) -> None:
        """Begins to count anew what `token_stats` tells; nothing that is to be recorded is forgotten."""
        with self._lock:
            self._counted = {}
            self._told = {}

    def token_stats(self) -> dict[str, int]:
        """The answered LLM calls since the last reset. They are not recorded here any more, unless taken over."""
        with self._lock:
            if not self._is_taken_over:
                self._unrecorded = subtracted(added(self._unrecorded, self._told), self._counted)
                self._told = self._counted
            total = Usage()
            for usage in self._counted.values():
                total = total.plus(usage)
        return {
            "llm_calls": total.calls,
            "input_tokens": total.input_tokens,
            "output_tokens": total.output_tokens,
            "total_tokens": total.total_tokens,
        }

    def take_over(self) -> None:
        """Records what `token_stats` told after all."""
        with self._lock:
            self._is_taken_over = True
            self._unrecorded = added(self._unrecorded, self._told)
            self._told = {}

    @harmless()
    def end(self) -> None:
        """Records the usage."""
        with self._lock:
            self._has_ended = True
            used = self._unrecorded
        record_usage(self._caller, used)


def record_usage(caller: Callable[[], Caller], used: UsageByMeter) -> None:
    """Has one record written for each meter that counted anything, with the time of now."""
    counted = {meter: usage for meter, usage in used.items() if usage != Usage()}
    if not counted:
        return
    timestamp = datetime.now(timezone.utc).isoformat()
    AUDIT_FILE.append(lambda: [record_of(caller(), meter, usage, timestamp) for meter, usage in counted.items()])


# The request that the running code works for; None outside of requests.
current_request: ContextVar[RequestUsage | None] = ContextVar("mem0_usage_request", default=None)


@contextmanager
def request_usage(caller: Callable[[], Caller]) -> Iterator[None]:
    """Counts everything that runs inside, and in threads begun there by a pool, as one request of `caller`."""
    request = RequestUsage(caller)
    token = current_request.set(request)
    try:
        yield
    finally:
        request.end()
        _leave(token)


@harmless()
def _leave(token: Token[RequestUsage | None]) -> None:
    # Fails where a loop that shuts down ends the request from another context, which needs no reset.
    current_request.reset(token)
