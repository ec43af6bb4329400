"""A model that is a program: a line in, a number out, immediately."""

import json
import sys

for line in sys.stdin:
    event = json.loads(line)
    print(0.5 + 1.2 * event["x1"] - 0.7 * event["x2"] + 0.3 * event["x3"] + 0.1 * event["x4"], flush=True)
