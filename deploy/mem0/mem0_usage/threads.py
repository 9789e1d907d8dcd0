"""Lets work that a request hands to a thread pool count as this request's."""

from __future__ import annotations

import functools
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Callable

from mem0_usage.request import current_request

_MARK = "_mem0_usage_copies_request"


def copy_request_into_threads() -> None:
    """
    Makes every thread pool of the process run a request's work in a copy of the request's context.

    asyncio.to_thread does the same. All pools, because mem0 1.x makes one of its own for each call. Work of no request
    is left as it is.
    """
    submit: Any = ThreadPoolExecutor.submit
    if hasattr(submit, _MARK):
        return

    @functools.wraps(submit)
    def submit_in_context(
        self: ThreadPoolExecutor, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        if current_request.get() is None:
            future: Future[Any] = submit(self, function, *args, **kwargs)
        else:
            future = submit(self, copy_context().run, function, *args, **kwargs)
        return future

    setattr(submit_in_context, _MARK, True)
    ThreadPoolExecutor.submit = submit_in_context  # type: ignore[assignment, method-assign]
