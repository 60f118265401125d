"""Merges the counts of all texts and ends the run with them."""

import collections
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)["messages"]

total = collections.Counter()
for text in texts:
    total.update(text["counts"])
# Equal counts are ordered by the word, so that the result does not depend on who came first.
common = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:5]
report = {
    "texts": len(texts),
    "words": sum(text["words"] for text in texts),
    "words_by_text": {text["file"]: text["words"] for text in sorted(texts, key=lambda t: t["file"])},
    "most_common_long_words": dict(common),
}
print(json.dumps({"complete_run": report}))
