"""Counts the primes of one sub-range with a segmented sieve."""

import json
import os
from math import isqrt


def primes_below(limit):
    sieve = bytearray([1]) * max(limit, 2)
    sieve[0:2] = b"\0\0"
    for n in range(2, isqrt(limit) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, len(sieve), n)))
    return [n for n in range(limit) if sieve[n]]


def primes_between(low, high):
    """The primes p with low <= p < high."""
    segment = bytearray([1]) * (high - low)
    for n in range(low, min(2, high)):
        segment[n - low] = 0
    for prime in primes_below(isqrt(high) + 1):
        first = max(prime * prime, -(-low // prime) * prime)
        segment[first - low :: prime] = bytes(len(range(first - low, len(segment), prime)))
    return [low + offset for offset, is_prime in enumerate(segment) if is_prime]


with open(os.environ["MN_INPUT_FILE"], encoding="utf-8") as file:
    order = json.load(file)

found = primes_between(order["from"], order["to"])
counted = {
    "from": order["from"],
    "to": order["to"],
    "primes": len(found),
    "largest": found[-1] if found else None,
}
print(json.dumps({"emit_messages": [{"type": "counted", "body": counted}]}))
