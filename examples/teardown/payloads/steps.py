"""Work that fails, somebody who hears of it, and a clean-up that happens in any case."""

import os
import sys

from mirrorneuron_worker import step

# A folder that the runs of a job share; nobody else touches it.
machine = os.path.join(os.environ["MN_JOB_DATA_DIR"], "machine")


def provision():
    open(machine, "w").close()
    return {"machine": "up"}


def work():
    if step.inputs["crash"]:
        sys.exit("the machine does not answer")
    return {"work": "done"}


def on_failure():
    return {"reported": [p["step_id"] for p in step.parents if p["outcome"] == "failed"]}


def clean_up():
    if os.path.exists(machine):
        os.remove(machine)
    outcomes = {p["step_id"]: p["outcome"] for p in step.parents}
    return {"machine": "gone", "outcomes": outcomes}


step.finish({f.__name__: f for f in (provision, work, on_failure, clean_up)}[sys.argv[1]]())
