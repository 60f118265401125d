"""Three voters, of whom one never manages to answer; two are enough."""

import sys

from mirrorneuron_worker import step


def is_prime(n):
    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))


def number(question):
    return int("".join(c for c in question if c.isdigit()))


what = sys.argv[1]
if what == "pose":
    step.finish({"question": step.inputs["question"]})
elif what == "decide":
    step.finish({"question": step.inputs["question"], "quorum": 2, "answer": "yes" if is_prime(number(step.inputs["question"])) else "no"})
elif what == "c":
    step.fail("voter c is not at home", retryable=False)
else:
    step.finish({"voter": what, "vote": is_prime(number(step.inputs["question"]))})
