"""
What eight clients do with the app of memory_app.py, on a vector store in memory: a bit of everything, and one request
that fails each.
"""

import asyncio
import logging
import os
import tempfile
from pathlib import Path
from threading import RLock

os.environ["MEM0_TELEMETRY"] = "False"
_home = tempfile.TemporaryDirectory()
os.environ["MEM0_DIR"] = _home.name
logging.getLogger("mem0").setLevel(logging.ERROR)

import mem0_usage  # noqa: E402
from fake_bedrock import DIMENSIONS, LLM_MODEL, REFUSED  # noqa: E402
from memory_app import MemoryApp, call  # noqa: E402
from qdrant_client import QdrantClient  # noqa: E402

CLIENTS = 8
ROUNDS = 3


class OneAtATime(QdrantClient):
    """Qdrant in memory, which is not made for several threads."""

    def __init__(self):
        self._one = RLock()
        super().__init__(":memory:")

    def __getattribute__(self, name):
        member = super().__getattribute__(name)
        if name.startswith("_") or not callable(member):
            return member
        one = super().__getattribute__("_one")

        def alone(*args, **kwargs):
            with one:
                return member(*args, **kwargs)

        return alone


def config_for(embedding_model):
    return {
        "vector_store": {
            "provider": "qdrant",
            "config": {"client": OneAtATime(), "collection_name": "m", "embedding_model_dims": DIMENSIONS},
        },
        "embedder": {"provider": "aws_bedrock", "config": {"model": embedding_model}},
        "llm": {"provider": "aws_bedrock", "config": {"model": LLM_MODEL, "max_tokens": 2000}},
        "history_db_path": str(Path(_home.name) / "history.db"),
    }


async def use(app, number):
    """What one client does: a bit of everything, and one request that fails. Returns what its adds said they used."""
    used = []
    who = {"agent_id": f"a{number}", "user_id": f"u{number}"}
    for turn in range(ROUNDS):
        text = f"client {number} in turn {turn} " + "tells a story " * (number + turn)
        status, answer = await call(app.asgi, "/memory/add", {"text": text, **who})
        assert status == 200, answer
        used.append(answer["token_usage"])
        await call(app.asgi, "/memory/search", {"query": f"where is {text}?", **who})
        memory_id = answer["result"]["results"][0]["id"]
        status, answer = await call(app.asgi, "/memory/update", {"memory_id": memory_id, "text": f"new {text}"})
        assert status == 200, answer
    await call(app.asgi, "/memory/search_combined", {"query": f"what of {number}", **who})
    status, answer = await call(
        app.asgi, "/memory/dream", {"text": f"dream {number}", "custom_extraction_prompt": "x", **who}
    )
    assert status == 200, answer
    status, _ = await call(app.asgi, "/memory/search", {"query": f"{REFUSED} {number}", **who})
    assert status == 500
    await call(app.asgi, "/health", {})
    return used


async def use_by_all(config, path, takes_over=True, tracker=mem0_usage):
    app = MemoryApp(config, lambda: path, takes_over, tracker)
    used = await asyncio.gather(*(use(app, number) for number in range(CLIENTS)))
    app.close()
    return [usage for one in used for usage in one]
