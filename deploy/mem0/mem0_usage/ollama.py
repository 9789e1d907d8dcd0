"""Counts calls of Ollama by wrapping the methods of its client."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Callable

from mem0_usage.call import Call
from mem0_usage.harmless import harmless
from mem0_usage.usage import EMBEDDING, LLM, Tokens

_KIND_OF_METHOD = {"chat": LLM, "generate": LLM, "embed": EMBEDDING, "embeddings": EMBEDDING}
_MARK = "_mem0_usage_counts"


def is_client(client: Any) -> bool:
    return type(client).__module__.partition(".")[0] == "ollama" and type(client).__name__ == "Client"


def track(client: Any) -> None:
    """Counts chat, generate, embed and embeddings. Models are recorded as `ollama/NAME`, so that they cost nothing."""
    for name, kind in _KIND_OF_METHOD.items():
        method = getattr(client, name, None)
        if method is not None and not hasattr(method, _MARK):
            setattr(client, name, _counting(method, kind))


def _counting(method: Callable[..., Any], kind: str) -> Callable[..., Any]:
    @functools.wraps(method)
    def counting(*args: Any, **kwargs: Any) -> Any:
        call = _begin(kind, args, kwargs)
        try:
            answer = method(*args, **kwargs)
        except BaseException:
            _fail(call)
            raise
        _end(call, answer)
        return answer

    setattr(counting, _MARK, True)
    return counting


@harmless()
def _begin(kind: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Call:
    model = args[0] if args else kwargs.get("model", "")
    return Call(kind, f"ollama/{model}")


@harmless()
def _fail(call: Call) -> None:
    call.fail()


@harmless()
def _end(call: Call, answer: Any) -> None:
    call.answer(_tokens_of(answer))


def _tokens_of(answer: Any) -> Tokens | None:
    """None where the answer has no counts: `embeddings` of older versions, and streams."""
    read = getattr(answer, "get", lambda name: None)
    found_input, found_output = read("prompt_eval_count"), read("eval_count")
    # Ollama leaves out what is 0: a prompt that it still knows, or the output of an embedding.
    if found_input is None and found_output is None:
        return None
    return Tokens(found_input or 0, found_output or 0)
