"""Which clients of models can be counted, and by what."""

from __future__ import annotations

from typing import Any

from mem0_usage import bedrock, ollama
from mem0_usage.harmless import LOG, harmless


@harmless()
def track_client(client: Any, kind: str) -> None:
    """
    Counts all calls of a client from now on; calling it again changes nothing.

    `client` is one of boto3 for `bedrock-runtime`, or an `ollama.Client`. `kind` is LLM or EMBEDDING: what a call of
    InvokeModel is, which does not tell by itself.
    """
    if bedrock.is_client(client):
        bedrock.track(client, kind)
    elif ollama.is_client(client):
        ollama.track(client)
    else:
        LOG.warning(
            "Calls of %s are not counted: it is a client neither of Bedrock nor of Ollama.", type(client).__qualname__
        )
