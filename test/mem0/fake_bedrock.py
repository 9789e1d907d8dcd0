"""A Bedrock on the loopback interface that answers InvokeModel and Converse, and counts itself what it answered."""

import hashlib
import json
import os
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock
from urllib.parse import unquote

LLM_MODEL = "us.anthropic.claude-3-5-haiku-20241022-v1:0"
TITAN = "amazon.titan-embed-text-v2:0"
COHERE = "cohere.embed-multilingual-v3"
DIMENSIONS = 1024

# A text with it is refused, as Bedrock refuses what breaks its rules; that is not tried again.
REFUSED = "REFUSED"
# A text with it is throttled once: the client's second attempt is answered.
THROTTLED_ONCE = "THROTTLED-ONCE"

# What mem0 1.x and 2.x ask for, in one: facts to remember, and what becomes of the memories.
_MEMORIES = {
    "facts": ["Likes tea", "Lives in Oslo"],
    "memory": [
        {"id": "0", "text": "Likes tea", "event": "ADD"},
        {"id": "1", "text": "Lives in Oslo", "event": "ADD"},
    ],
}


class FakeBedrock:
    """Its counts are by model: `calls`, `refused`, `input`, `output`, `cache_read`, `cache_write`."""

    def __init__(self):
        self.counts = Counter()
        self.has_token_headers = True
        self.refused = REFUSED
        # How long an LLM thinks.
        self.llm_seconds = 0
        self._throttled = set()
        self._lock = threading.Lock()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body in one packet: two would wait for each other.
            wbufsize = -1

            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                _, _, model, operation = self.path.split("/")
                fake._answer(self, unquote(model), operation, request)

            def do_GET(self):
                # mem0 lists the models to see whether it has access.
                _send(self, 200, {"modelSummaries": [{"modelId": LLM_MODEL}]})

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def count_of(self, what, *models):
        return sum(self.counts[model, what] for model in models)

    def _answer(self, handler, model, operation, request):
        text = json.dumps(request)
        if self.refused in text:
            self._count(model, refused=1)
            _send(handler, 400, {"message": "refused"}, {"x-amzn-errortype": "ValidationException"})
        elif THROTTLED_ONCE in text and self._is_first(text):
            _send(handler, 429, {"message": "slow down"}, {"x-amzn-errortype": "ThrottlingException"})
        elif operation == "converse":
            self._converse(handler, model, request)
        else:
            self._invoke(handler, model, request)

    def _converse(self, handler, model, request):
        time.sleep(self.llm_seconds)
        prompt = json.dumps([request["messages"], request.get("system", [])])
        answer = json.dumps(_MEMORIES)
        usage = {"inputTokens": _tokens_in(prompt), "outputTokens": _tokens_in(answer) + _digest(prompt)[0]}
        cached = {"cacheReadInputTokens": _digest(prompt)[1], "cacheWriteInputTokens": _digest(prompt)[2] // 64}
        self._count(
            model,
            calls=1,
            input=usage["inputTokens"],
            output=usage["outputTokens"],
            cache_read=cached["cacheReadInputTokens"],
            cache_write=cached["cacheWriteInputTokens"],
        )
        usage["totalTokens"] = sum(usage.values()) + sum(cached.values())
        _send(
            handler,
            200,
            {
                "output": {"message": {"role": "assistant", "content": [{"text": answer}]}},
                "stopReason": "end_turn",
                "usage": {**usage, **cached},
                "metrics": {"latencyMs": 1},
            },
        )

    def _invoke(self, handler, model, request):
        text = request.get("inputText") or " ".join(request.get("texts", [])) or json.dumps(request)
        tokens = _tokens_in(text)
        self._count(model, calls=1, input=tokens)
        vector = [(byte - 127.5) / 128 for byte in _digest(text) * (DIMENSIONS // 32)]
        body = (
            {"embeddings": [vector]}
            if model.startswith("cohere.")
            else {"embedding": vector, "inputTextTokenCount": tokens}
        )
        headers = {"x-amzn-bedrock-input-token-count": str(tokens)} if self.has_token_headers else {}
        _send(handler, 200, body, headers)

    def _count(self, model, **counts):
        with self._lock:
            self.counts.update({(model, what): number for what, number in counts.items()})

    def _is_first(self, text):
        with self._lock:
            is_first = text not in self._throttled
            self._throttled.add(text)
            return is_first


@contextmanager
def fake_bedrock():
    """A fake, and an environment in which every client of boto3 calls it and nothing else."""
    fake = FakeBedrock()
    environment = {
        "AWS_ENDPOINT_URL_BEDROCK": fake.url,
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": fake.url,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }
    try:
        with mock.patch.dict(os.environ, environment):
            yield fake
    finally:
        fake.stop()


def _tokens_in(text):
    return len(text.split())


def _digest(text):
    return hashlib.sha256(text.encode()).digest()


def _send(handler, status, body, headers=None):
    content = json.dumps(body).encode()
    handler.send_response(status)
    for name, value in {
        "content-type": "application/json",
        "content-length": str(len(content)),
        **(headers or {}),
    }.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content)
