"""
Runs the traffic of traffic.py once, on the real mem0 and a fake of Bedrock: `audited_run.py FILE module|without`. Usage goes to
the audit file FILE, counted by the module or, without it, as the service does; what the fake counted goes to standard
output, as JSON by model.
"""

import asyncio
import json
import sys
from pathlib import Path

import global_counter
import mem0_usage
from fake_bedrock import LLM_MODEL, TITAN, fake_bedrock
from traffic import config_for, use_by_all

# Long enough for the calls of eight clients to overlap.
LLM_SECONDS = 0.02


def main(file, tracker):
    with fake_bedrock() as bedrock:
        bedrock.llm_seconds = LLM_SECONDS
        asyncio.run(use_by_all(config_for(TITAN), Path(file), tracker is mem0_usage, tracker))
        assert mem0_usage.flush_usage(30)
        whats = ("calls", "input", "output", "cache_read", "cache_write")
        print(json.dumps({model: {what: bedrock.count_of(what, model) for what in whats} for model in (LLM_MODEL, TITAN)}))


if __name__ == "__main__":
    main(sys.argv[1], mem0_usage if sys.argv[2] == "module" else global_counter)
