"""
Goal: what a request uses is recorded once, whatever thread used it, whoever asked for it and whenever it came.
Method: calls are made up; several requests run at a time where that matters.
"""

import asyncio
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from audit_log import audit_log
from mem0_usage import (
    Caller,
    get_token_stats,
    record_usage_in,
    request_usage,
    reset_token_counter,
    take_over_token_usage,
    usage_health,
)
from mem0_usage.call import Call
from mem0_usage.request import current_request
from mem0_usage.usage import EMBEDDING, LLM, Tokens


def add_request():
    return Caller("/memory/add", "dev", "boss")


def chat(input_tokens=10, output_tokens=5):
    Call(LLM, "m").answer(Tokens(input_tokens, output_tokens))


class RequestTest(unittest.TestCase):
    def setUp(self):
        context = audit_log()
        self.log = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def recorded(self):
        """The records but for what differs from run to run."""
        return [{k: v for k, v in record.items() if k not in ("ts", "latency_ms")} for record in self.log.records()]

    def test_records_look_as_the_service_writes_them(self):
        with request_usage(add_request):
            chat()
            chat(1, 2)
            Call(LLM, "m").answer(Tokens(100, 10, cache_read=1000, cache_write=50))
            Call(EMBEDDING, "e").answer(Tokens(7))
            Call(EMBEDDING, "e").fail()
        who = {"path": "/memory/add", "agent_id": "dev", "user_id": "boss"}
        self.assertEqual(
            self.recorded(),
            [
                {
                    "type": "token_usage",
                    **who,
                    "model": "m",
                    "llm_calls": 3,
                    "input_tokens": 111,
                    "output_tokens": 17,
                    "total_tokens": 1178,
                    "cache_read_input_tokens": 1000,
                    "cache_write_input_tokens": 50,
                    "failed_calls": 0,
                },
                {"type": "embedding_usage", **who, "model": "e", "calls": 1, "input_tokens": 7, "failed_calls": 1},
            ],
        )
        first = self.log.records()[0]
        self.assertRegex(first["ts"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$")
        self.assertIsInstance(first["latency_ms"], int)

    def test_tokens_that_an_answer_does_not_tell_are_null_and_do_not_hide_the_others(self):
        with request_usage(add_request):
            chat()
            Call(LLM, "m").answer(None)
        self.assertEqual(
            [(record["llm_calls"], record["input_tokens"], record["total_tokens"]) for record in self.recorded()],
            [(1, 10, 15), (1, None, None)],
        )

    def test_a_request_without_calls_leaves_no_record(self):
        with request_usage(add_request):
            pass
        self.assertEqual(self.recorded(), [])

    def test_requests_at_the_same_time_are_told_apart(self):
        barrier = threading.Barrier(8)

        def one(number):
            with request_usage(lambda: Caller("/memory/add", f"a{number}")):
                reset_token_counter()
                barrier.wait()
                for _ in range(number):
                    chat(number, 1)
                barrier.wait()
                return get_token_stats()["input_tokens"], take_over_token_usage()

        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(one, range(8)))
        self.assertEqual(told, [(number * number, True) for number in range(8)])
        self.assertEqual(
            {record["agent_id"]: record["input_tokens"] for record in self.recorded()},
            {f"a{number}": number * number for number in range(1, 8)},
        )

    def test_threads_of_any_pool_work_for_the_request_that_began_them(self):
        async def serve():
            with request_usage(add_request):
                await asyncio.get_running_loop().run_in_executor(pool, in_pool_of_a_pool)
                await asyncio.get_running_loop().run_in_executor(None, chat)

        def in_pool_of_a_pool():
            with ThreadPoolExecutor() as inner:
                list(inner.map(lambda _: chat(), range(20)))

        with ThreadPoolExecutor(1) as pool:
            asyncio.run(serve())
            self.assertIsNone(pool.submit(current_request.get).result(), "nothing is left in the pool's thread")
        self.assertEqual([record["llm_calls"] for record in self.recorded()], [21])

    def test_pools_are_changed_once(self):
        submit = ThreadPoolExecutor.submit
        record_usage_in(lambda: self.log.path)
        self.assertIs(ThreadPoolExecutor.submit, submit)

    def test_the_counter_tells_what_came_after_the_reset(self):
        with request_usage(add_request):
            chat(1, 1)
            reset_token_counter()
            chat(20, 2)
            Call(EMBEDDING, "e").answer(Tokens(7))
            expected = {"llm_calls": 1, "input_tokens": 20, "output_tokens": 2, "total_tokens": 22}
            self.assertEqual(get_token_stats(), expected)
            self.assertEqual(get_token_stats(), expected)

    def test_what_was_told_is_left_to_who_asked(self):
        with request_usage(add_request):
            chat(1, 1)
            reset_token_counter()
            chat(20, 2)
            get_token_stats()
            get_token_stats()
            chat(300, 3)
        self.assertEqual([(r["llm_calls"], r["input_tokens"]) for r in self.recorded()], [(2, 301)])

    def test_failures_are_not_told_so_they_are_recorded(self):
        with request_usage(add_request):
            chat()
            Call(LLM, "m").fail()
            self.assertEqual(get_token_stats()["llm_calls"], 1)
        self.assertEqual([(r["llm_calls"], r["failed_calls"]) for r in self.recorded()], [(0, 1)])

    def test_what_was_told_and_is_taken_over_is_recorded(self):
        with request_usage(add_request):
            for _ in range(2):
                reset_token_counter()
                chat()
                get_token_stats()
                self.assertTrue(take_over_token_usage())
        self.assertEqual([record["llm_calls"] for record in self.recorded()], [2])

    def test_each_of_several_counts_in_a_request_is_left_to_who_asked(self):
        with request_usage(add_request):
            for _ in range(2):
                reset_token_counter()
                chat()
                get_token_stats()
        self.assertEqual(self.recorded(), [])

    def test_a_request_that_fails_is_recorded(self):
        with self.assertRaises(KeyError), request_usage(add_request):
            reset_token_counter()
            chat()
            raise KeyError
        self.assertEqual([record["llm_calls"] for record in self.recorded()], [1])

    def test_a_call_that_ends_after_its_request_is_recorded_by_itself(self):
        with request_usage(add_request):
            chat()
            late = Call(LLM, "m")
        late.answer(Tokens(3, 3))
        self.assertEqual([(r["agent_id"], r["input_tokens"]) for r in self.recorded()], [("dev", 10), ("dev", 3)])

    def test_a_call_outside_of_requests_is_recorded_by_itself(self):
        chat()
        self.assertEqual([(r["path"], r["agent_id"], r["llm_calls"]) for r in self.recorded()], [("-", "-", 1)])

    def test_outside_of_requests_the_counter_works_and_nothing_is_taken_over(self):
        def count():
            self.assertEqual(get_token_stats()["llm_calls"], 0)
            reset_token_counter()
            chat()
            return get_token_stats()["llm_calls"]

        with ThreadPoolExecutor(1) as pool:
            self.assertEqual(pool.submit(count).result(), 1)
        self.assertFalse(take_over_token_usage())

    def test_a_caller_that_cannot_be_told_fails_nothing_but_the_record(self):
        errors = usage_health()["errors"]
        with request_usage(lambda: 1 / 0):
            chat()
        self.assertEqual(self.recorded(), [])
        self.assertEqual(usage_health()["errors"], errors + 1)


if __name__ == "__main__":
    unittest.main()
