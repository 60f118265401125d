"""Fails in three different ways, as services do.

Items 2 and 4 fail twice and then succeed. Item 5 fails always, until FLAKY_MENDED=1 is set.
"""

import json
import os
import sys

with open(os.environ["MN_INPUT_FILE"], encoding="utf-8") as file:
    item = json.load(file)["item"]
attempt = int(os.environ.get("MN_AGENT_BEACON_ATTEMPT", "1"))

if item == 5 and os.environ.get("FLAKY_MENDED") != "1":
    sys.exit("item 5: the service refuses it (set FLAKY_MENDED=1 to mend the service)")
if item in (2, 4) and attempt < 3:
    sys.exit(f"item {item}: the service is busy, attempt {attempt}")

body = {"item": item, "square": item * item}
print(json.dumps({"emit_messages": [{"type": "done", "body": body}]}))
