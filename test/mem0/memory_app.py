"""
A small web app that uses mem0 in the way the memory service does: a semaphore, a thread pool of four, one shared Memory
and a new one for each dream, and a line for each add and dream. It has the three lines that deploy/mem0 asks for.
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import mem0
import mem0_usage
from mem0 import Memory
from mem0_usage import UsageMiddleware, take_over_token_usage

IS_MEM0_1 = mem0.__version__.startswith("1.")


class MemoryApp:
    """
    An ASGI app. `config` is mem0's; `takes_over` is whether the third line is there; `tracker` has the functions of the
    service's token tracker. With another than the module there is nothing of the module in it.
    """

    def __init__(self, config, audit_log_path, takes_over=True, tracker=mem0_usage):
        self._config = config
        self._audit_log_path = audit_log_path
        self._takes_over = takes_over
        self._tracker = tracker
        self._memory = Memory.from_config(config)
        tracker.replace_llm_with_tracked(self._memory)
        self._semaphore = asyncio.Semaphore(5)
        self._pool = ThreadPoolExecutor(4)
        self.asgi = self._serve
        if tracker is mem0_usage:
            self.asgi = UsageMiddleware(self._serve, audit_log_path=audit_log_path)

    def close(self):
        self._pool.shutdown()

    async def _serve(self, scope, receive, send):
        request = json.loads((await receive())["body"] or "{}")
        status, answer = 200, None
        try:
            answer = await self._routes()[scope["path"]](request)
        except Exception as error:
            status, answer = 500, {"detail": str(error)}
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _routes(self):
        return {
            "/health": self._health,
            "/memory/add": self._add,
            "/memory/dream": self._dream,
            "/memory/search": self._search,
            "/memory/search_combined": self._search_combined,
            "/memory/update": self._update,
        }

    async def _health(self, _):
        return {"status": "ok"}

    async def _add(self, request):
        return await self._remember("/memory/add", request, lambda: self._memory)

    async def _dream(self, request):
        def make_memory():
            key = "custom_fact_extraction_prompt" if IS_MEM0_1 else "custom_instructions"
            memory = Memory.from_config({**self._config, key: request["custom_extraction_prompt"]})
            self._tracker.replace_llm_with_tracked(memory)
            return memory

        return await self._remember("/memory/dream", request, make_memory)

    async def _remember(self, path, request, memory_for):
        def remember():
            memory = memory_for()
            self._tracker.reset_token_counter()
            result = memory.add(request["text"], user_id=request["user_id"], agent_id=request.get("agent_id"))
            return result, self._tracker.get_token_stats()

        async with self._semaphore:
            result, token_stats = await self._in_pool(remember)
            if token_stats["llm_calls"] > 0 and not (self._takes_over and take_over_token_usage()):
                self._log(
                    {
                        "type": "token_usage",
                        "path": path,
                        "agent_id": request.get("agent_id") or "-",
                        "user_id": request["user_id"],
                        **token_stats,
                    }
                )
            return {"result": result, "token_usage": token_stats}

    async def _search(self, request):
        own = await self._in_pool(lambda: self._find(request["query"], request["user_id"]))
        shared = await self._in_pool(lambda: self._find(request["query"], "shared"))
        return own + shared

    async def _search_combined(self, request):
        """The service does this one in the event loop's own thread."""
        days = ("2026-11-19", "2026-11-20", "2026-11-21")
        found = self._find(request["query"], request["user_id"])
        for day in days:
            found += self._find(request["query"], request["user_id"], run_id=day)
        return found + self._find(request["query"], "shared")

    async def _update(self, request):
        return await self._in_pool(lambda: self._memory.update(request["memory_id"], request["text"]))

    def _find(self, query, user_id, **session):
        session["user_id"] = user_id
        return self._memory.search(query, **session if IS_MEM0_1 else {"filters": session})["results"]

    async def _in_pool(self, function):
        return await asyncio.get_running_loop().run_in_executor(self._pool, function)

    def _log(self, record):
        with self._audit_log_path().open("a", encoding="utf-8") as file:
            file.write(json.dumps({"ts": datetime.now(timezone.utc).isoformat(), **record}) + "\n")


async def call(asgi, path, request, query=""):
    """One request as a web server hands it to an app: status and answer."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": json.dumps(request).encode(), "more_body": False}

    async def send(message):
        sent.append(message)

    await asgi({"type": "http", "method": "POST", "path": path, "query_string": query.encode()}, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])
