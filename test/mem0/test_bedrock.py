"""
Goal: a call of Bedrock is counted once with its tokens, and comes out as it would without being counted.
Method: the real botocore calls a fake of Bedrock.
"""

import json
import unittest
from unittest import mock

import boto3
from audit_log import audit_log
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from fake_bedrock import COHERE, LLM_MODEL, REFUSED, THROTTLED_ONCE, TITAN, fake_bedrock
from mem0_usage import EMBEDDING, LLM, Caller, bedrock, request_usage, track_client, usage_health


def hello(text="hello to you"):
    return {"modelId": LLM_MODEL, "messages": [{"role": "user", "content": [{"text": text}]}]}


class BedrockTest(unittest.TestCase):
    def setUp(self):
        self.bedrock = self._enter(fake_bedrock())
        self.log = self._enter(audit_log())

    def _enter(self, context):
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def client(self, kind, **options):
        client = boto3.client("bedrock-runtime", config=Config(**options))
        self.addCleanup(client.close)
        track_client(client, kind)
        return client

    def embed(self, client, model, text):
        body = {"texts": [text], "input_type": "search_document"} if model == COHERE else {"inputText": text}
        return json.loads(client.invoke_model(modelId=model, body=json.dumps(body))["body"].read())

    def test_converse_is_counted_with_its_cached_tokens(self):
        answer = self.client(LLM).converse(**hello())
        usage = answer["usage"]
        (record,) = self.log.records("token_usage")
        self.assertEqual(record["model"], LLM_MODEL)
        self.assertEqual(record["input_tokens"], usage["inputTokens"])
        self.assertEqual(record["output_tokens"], usage["outputTokens"])
        self.assertEqual(record["total_tokens"], usage["totalTokens"])
        self.assertEqual(record.get("cache_read_input_tokens", 0), usage["cacheReadInputTokens"])
        self.assertEqual(record.get("cache_write_input_tokens", 0), usage["cacheWriteInputTokens"])

    def test_embeddings_are_counted_by_their_header(self):
        for model in (TITAN, COHERE):
            self.embed(self.client(EMBEDDING), model, "one two three")
        self.assertEqual(
            [(r["model"], r["calls"], r["input_tokens"]) for r in self.log.records("embedding_usage")],
            [(TITAN, 1, 3), (COHERE, 1, 3)],
        )

    def test_without_a_header_they_are_counted_by_the_body_which_can_still_be_read(self):
        self.bedrock.has_token_headers = False
        answer = self.embed(self.client(EMBEDDING), TITAN, "one two three")
        self.assertEqual((len(answer["embedding"]), answer["inputTextTokenCount"]), (1024, 3))
        answer = self.embed(self.client(EMBEDDING), COHERE, "one two three")
        self.assertEqual(len(answer["embeddings"]), 1)
        self.assertEqual(
            [(r["model"], r["calls"], r["input_tokens"]) for r in self.log.records("embedding_usage")],
            [(TITAN, 1, 3), (COHERE, 1, None)],
        )

    def test_a_program_without_web_requests_is_one_request(self):
        client = self.client(LLM)
        with request_usage(lambda: Caller("/pipelines/auto_dream", "auto_dream", "boss")):
            for day in range(3):
                client.converse(**hello(f"day {day}"))
        self.assertEqual([(r["agent_id"], r["llm_calls"]) for r in self.log.records()], [("auto_dream", 3)])

    def test_a_client_that_is_tracked_again_and_again_is_counted_once(self):
        client = self.client(LLM)
        for _ in range(3):
            track_client(client, LLM)
        client.converse(**hello())
        self.assertEqual([record["llm_calls"] for record in self.log.records()], [1])

    def test_attempts_that_botocore_makes_again_are_one_call(self):
        self.client(LLM, retries={"mode": "standard"}).converse(**hello(THROTTLED_ONCE))
        self.assertEqual([(r["llm_calls"], r["failed_calls"]) for r in self.log.records()], [(1, 0)])

    def test_a_refused_call_fails_as_ever_and_is_counted_as_failed(self):
        with self.assertRaises(ClientError) as raised:
            self.client(LLM).converse(**hello(REFUSED))
        self.assertEqual(raised.exception.response["Error"]["Code"], "ValidationException")
        with self.assertRaises(ClientError):
            self.embed(self.client(EMBEDDING), TITAN, REFUSED)
        self.assertEqual(
            [
                (r["type"], r.get("llm_calls", r.get("calls")), r["input_tokens"], r["failed_calls"])
                for r in self.log.records()
            ],
            [("token_usage", 0, 0, 1), ("embedding_usage", 0, 0, 1)],
        )

    def test_a_call_that_reaches_nobody_is_counted_as_failed(self):
        client = self.client(LLM, retries={"total_max_attempts": 1})
        self.bedrock.stop()
        with self.assertRaises(EndpointConnectionError):
            client.converse(**hello())
        self.assertEqual([(r["llm_calls"], r["failed_calls"]) for r in self.log.records()], [(0, 1)])

    def test_an_error_of_the_counting_changes_nothing_for_the_caller(self):
        errors = usage_health()["errors"]
        for broken in ("Call", "Tokens"):
            with mock.patch.object(bedrock, broken, side_effect=RuntimeError):
                self.assertIn("output", self.client(LLM).converse(**hello()))
                self.assertEqual(len(self.embed(self.client(EMBEDDING), TITAN, "text")["embedding"]), 1024)
        self.assertGreater(usage_health()["errors"], errors)

    def test_bodies_of_other_models_are_understood(self):
        for body, expected in (
            (
                {
                    "usage": {
                        "input_tokens": 1,
                        "output_tokens": 2,
                        "cache_read_input_tokens": 3,
                        "cache_creation_input_tokens": 4,
                    }
                },
                (1, 2, 3, 4),
            ),
            ({"usage": {"prompt_tokens": 1, "completion_tokens": 2}}, (1, 2, 0, 0)),
            ({"prompt_token_count": 1, "generation_token_count": 2}, (1, 2, 0, 0)),
            ({"usage": {"inputTokens": 1, "outputTokens": 2}}, (1, 2, 0, 0)),
            ({"usage": {"input_tokens": 1}}, None),
            ({"outputs": [{"text": "no counts"}]}, None),
        ):
            self.assertEqual(bedrock._tokens_of(body.get("usage", body), LLM), expected, body)


if __name__ == "__main__":
    unittest.main()
