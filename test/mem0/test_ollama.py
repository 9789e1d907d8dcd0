"""
Goal: calls of Ollama are counted once with their tokens, also through mem0, and come out as they would otherwise.
Method: the real client of Ollama, and the real mem0 with it, call a fake of its server.
"""

import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import ollama
from audit_log import audit_log
from mem0.configs.embeddings.base import BaseEmbedderConfig
from mem0.embeddings.ollama import OllamaEmbedding
from mem0_usage import LLM, replace_llm_with_tracked, track_client

ANSWERS = {
    "/api/tags": {"models": [{"name": "nomic-embed-text:latest", "model": "nomic-embed-text:latest"}]},
    "/api/chat": {
        "model": "llama3.1",
        "message": {"role": "assistant", "content": "hi"},
        "prompt_eval_count": 11,
        "eval_count": 3,
    },
    "/api/embed": {"model": "nomic-embed-text", "embeddings": [[0.5, 0.25]], "prompt_eval_count": 4},
    "/api/embeddings": {"embedding": [0.5, 0.25]},
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self._answer()

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._answer(404 if request["model"] == "missing" else 200)

    def _answer(self, status=200):
        content = json.dumps(ANSWERS[self.path] if status == 200 else {"error": "no such model"}).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Memory:
    """Of a Memory of mem0 what is looked at."""

    def __init__(self, embedding_model):
        self.llm = None
        self.embedding_model = embedding_model


class OllamaTest(unittest.TestCase):
    def setUp(self):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        context = audit_log()
        self.log = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def client(self):
        client = ollama.Client(host=self.url)
        for _ in range(2):
            track_client(client, LLM)
        return client

    def test_chat_and_embeddings_are_counted_once(self):
        client = self.client()
        self.assertEqual(client.chat(model="llama3.1", messages=[])["message"]["content"], "hi")
        self.assertEqual(client.embed("nomic-embed-text", input="a b c d")["embeddings"], [[0.5, 0.25]])
        (chat,) = self.log.records("token_usage")
        self.assertEqual((chat["model"], chat["llm_calls"], chat["total_tokens"]), ("ollama/llama3.1", 1, 14))
        (embedding,) = self.log.records("embedding_usage")
        self.assertEqual(
            (embedding["model"], embedding["calls"], embedding["input_tokens"]), ("ollama/nomic-embed-text", 1, 4)
        )

    def test_an_answer_without_counts_has_unknown_tokens(self):
        self.client().embeddings(model="nomic-embed-text", prompt="a b c d")
        self.assertEqual([(r["calls"], r["input_tokens"]) for r in self.log.records()], [(1, None)])

    def test_a_failure_is_counted_and_raised(self):
        with self.assertRaises(ollama.ResponseError):
            self.client().chat(model="missing", messages=[])
        self.assertEqual([(r["llm_calls"], r["failed_calls"]) for r in self.log.records()], [(0, 1)])

    def test_mem0_is_counted(self):
        model = OllamaEmbedding(BaseEmbedderConfig(model="nomic-embed-text", ollama_base_url=self.url))
        replace_llm_with_tracked(Memory(model))
        self.assertEqual(model.embed("a b c d"), [0.5, 0.25])
        self.assertEqual([(r["calls"], r["input_tokens"]) for r in self.log.records()], [(1, 4)])


if __name__ == "__main__":
    unittest.main()
