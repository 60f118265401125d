"""Runs a function as a step: python3 -m mn_step_runner module.path[:function]

Imports the module, calls its run(context), or run(), and gives what that
returns as the step's output. The context is mirrorneuron_worker.step.
"""

import asyncio
import importlib
import inspect
import sys

from mirrorneuron_worker import step


def call(function):
    """The function's result, with the context if it takes one."""
    try:
        parameters = inspect.signature(function).parameters.values()
        takes = any(
            p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.VAR_POSITIONAL)
            for p in parameters
        )
    except (TypeError, ValueError):
        takes = True
    result = function(step) if takes else function()
    return asyncio.run(result) if inspect.iscoroutine(result) else result


def main(arguments):
    if len(arguments) != 1:
        print("usage: python3 -m mn_step_runner module.path[:function]", file=sys.stderr)
        return 2
    name, _, attribute = arguments[0].partition(":")
    module = importlib.import_module(name)
    function = getattr(module, attribute or "run", None)
    if not callable(function):
        print(
            "handler: " + arguments[0] + " has no function " + (attribute or "run"),
            file=sys.stderr,
        )
        return 2
    output = call(function)
    if not step.ended:
        step.finish(output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
