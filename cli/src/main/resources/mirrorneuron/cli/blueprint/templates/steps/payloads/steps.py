"""The steps of the workflow: each is this program with the step's name."""

import sys

from mirrorneuron_worker import step


def collect():
    return {"notes": ["what is known about " + step.inputs["topic"]]}


def write():
    notes = step.output_of("collect")["notes"]
    return {"text": "A page about " + "; ".join(notes) + "."}


step.finish({"collect": collect, "write": write}[sys.argv[1]]())
