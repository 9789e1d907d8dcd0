"""
Counts the calls of LLMs and embedding models of a mem0 service where they are made, and writes them into its audit
file.

`reset_token_counter`, `get_token_stats` and `replace_llm_with_tracked` take the place of the service's own functions
of these names. Nothing here ever raises, waits for a disk, or changes what a call of a model returns.
"""

from __future__ import annotations

from typing import Any

from mem0_usage.audit_file import AUDIT_FILE, AuditPath, flush_usage
from mem0_usage.clients import track_client
from mem0_usage.harmless import harmless, usage_health
from mem0_usage.middleware import UsageMiddleware
from mem0_usage.recording import record_usage_in
from mem0_usage.request import RequestUsage, current_request, request_usage
from mem0_usage.usage import EMBEDDING, LLM, Caller

__all__ = [
    "EMBEDDING",
    "LLM",
    "AuditPath",
    "Caller",
    "UsageMiddleware",
    "flush_usage",
    "get_token_stats",
    "record_usage_in",
    "replace_llm_with_tracked",
    "request_usage",
    "reset_token_counter",
    "take_over_token_usage",
    "track_client",
    "usage_health",
]

# Where a Memory of mem0 holds clients of models: itself, its graph (mem0 1.x), its reranker (2.x).
_OWNERS = ("graph", "reranker")
_CLIENTS = (("llm", LLM), ("embedding_model", EMBEDDING))


@harmless()
def replace_llm_with_tracked(memory: Any) -> None:
    """
    Counts all calls that `memory`, a Memory or AsyncMemory of mem0, makes from now on.

    Calling it again changes nothing.
    """
    for owner in (memory, *(getattr(memory, name, None) for name in _OWNERS)):
        for name, kind in _CLIENTS:
            client = getattr(getattr(owner, name, None), "client", None)
            if client is not None:
                track_client(client, kind)


@harmless()
def reset_token_counter() -> None:
    """Begins to count from 0 what `get_token_stats` tells, for this request only, in whatever thread it runs."""
    request = current_request.get()
    if request is None:
        current_request.set(RequestUsage())
    else:
        request.reset()


@harmless(otherwise=lambda: RequestUsage().token_stats())
def get_token_stats() -> dict[str, int]:
    """
    The LLM calls that this request has made since `reset_token_counter`: `llm_calls`, `input_tokens`, `output_tokens`,
    `total_tokens`.

    Whoever asks is taken to write them into the audit file, as the service does; so they are not written a second time,
    unless `take_over_token_usage` is called.
    """
    request = current_request.get()
    return (request or RequestUsage()).token_stats()


@harmless(otherwise=lambda: False)
def take_over_token_usage() -> bool:
    """
    Lets this module write the LLM calls of this request, with their model, instead of whoever calls this.

    Returns False if it cannot, because the request did not come through `UsageMiddleware`.
    """
    request = current_request.get()
    if request is None or not AUDIT_FILE.is_known:
        return False
    request.take_over()
    return True
