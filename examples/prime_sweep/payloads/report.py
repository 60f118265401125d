"""Adds up what the workers counted and ends the run with the sum."""

import json
import os

with open(os.environ["MN_INPUT_FILE"], encoding="utf-8") as file:
    ranges = json.load(file)["messages"]

ranges.sort(key=lambda counted: counted["from"])
report = {
    "primes": sum(counted["primes"] for counted in ranges),
    "below": ranges[-1]["to"],
    "largest": max(counted["largest"] for counted in ranges),
    "ranges": len(ranges),
    "gapless": all(a["to"] == b["from"] for a, b in zip(ranges, ranges[1:])),
}
print(json.dumps({"complete_run": report}))
