"""
A token tracker as the memory service has it: one counter for the whole process, reset by each add, and for each call of the
LLM another wrapper around the client that all of them share. Calls that overlap are counted several times.
"""

_counter = {}


def reset_token_counter():
    _counter.update(llm_calls=0, input_tokens=0, output_tokens=0, total_tokens=0)


def get_token_stats():
    return dict(_counter)


def replace_llm_with_tracked(memory):
    llm = memory.llm
    generate_response = llm.generate_response

    def tracked(*args, **kwargs):
        converse = llm.client.converse

        def counting(**request):
            response = converse(**request)
            usage = response["usage"]
            _counter["llm_calls"] += 1
            _counter["input_tokens"] += usage["inputTokens"]
            _counter["output_tokens"] += usage["outputTokens"]
            _counter["total_tokens"] += usage["inputTokens"] + usage["outputTokens"]
            return response

        llm.client.converse = counting
        try:
            return generate_response(*args, **kwargs)
        finally:
            llm.client.converse = converse

    llm.generate_response = tracked


reset_token_counter()
