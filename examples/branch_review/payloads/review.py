"""The four steps of the review: each is this program with the step's name."""

import sys

from mirrorneuron_worker import step


def classify():
    ticket = step.inputs["ticket"]
    risky = any(word in ticket.lower() for word in ("money", "lawyer", "broken"))
    step.branch("manual_review" if risky else "auto_reply")
    return {"ticket": ticket, "way": "manual" if risky else "automatic"}


def auto_reply():
    return {"answer": "Thank you! The help pages have it all."}


def manual_review():
    ticket = step.output_of("classify")["ticket"]
    return {"answer": "A colleague looks at this: " + ticket}


def merge():
    ran = [p["step_id"] for p in step.parents if p["outcome"] == "success"]
    return {"handled_by": ran, "answer": step.output_of(ran[0])["answer"]}


print("this line is the author's, and spoils nothing")
step.finish({f.__name__: f for f in (classify, auto_reply, manual_review, merge)}[sys.argv[1]]())
