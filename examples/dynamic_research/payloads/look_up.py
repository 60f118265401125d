"""Answers one question from the library."""

import json

from mirrorneuron_worker import step

question = step.input["input"]["question"]
with open("library.json", encoding="utf-8") as file:
    entry = json.load(file)[question]
step.finish({"question": question, **entry})
