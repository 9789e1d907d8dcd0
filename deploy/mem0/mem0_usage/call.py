"""One call of a model, from its beginning to its answer or failure."""

from __future__ import annotations

import time

from mem0_usage.request import current_request, record_usage
from mem0_usage.usage import Caller, Meter, Tokens, Usage


class Call:
    """Belongs to the request in which it is made, and is counted at once when it ends."""

    def __init__(self, kind: str, model: str) -> None:
        self._kind = kind
        self._model = model
        self._request = current_request.get()
        self._begin_ns = time.perf_counter_ns()

    def answer(self, tokens: Tokens | None) -> None:
        """It was answered; `tokens` is None if the answer does not tell them."""
        meter = Meter(self._kind, self._model, has_tokens=tokens is not None)
        self._add(meter, Usage.of_call(tokens, self._elapsed_ns()))

    def fail(self) -> None:
        """It brought no answer, after all attempts."""
        self._add(Meter(self._kind, self._model), Usage(failed_calls=1, latency_ns=self._elapsed_ns()))

    def _elapsed_ns(self) -> int:
        return time.perf_counter_ns() - self._begin_ns

    def _add(self, meter: Meter, usage: Usage) -> None:
        if self._request is None:
            record_usage(Caller, {meter: usage})
        else:
            self._request.add(meter, usage)
