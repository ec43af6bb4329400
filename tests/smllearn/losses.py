#!/usr/bin/env python3
"""Every loss, penalty and rate of scikit-learn's SGD, row by row: losses.golden.

Also its passive-aggressive classes (rate pa), and River's SGD, whose intercept has a rate of its
own (rate river).

    python3 -m venv /opt/sml-ref && /opt/sml-ref/bin/pip install scikit-learn==1.9.1 river==0.26.1
    /opt/sml-ref/bin/python tests/smllearn/losses.py

1,000 rows by partial_fit with one row each.  The rows are not in the file: tests/unit/losses.c
makes the same ones.  A line: the case, then weight*3 and intercept after every 200th row.
"""

import pathlib
import warnings

import river.linear_model
import river.optim
import sklearn
from sklearn.linear_model import (PassiveAggressiveClassifier, PassiveAggressiveRegressor,
                                  SGDClassifier, SGDRegressor)

ROWS = 1000
REGRESS = ["squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive"]
CLASSIFY = REGRESS + ["log_loss", "hinge", "squared_hinge", "modified_huber", "perceptron"]
PASSIVE = {"regress": ["epsilon_insensitive", "squared_epsilon_insensitive"],
           "classify": ["hinge", "squared_hinge"]}
here = pathlib.Path(__file__).resolve().parent
warnings.simplefilter("ignore", FutureWarning)  # the passive-aggressive classes are to go


def rows():
    """Three features between -1 and 1, and a target, all of them short binary fractions."""
    state = 1
    for _ in range(ROWS):
        x = []
        for _ in range(4):
            state = (state * 1664525 + 1013904223) % 2**32
            x.append((state >> 20) / 2048 - 1)
        yield x[:3], 1.5 * x[0] - x[1] + 0.25 + 0.5 * x[3]


def learn(model, *names):
    line = list(names)
    for i, (x, y) in enumerate(rows(), 1):
        if names[0] == "regress":
            model.partial_fit([x], [y])
        else:
            model.partial_fit([x], [int(y > 0)], classes=[0, 1])
        if i % 200 == 0:
            line += [float(v).hex() for v in [*model.coef_.ravel(), model.intercept_[0]]]
    return " ".join(line)


def case(kind, task, loss, penalty, rate):
    model = kind(loss=loss, penalty=None if penalty == "none" else penalty, learning_rate=rate,
                 eta0=0.05, power_t=0.25, alpha=0.01, shuffle=False)
    return learn(model, task, loss, penalty, rate)


def passive(kind, task, loss):
    model = kind(C=0.5, loss=loss, shuffle=False)
    return learn(model, task, loss, "none", "pa")


def rivers(kind, task, loss):
    half = 2 if task == "regress" else 1  # River's squared loss has no factor 1 / 2
    model = kind(optimizer=river.optim.SGD(0.05 / half), intercept_lr=0.02 / half, l2=0)
    line = [task, loss, "none", "river"]
    for i, (x, y) in enumerate(rows(), 1):
        model.learn_one(dict(enumerate(x)), y if task == "regress" else int(y > 0))
        if i % 200 == 0:
            line += [float(v).hex() for v in
                     [*(model.weights[k] for k in range(3)), model.intercept]]
    return " ".join(line)


with open(here / "losses.golden", "w") as f:
    print(f"# scikit-learn {sklearn.__version__}, River {river.__version__}: row by row; after "
          "every 200th row weight*3 intercept", file=f)
    for kind, task, losses in ((SGDRegressor, "regress", REGRESS),
                               (SGDClassifier, "classify", CLASSIFY)):
        for loss in losses:
            for penalty in ("l2", "none", "l1", "elasticnet"):
                for rate in ("constant", "invscaling", "optimal"):
                    print(case(kind, task, loss, penalty, rate), file=f, flush=True)
    for kind, task in ((SGDRegressor, "regress"), (SGDClassifier, "classify")):
        for penalty in ("l2", "none", "l1", "elasticnet"):
            for rate in ("pa1", "pa2"):
                print(case(kind, task, PASSIVE[task][0], penalty, rate), file=f, flush=True)
    for kind, task in ((PassiveAggressiveRegressor, "regress"),
                       (PassiveAggressiveClassifier, "classify")):
        for loss in PASSIVE[task]:
            print(passive(kind, task, loss), file=f, flush=True)
    print(rivers(river.linear_model.LinearRegression, "regress", "squared_error"), file=f)
    print(rivers(river.linear_model.LogisticRegression, "classify", "log_loss"), file=f)
