"""What a Python worker needs of MirrorNeuron, in one file without dependencies.

    from mirrorneuron_worker import step

    total = sum(step.input["numbers"])
    step.finish({"total": total})

What the worker prints stays its own: results go through the file that the
runtime named. They count when the worker exits with status 0, all together.
"""

import json
import os
import sys
import threading

__all__ = ["Step", "step"]

TRY_AGAIN = 75
"""The exit status that asks for another attempt (EX_TEMPFAIL of sysexits.h)."""

_BEACON = "__MN_AGENT_BEACON__"
_ENDS = ("workflow_step_partial", "workflow_step_skipped", "workflow_step_failed")


def _variable(name, default=None):
    for prefix in ("MN_", "MIRROR_NEURON_"):
        value = os.environ.get(prefix + name)
        if value:
            return value
    return default


def _document(name):
    path = _variable(name)
    if not path:
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Step:
    """One attempt of a step, or one message of an agent outside of workflows."""

    def __init__(self):
        self._lock = threading.Lock()
        self._documents = {}
        self._events = []
        self._emissions = []
        self._result = {}
        self._beats = None

    # What it was given

    def _read(self, name):
        if name not in self._documents:
            self._documents[name] = _document(name)
        return self._documents[name]

    @property
    def input(self):
        """The body of the message."""
        return self._read("INPUT_FILE")

    @property
    def message(self):
        """The whole message: type, from, headers, body, ids."""
        return self._read("MESSAGE_FILE") or {}

    @property
    def context(self):
        """The whole context file."""
        return self._read("CONTEXT_FILE") or {}

    @property
    def workflow(self):
        """What the workflow says of this attempt; empty outside of workflows."""
        return self.context.get("workflow") or {}

    @property
    def id(self):
        """The step's id, or the agent's outside of workflows."""
        return self.workflow.get("step_id") or _variable("AGENT_ID", "")

    @property
    def job_id(self):
        return _variable("JOB_ID", "")

    @property
    def attempt(self):
        """1 for the first attempt."""
        return int(self.workflow.get("attempt") or _variable("AGENT_BEACON_ATTEMPT", "1"))

    @property
    def max_attempts(self):
        return int(self.workflow.get("max_attempts") or 1)

    @property
    def inputs(self):
        """The inputs of the run."""
        return self.workflow.get("run_inputs") or {}

    @property
    def values(self):
        """The variables that the step's `in` names."""
        return self.workflow.get("in") or {}

    @property
    def messages(self):
        """Everything that came for the attempt, in order: type, from, body."""
        return self.workflow.get("messages") or []

    @property
    def parents(self):
        """The steps before this one: step_id, status, outcome, output."""
        if "parents" in self.workflow:
            return self.workflow["parents"]
        body = self.input
        return body.get("parents", []) if isinstance(body, dict) else []

    def output_of(self, step_id, default=None):
        """The output of a step before this one."""
        for parent in self.parents:
            if parent.get("step_id") == step_id and parent.get("output") is not None:
                return parent["output"]
        return default

    @property
    def items(self):
        """The outputs of the instances that this step gathers, in the items' order."""
        body = self.input
        return body.get("items", []) if isinstance(body, dict) else []

    @property
    def item(self):
        """The item of this instance of a scattered step."""
        return self.workflow.get("item")

    @property
    def index(self):
        """The item's place; None outside of a scatter."""
        return self.workflow.get("map_index")

    @property
    def note(self):
        """What a person wrote who sent the step back; else empty."""
        return (self.message.get("headers") or {}).get("mn.human.note", "")

    @property
    def state(self):
        """What an earlier message of this agent kept."""
        return self.context.get("agent_state")

    @property
    def config(self):
        """The blueprint's configuration."""
        path = os.environ.get("MN_BLUEPRINT_CONFIG_PATH")
        if path:
            with open(path, encoding="utf-8") as file:
                return json.load(file)
        return json.loads(os.environ.get("MN_BLUEPRINT_CONFIG_JSON") or "{}")

    # Signs of life

    def beacon(self, message=None, **more):
        """Says that the worker lives, and perhaps what it is doing."""
        said = dict(more)
        if message is not None:
            said["message"] = str(message)
        self._line(_BEACON + json.dumps(said))

    def keep_alive(self):
        """Sends a beacon at the runtime's interval until the worker ends."""
        if self._beats is None:
            seconds = int(_variable("AGENT_BEACON_INTERVAL_MS", "15000")) / 1000
            self._beats = threading.Event()

            def beat(stop=self._beats):
                while not stop.wait(seconds):
                    self.beacon()

            threading.Thread(target=beat, daemon=True).start()

    def _line(self, text):
        with self._lock:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    # What it says

    def emit(self, type, body=None, to=None, now=False, **more):
        """Sends a message; with now=True at once, else together with the result."""
        message = dict(more, type=type, body=body)
        if to is not None:
            message["to"] = to
        if now:
            self._line(json.dumps({"mn": {"emit_messages": [message]}}))
        else:
            self._emissions.append(message)
            self._write()

    def event(self, type, **payload):
        """Reports an event."""
        self._events.append({"type": type, "payload": payload})
        self._write()

    def branch(self, *steps):
        """Only these of the next steps run; the others are skipped."""
        self.event("workflow_step_branch", branches=list(steps))

    def scatter(self, items, *targets, max_concurrency=None):
        """Runs a later step once for every item, at most max_concurrency at a time."""
        payload = {"targets": list(targets), "items": list(items)}
        if max_concurrency is not None:
            payload["max_concurrency"] = max_concurrency
        self.event("workflow_step_scatter", **payload)

    def ask(self, prompt, title=None, timeout_seconds=None, default_action=None, **more):
        """Lets a person decide on the output before the workflow goes on."""
        payload = dict(more, prompt=prompt, title=title or prompt)
        if timeout_seconds is not None:
            payload["timeout_seconds"] = timeout_seconds
        if default_action is not None:
            payload["default_action"] = default_action
        self.event("human_input_requested", **payload)

    def notice(self, message, severity="info", **more):
        """Tells people something without waiting for them."""
        self.event("human_notice", **dict(more, message=message, severity=severity))

    def usage(self, input_tokens=0, output_tokens=0, calls=1, model=None, estimated=False):
        """Reports what calls of a model cost; the run adds it up."""
        more = {} if model is None else {"model": model}
        self.event(
            "llm_usage",
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            total_tokens=input_tokens + output_tokens,
            calls=calls,
            estimated=estimated,
            **more,
        )

    def keep(self, state):
        """Keeps a state for the agent's next message."""
        self._result["next_state"] = state
        self._write()

    # How it ends

    @property
    def ended(self):
        """Whether finish, partial, skip or fail was called."""
        return "complete_step" in self._result or any(
            event["type"] in _ENDS for event in self._events
        )

    def finish(self, output=None):
        """The step's output. Without one it is empty; a bare truth value is wrapped."""
        if output is None:
            output = {}
        elif isinstance(output, bool):
            output = {"value": output}
        if isinstance(output, dict):
            # The message to the next agent carries the outputs alone.
            self._result["outputs"] = output
            self._result["status"] = "completed"
        self._result["complete_step"] = output
        self._write()

    def partial(self, output=None, reason=""):
        """Ends the step with less than was asked for; the workflow goes on."""
        self.event("workflow_step_partial", output=output or {}, reason=reason)

    def skip(self, reason="", downstream=False):
        """Ends the step as not needed; with downstream=True, all that follow too."""
        self.event("workflow_step_skipped", reason=reason, skip_downstream=downstream)

    def fail(self, error, retryable=True):
        """Ends the worker: the attempt has failed, and perhaps no other may follow."""
        self.event("workflow_step_failed", error=str(error), retryable=retryable)
        raise SystemExit(0)

    def try_again(self, why=""):
        """Ends the worker: the attempt has failed, and another one may do better."""
        if why:
            print(why, file=sys.stderr)
        raise SystemExit(TRY_AGAIN)

    def _write(self):
        path = _variable("STEP_RESULT_FILE")
        if not path:
            return
        with self._lock:
            result = dict(self._result)
            if self._events:
                result["events"] = self._events
            if self._emissions:
                result["emit_messages"] = self._emissions
            with open(path + ".new", "w", encoding="utf-8") as file:
                json.dump(result, file)
            os.replace(path + ".new", path)


step = Step()
"""The attempt that this process is."""
