# Has the memory service's server.py count its calls with mem0_usage: sed -i.bak -f server.sed server.py
s/^from tracked_llm import .*/from mem0_usage import UsageMiddleware, get_token_stats, replace_llm_with_tracked, reset_token_counter, take_over_token_usage/
/^@app\.middleware("http")/i\
app.add_middleware(UsageMiddleware, audit_log_path=get_audit_log_path)\

s/if token_stats\["llm_calls"\] > 0:$/if token_stats["llm_calls"] > 0 and not take_over_token_usage():/
