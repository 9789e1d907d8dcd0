"""Errors of this module stay in it: they are counted and logged, and the request goes on as if nothing had happened."""

from __future__ import annotations

import functools
import logging
import threading
from typing import Any, Callable, TypeVar, cast

LOG = logging.getLogger("mem0-usage")

_Function = TypeVar("_Function", bound=Callable[..., Any])

_lock = threading.Lock()
_health = {"records_written": 0, "records_lost": 0, "errors": 0}


def count(what: str, number: int = 1) -> int:
    """Adds to one of the figures of `usage_health`, and returns it."""
    with _lock:
        _health[what] += number
        return _health[what]


def usage_health() -> dict[str, int]:
    """
    How this module fares since the process began.

    `records_written` to the audit file, `records_lost` because it could not be written or too many were waiting, and
    `errors` of this module itself, which may have left calls uncounted.
    """
    with _lock:
        return dict(_health)


def harmless(otherwise: Callable[[], Any] = lambda: None) -> Callable[[_Function], _Function]:
    """Makes a function that returns what `otherwise` gives instead of raising an exception."""

    def decorate(function: _Function) -> _Function:
        @functools.wraps(function)
        def safe(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except Exception as error:
                # The text of an exception can hold contents of a request, so only its type is told; and the first
                # one only, since whatever is wrong is likely to be wrong with each call.
                if count("errors") == 1:
                    LOG.warning(
                        "%s failed with %s; calls may be missing in the audit file.",
                        function.__qualname__,
                        type(error).__name__,
                    )
                return otherwise()

        return cast(_Function, safe)

    return decorate
