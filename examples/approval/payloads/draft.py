"""Writes a draft and asks a person before anything else happens."""

from mirrorneuron_worker import step

text = "A note on " + step.inputs["topic"] + "."
if step.note:
    text += " (" + step.note + ")"
step.ask(
    "May this be published?",
    title="Review the draft",
    timeout_seconds=int(step.inputs["review_seconds"]),
    default_action="reject",
)
step.finish({"text": text})
