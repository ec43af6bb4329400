"""Predict, then learn, row by row, with scikit-learn: learn_sklearn.py FILE EVENTS"""

import itertools
import sys

import numpy
import orjson
from sklearn.linear_model import SGDRegressor

model = SGDRegressor()
with open(sys.argv[1], "rb") as lines:
    for line in itertools.islice(lines, int(sys.argv[2])):
        event = orjson.loads(line)
        x = numpy.array([[event["x1"], event["x2"], event["x3"], event["x4"]]])
        event["prediction"] = float(model.predict(x)[0]) if hasattr(model, "coef_") else None
        model.partial_fit(x, [event["y"]])
        sys.stdout.buffer.write(orjson.dumps(event) + b"\n")
