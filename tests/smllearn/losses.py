#!/usr/bin/env python3
"""Every loss, penalty and rate of scikit-learn's SGD, row by row: losses.golden.

    python3 -m venv /opt/sml-ref && /opt/sml-ref/bin/pip install scikit-learn==1.9.1
    /opt/sml-ref/bin/python tests/smllearn/losses.py

1,000 rows by partial_fit with one row each.  The rows are not in the file: tests/unit/losses.c
makes the same ones.  A line: the case, then weight*3 and intercept after every 200th row.
"""

import pathlib

import sklearn
from sklearn.linear_model import SGDClassifier, SGDRegressor

ROWS = 1000
REGRESS = ["squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive"]
CLASSIFY = REGRESS + ["log_loss", "hinge", "squared_hinge", "modified_huber", "perceptron"]
here = pathlib.Path(__file__).resolve().parent


def rows():
    """Three features between -1 and 1, and a target, all of them short binary fractions."""
    state = 1
    for _ in range(ROWS):
        x = []
        for _ in range(4):
            state = (state * 1664525 + 1013904223) % 2**32
            x.append((state >> 20) / 2048 - 1)
        yield x[:3], 1.5 * x[0] - x[1] + 0.25 + 0.5 * x[3]


def case(kind, task, loss, penalty, rate):
    model = kind(loss=loss, penalty=None if penalty == "none" else penalty, learning_rate=rate,
                 eta0=0.05, power_t=0.25, alpha=0.01, shuffle=False)
    line = [task, loss, penalty, rate]
    for i, (x, y) in enumerate(rows(), 1):
        if task == "regress":
            model.partial_fit([x], [y])
        else:
            model.partial_fit([x], [int(y > 0)], classes=[0, 1])
        if i % 200 == 0:
            line += [float(v).hex() for v in [*model.coef_.ravel(), model.intercept_[0]]]
    return " ".join(line)


with open(here / "losses.golden", "w") as f:
    print(f"# scikit-learn {sklearn.__version__}: partial_fit, row by row; after every 200th "
          "row weight*3 intercept", file=f)
    for kind, task, losses in ((SGDRegressor, "regress", REGRESS),
                               (SGDClassifier, "classify", CLASSIFY)):
        for loss in losses:
            for penalty in ("l2", "none", "l1", "elasticnet"):
                for rate in ("constant", "invscaling", "optimal"):
                    print(case(kind, task, loss, penalty, rate), file=f, flush=True)
