"""Has the outputs of all items, in the order of the items."""

from mirrorneuron_worker import step

numbers = [output["n"] for output in step.items]
step.finish(
    {
        "items": len(numbers),
        "in_order": numbers == sorted(numbers),
        "sum_of_squares": sum(output["square"] for output in step.items),
    }
)
