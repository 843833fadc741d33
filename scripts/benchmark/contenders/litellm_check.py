"""LiteLLM's own check of a key, for each key of a file. Arguments: base URL, CA file, file with a key a line."""
import json, os, sys

base, authority, file = sys.argv[1:]
os.environ |= {"OPENAI_API_BASE": base + "/v1", "SSL_CERT_FILE": authority, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}

import litellm

litellm.suppress_debug_info = True
keys = [line.strip() for line in open(file)]
found = [litellm.check_valid_key(model="gpt-4o-mini", api_key=key) for key in keys]
print(json.dumps({"probed": len(found), "valid": sum(found)}))
