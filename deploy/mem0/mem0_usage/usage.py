"""What calls of a model amount to, and the lines of the audit file that tell it."""

from __future__ import annotations

import operator
from typing import Any, NamedTuple

LLM = "llm"
EMBEDDING = "embedding"


class Tokens(NamedTuple):
    """The tokens of one call, as the model's provider counted them. Cached tokens are not among `input`."""

    input: int
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0


class Usage(NamedTuple):
    """Sums over calls. A failed call is one that brought no answer, after all attempts; it has no tokens."""

    calls: int = 0
    failed_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    latency_ns: int = 0

    @classmethod
    def of_call(cls, tokens: Tokens | None, latency_ns: int) -> Usage:
        """One answered call; `tokens` is None if the answer does not tell them."""
        return cls(1, 0, *(tokens or Tokens(0)), latency_ns)

    def plus(self, other: Usage) -> Usage:
        return Usage(*map(operator.add, self, other))

    def minus(self, other: Usage) -> Usage:
        return Usage(*map(operator.sub, self, other))

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens


class Meter(NamedTuple):
    """
    What is summed up apart from everything else.

    Calls whose answer does not tell their tokens (`has_tokens` False) are apart, too: unknown is not zero.
    """

    kind: str
    model: str
    has_tokens: bool = True


UsageByMeter = dict[Meter, Usage]


def added(first: UsageByMeter, second: UsageByMeter) -> UsageByMeter:
    """The sum of both, for each meter that either has."""
    return {meter: first.get(meter, Usage()).plus(second.get(meter, Usage())) for meter in {**first, **second}}


def subtracted(first: UsageByMeter, second: UsageByMeter) -> UsageByMeter:
    """`first` without `second`, which has no meter that `first` lacks."""
    return {meter: usage.minus(second.get(meter, Usage())) for meter, usage in first.items()}


class Caller(NamedTuple):
    """Whose request it is, as the service writes it: "-" is unknown."""

    path: str = "-"
    agent_id: str = "-"
    user_id: str = "-"


def record_of(caller: Caller, meter: Meter, usage: Usage, timestamp: str) -> dict[str, Any]:
    """
    The record of one meter: `token_usage` as the service itself writes it, and `embedding_usage`, both with the model.

    Tokens are null if unknown, the latency is the sum over the calls in milliseconds, and tokens that the provider took
    from its cache, or put there, are told only where there are any.
    """
    is_llm = meter.kind == LLM
    record = {
        "ts": timestamp,
        "type": "token_usage" if is_llm else "embedding_usage",
        **caller._asdict(),
        "model": meter.model,
        "llm_calls" if is_llm else "calls": usage.calls,
        "input_tokens": usage.input_tokens if meter.has_tokens else None,
    }
    if is_llm:
        record["output_tokens"] = usage.output_tokens if meter.has_tokens else None
        record["total_tokens"] = usage.total_tokens if meter.has_tokens else None
        if usage.cache_read_tokens:
            record["cache_read_input_tokens"] = usage.cache_read_tokens
        if usage.cache_write_tokens:
            record["cache_write_input_tokens"] = usage.cache_write_tokens
    record["failed_calls"] = usage.failed_calls
    record["latency_ms"] = round(usage.latency_ns / 1e6)
    return record
