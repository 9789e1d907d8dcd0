"""Counts calls of Amazon Bedrock by the events that botocore emits for each call, whatever thread it is made in."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from mem0_usage.call import Call
from mem0_usage.harmless import harmless
from mem0_usage.usage import EMBEDDING, LLM, Tokens

_SERVICE = "bedrock-runtime"
_UNIQUE_ID = "mem0-usage"
# Where a call is kept, in the dictionary that botocore hands from event to event of one call.
_CALL = "mem0_usage_call"

_INPUT_HEADER = "x-amzn-bedrock-input-token-count"
_OUTPUT_HEADER = "x-amzn-bedrock-output-token-count"
_CACHE_READ_HEADER = "x-amzn-bedrock-cache-read-input-token-count"
_CACHE_WRITE_HEADER = "x-amzn-bedrock-cache-write-input-token-count"

# Names of the counts in bodies: of Anthropic and OpenAI, Nova, Titan, Llama.
_INPUT_NAMES = ("input_tokens", "prompt_tokens", "inputTokens", "inputTextTokenCount", "prompt_token_count")
_OUTPUT_NAMES = ("output_tokens", "completion_tokens", "outputTokens", "generation_token_count")
_CACHE_READ_NAMES = ("cache_read_input_tokens", "cacheReadInputTokens")
_CACHE_WRITE_NAMES = ("cache_creation_input_tokens", "cacheWriteInputTokens")


def is_client(client: Any) -> bool:
    service = getattr(getattr(client, "meta", None), "service_model", None)
    return getattr(service, "service_name", None) == _SERVICE


def track(client: Any, kind: str) -> None:
    """Counts InvokeModel, as calls of `kind`, and Converse. A call with retries counts once, by its last answer."""

    @harmless()
    def begin_invocation(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        context[_CALL] = Call(kind, params["modelId"])

    @harmless()
    def begin_conversation(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        context[_CALL] = Call(LLM, params["modelId"])

    @harmless()
    def end_invocation(http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if http_response.status_code < 300:
            context[_CALL].answer(_tokens_of_invocation(parsed, kind))
        else:
            context[_CALL].fail()

    @harmless()
    def end_conversation(http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if http_response.status_code < 300:
            context[_CALL].answer(_tokens_of(parsed.get("usage", {}), LLM))
        else:
            context[_CALL].fail()

    @harmless()
    def fail(context: dict[str, Any], **_: Any) -> None:
        context[_CALL].fail()

    for operation, begin, end in (
        ("InvokeModel", begin_invocation, end_invocation),
        ("Converse", begin_conversation, end_conversation),
    ):
        for event, handler in (("before-parameter-build", begin), ("after-call", end), ("after-call-error", fail)):
            client.meta.events.register(
                f"{event}.{_SERVICE}.{operation}", handler, unique_id=f"{_UNIQUE_ID}-{event}-{operation}"
            )


@harmless()
def _tokens_of_invocation(parsed: dict[str, Any], kind: str) -> Tokens | None:
    """From the headers, which Bedrock sends with nearly each answer, else from the body."""
    headers = parsed["ResponseMetadata"]["HTTPHeaders"]
    if _INPUT_HEADER in headers and (_OUTPUT_HEADER in headers or kind == EMBEDDING):
        return Tokens(
            int(headers[_INPUT_HEADER]),
            int(headers.get(_OUTPUT_HEADER, 0)),
            int(headers.get(_CACHE_READ_HEADER, 0)),
            int(headers.get(_CACHE_WRITE_HEADER, 0)),
        )
    content = parsed["body"].read()
    # A body can be read once, so the caller gets another one.
    parsed["body"] = type(parsed["body"])(io.BytesIO(content), len(content))
    answer = json.loads(content)
    usage = answer.get("usage")
    return _tokens_of(usage if isinstance(usage, dict) else answer, kind)


def _tokens_of(usage: Mapping[str, Any], kind: str) -> Tokens | None:
    """None if one of the counts that are billed is missing."""
    found_input = _first(usage, _INPUT_NAMES)
    found_output = 0 if kind == EMBEDDING else _first(usage, _OUTPUT_NAMES)
    if found_input is None or found_output is None:
        return None
    return Tokens(
        found_input, found_output, _first(usage, _CACHE_READ_NAMES) or 0, _first(usage, _CACHE_WRITE_NAMES) or 0
    )


def _first(usage: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    return next((usage[name] for name in names if isinstance(usage.get(name), int)), None)
