"""Predict, then learn, row by row, with River: learn_river.py FILE EVENTS"""

import itertools
import sys

import orjson
from river import linear_model, optim

model = linear_model.LinearRegression(optimizer=optim.SGD(0.01), l2=0.0001)
with open(sys.argv[1], "rb") as lines:
    for line in itertools.islice(lines, int(sys.argv[2])):
        event = orjson.loads(line)
        x = {name: event[name] for name in ("x1", "x2", "x3", "x4")}
        event["prediction"] = model.predict_one(x)
        model.learn_one(x, event["y"])
        sys.stdout.buffer.write(orjson.dumps(event) + b"\n")
