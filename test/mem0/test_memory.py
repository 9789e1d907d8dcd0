"""
Goal: with the real mem0, under eight clients, every call and every token of LLM and embeddings is recorded once, for
the request that made it.
Method: the app of memory_app.py on a vector store in memory and a fake of Bedrock, whose own count is compared with the
sums over the records. Run once with mem0 1.x and once with 2.x.
"""

import asyncio
import unittest

from audit_log import audit_log
from fake_bedrock import COHERE, LLM_MODEL, TITAN, fake_bedrock
from mem0_usage import usage_health
from memory_app import MemoryApp, call
from traffic import CLIENTS, ROUNDS, config_for, use_by_all


def total(records, member):
    return sum(record.get(member, 0) for record in records)


class MemoryTest(unittest.TestCase):
    def setUp(self):
        self.bedrock = self._enter(fake_bedrock())
        self.log = self._enter(audit_log())

    def _enter(self, context):
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def assert_llm_calls_are_all_recorded(self):
        records = self.log.records("token_usage")
        for member, what in (
            ("llm_calls", "calls"),
            ("input_tokens", "input"),
            ("output_tokens", "output"),
        ):
            self.assertEqual(total(records, member), self.bedrock.count_of(what, LLM_MODEL), member)
        return records

    def assert_embeddings_are_all_recorded(self, model):
        records = self.log.records("embedding_usage")
        self.assertEqual({record["model"] for record in records}, {model})
        for member, what in (("calls", "calls"), ("input_tokens", "input"), ("failed_calls", "refused")):
            self.assertEqual(total(records, member), self.bedrock.count_of(what, model), member)
        return records

    def test_every_call_and_token_is_recorded_once(self):
        errors = usage_health()["errors"]
        used = asyncio.run(use_by_all(config_for(TITAN), self.log.path))

        self.assertLessEqual({usage["llm_calls"] for usage in used}, {1, 2})
        llm = self.assert_llm_calls_are_all_recorded()
        self.assertGreaterEqual(total(llm, "llm_calls"), CLIENTS * (ROUNDS + 1))
        self.assertEqual(total(llm, "cache_read_input_tokens"), self.bedrock.count_of("cache_read", LLM_MODEL))
        self.assertEqual(total(llm, "cache_write_input_tokens"), self.bedrock.count_of("cache_write", LLM_MODEL))
        self.assertEqual({record["model"] for record in llm}, {LLM_MODEL})
        self.assertLessEqual(max(record["llm_calls"] for record in llm), 2)

        embeddings = self.assert_embeddings_are_all_recorded(TITAN)
        self.assertEqual(total(embeddings, "failed_calls"), CLIENTS)
        self.assertEqual(usage_health()["errors"], errors)

    def test_each_request_has_its_own_records(self):
        asyncio.run(use_by_all(config_for(COHERE), self.log.path))

        self.assert_embeddings_are_all_recorded(COHERE)
        for number in range(CLIENTS):
            own = [record for record in self.log.records() if record["agent_id"] == f"a{number}"]
            self.assertEqual({record["user_id"] for record in own}, {f"u{number}"})
            made = [(record["path"], record["type"]) for record in own]
            self.assertEqual(made.count(("/memory/add", "token_usage")), ROUNDS)
            self.assertEqual(made.count(("/memory/dream", "token_usage")), 1)
            self.assertEqual(made.count(("/memory/search", "embedding_usage")), ROUNDS + 1)
            searches = [record for record in own if record["path"] == "/memory/search_combined"]
            self.assertEqual([record["calls"] for record in searches], [5])
        updates = [record for record in self.log.records() if record["path"] == "/memory/update"]
        self.assertEqual(len(updates), CLIENTS * ROUNDS)
        self.assertEqual({(record["agent_id"], record["user_id"]) for record in updates}, {("-", "-")})

    def test_without_the_third_line_nothing_is_recorded_twice(self):
        asyncio.run(use_by_all(config_for(TITAN), self.log.path, takes_over=False))

        llm = self.assert_llm_calls_are_all_recorded()
        self.assertFalse([record for record in llm if "model" in record], "the service's own lines have no model")

    def test_a_failed_add_is_recorded_with_the_tokens_it_has_spent(self):
        async def add():
            app = MemoryApp(config_for(TITAN), lambda: self.log.path)
            # What the LLM answered at first cannot be embedded.
            self.bedrock.refused = "Likes tea"
            status, _ = await call(app.asgi, "/memory/add", {"text": "hello", "user_id": "u", "agent_id": "a"})
            app.close()
            return status

        asyncio.run(add())
        self.assert_llm_calls_are_all_recorded()
        self.assert_embeddings_are_all_recorded(TITAN)
        self.assertGreater(total(self.log.records("embedding_usage"), "failed_calls"), 0)
        self.assertGreater(total(self.log.records("token_usage"), "llm_calls"), 0)


if __name__ == "__main__":
    unittest.main()
