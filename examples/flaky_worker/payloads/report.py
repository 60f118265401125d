"""Ends the run with all squares."""

import json
import os

with open(os.environ["MN_INPUT_FILE"], encoding="utf-8") as file:
    done = json.load(file)["messages"]

squares = {str(entry["item"]): entry["square"] for entry in sorted(done, key=lambda entry: entry["item"])}
print(json.dumps({"complete_run": {"items": len(done), "squares": squares}}))
