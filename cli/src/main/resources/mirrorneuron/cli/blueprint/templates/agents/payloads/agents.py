"""What the worker runs for each message: the file that is named holds the message's body."""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    name = json.load(file)["name"]

body = {"greeting": "Hello, " + name + "!"}
print(json.dumps({"emit_messages": [{"type": "greeting", "body": body}]}))
