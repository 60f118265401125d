"""Scatters as many items as the inputs ask for, four at a time."""

from mirrorneuron_worker import step

count = int(step.inputs["items"])
step.scatter([{"n": n} for n in range(1, count + 1)], "square", max_concurrency=4)
step.finish({"items": count})
