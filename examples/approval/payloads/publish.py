"""Runs only after the draft was approved."""

from mirrorneuron_worker import step

step.finish({"published": step.output_of("draft")["text"]})
