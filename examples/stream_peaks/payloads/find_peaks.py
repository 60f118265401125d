"""Finds local maxima across frames. What it remembers between frames travels as agent state.

Slow on purpose: the mailbox in front of it may hold eight frames, so the producer's frames are held back.
"""

import json
import os
import time

THRESHOLD = 50


def read(variable):
    with open(os.environ[variable], encoding="utf-8") as file:
        return json.load(file)


frame = read("MN_INPUT_FILE")
stream = read("MN_MESSAGE_FILE")["stream"]
state = read("MN_CONTEXT_FILE").get("agent_state") or {}
peaks = state.get("peaks", [])
tail = state.get("tail", [])
expected = state.get("next_seq", 0)

if stream["seq"] != expected:
    raise SystemExit(f"expected frame {expected}, but frame {stream['seq']} came")

time.sleep(0.02)

samples = tail + frame["samples"]
offset = frame["first"] - len(tail)
for n in range(1, len(samples) - 1):
    if samples[n - 1] < samples[n] >= samples[n + 1] and samples[n] >= THRESHOLD:
        peaks.append({"at": offset + n, "height": samples[n]})

result = {"next_state": {"peaks": peaks, "tail": samples[-2:], "next_seq": expected + 1}}
if stream["close"]:
    in_order = all(a["at"] < b["at"] for a, b in zip(peaks, peaks[1:]))
    report = {"frames": expected + 1, "peaks": len(peaks), "in_order": in_order, "found": peaks}
    result["emit_messages"] = [{"type": "peaks", "body": report, "stream": None}]
print(json.dumps(result))
