"""
Goal: the request a call belongs to is told as the service tells it, and the app notices nothing.
Method: requests are handed to the middleware as a web server does; the app behind it makes one call of a model.
"""

import asyncio
import unittest

from audit_log import audit_log
from mem0_usage import LLM, UsageMiddleware
from mem0_usage.call import Call
from mem0_usage.usage import Tokens


def scope_of(query=b"", kind="http"):
    return {"type": kind, "method": "POST", "path": "/memory/add", "query_string": query}


class MiddlewareTest(unittest.TestCase):
    def setUp(self):
        context = audit_log()
        self.log = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def serve(self, *parts, query=b"", kind="http", error=None):
        """What the app received of a request whose body comes in `parts`."""
        waiting = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
        waiting.append({"type": "http.request"})
        received = []

        async def app(scope, receive, send):
            while len(received) < len(parts) + 1:
                received.append(await receive())
            Call(LLM, "m").answer(Tokens(1, 1))
            if error:
                raise error

        async def receive():
            return waiting[len(received)]

        middleware = UsageMiddleware(app, audit_log_path=lambda: self.log.path)
        asyncio.run(middleware(scope_of(query, kind), receive, None))
        self.assertEqual(received, waiting)
        return received

    def recorded(self):
        return [(r["path"], r["agent_id"], r["user_id"]) for r in self.log.records()]

    def test_who_asks_is_in_the_body_whose_parts_reach_the_app(self):
        self.serve(b'{"agent_id": "dev", ', '"user_id": "größe"}'.encode(), query=b"agent_id=other")
        self.assertEqual(self.recorded(), [("/memory/add", "dev", "größe")])

    def test_or_in_the_query(self):
        self.serve(query=b"agent_id=dev&user_id=b%20c")
        self.assertEqual(self.recorded(), [("/memory/add", "dev", "b c")])

    def test_or_unknown(self):
        for body in (b"", b"no JSON", b"[1]", b"\xff", b'{"agent_id": null, "user_id": 7}', b'{"agent_id": ""}'):
            self.serve(body)
        self.assertEqual(self.recorded(), [("/memory/add", "-", "-")] * 6)

    def test_an_error_of_the_app_passes_and_its_calls_are_recorded(self):
        error = RuntimeError("of the app")
        with self.assertRaises(RuntimeError) as raised:
            self.serve(error=error)
        self.assertIs(raised.exception, error)
        self.assertEqual(len(self.recorded()), 1)

    def test_what_is_no_request_passes(self):
        self.serve(kind="lifespan")
        self.assertEqual(self.recorded(), [("-", "-", "-")])


if __name__ == "__main__":
    unittest.main()
