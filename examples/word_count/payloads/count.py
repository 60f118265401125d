"""Counts the words of one text."""

import collections
import json
import re
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    path = json.load(file)["file"]
with open(path, encoding="utf-8", errors="replace") as file:
    words = re.findall(r"[a-z]+", file.read().lower())

body = {
    "file": path.rsplit("/", 1)[-1],
    "words": len(words),
    "counts": collections.Counter(word for word in words if len(word) >= 7),
}
print(json.dumps({"emit_messages": [{"type": "words", "body": body}]}))
