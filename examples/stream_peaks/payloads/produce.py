"""Writes an ordered stream of frames while it runs: one JSON line per frame.

The signal is made of three waves, so its peaks are known by arithmetic and not by chance.
"""

import json
import math
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    order = json.load(file)


def sample(n):
    wave = 40 * math.sin(n / 7) + 25 * math.sin(n / 17) + 10 * math.sin(n / 3)
    return round(wave, 3)


frames, size = order["frames"], order["samples_per_frame"]
for seq in range(frames):
    frame = {
        "type": "frame",
        "body": {"first": seq * size, "samples": [sample(seq * size + n) for n in range(size)]},
        "stream": {"stream_id": "signal", "seq": seq, "open": seq == 0, "close": seq == frames - 1},
    }
    print(json.dumps({"mn": {"emit_messages": [frame]}}), flush=True)
