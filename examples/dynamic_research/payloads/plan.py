"""Asks what nobody has asked yet, round by round, until no question is left."""

from mirrorneuron_worker import step

body = step.input if isinstance(step.input, dict) else {}
answers = [result["output"] for result in body.get("results", [])]
asked = {answer["question"] for answer in answers}
open_questions = [step.inputs["topic"]] if not answers else []
for answer in answers:
    open_questions += [question for question in answer["see"] if question not in asked]
questions = sorted(set(open_questions))

if questions:
    revision = step.workflow["graph_revision"]
    operations = []
    for question in questions:
        name = f"look_up-{question}"
        operations.append({"op": "add_step", "id": name, "template": "look_up",
                           "label": f"Look up {question}", "with": {"question": question}})
        operations.append({"op": "add_edge", "id": f"plan-{name}", "from": "plan", "to": name})
    step.event("workflow_graph_patch", patch_id=f"round-{revision + 1}", region_id="questions",
               base_revision=revision, operations=operations)

step.finish({"rounds": body.get("round", 1), "facts": {a["question"]: a["fact"] for a in answers}})
