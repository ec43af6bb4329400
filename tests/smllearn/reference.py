#!/usr/bin/env python3
"""Makes the golden files of smllearn's tests from the reference implementations, row by row.

    python3 -m venv /opt/sml-ref && /opt/sml-ref/bin/pip install scikit-learn river
    /opt/sml-ref/bin/python tests/smllearn/reference.py

Every file says in its first line which versions made it.  Inputs are seeded.  Numbers in *.golden
are hexadecimal floats, so that they are the very doubles.
"""

import json
import math
import pathlib
import random

import numpy as np
import river
import sklearn
from river import preprocessing
from sklearn import metrics
from sklearn.linear_model import SGDClassifier, SGDRegressor

here = pathlib.Path(__file__).resolve().parent
versions = f"scikit-learn {sklearn.__version__}, River {river.__version__}, NumPy {np.__version__}"


def rows(seed, n, task, spread=1.0):
    """n rows of four features, one of them often 0, and a target that depends on them."""
    rnd = random.Random(seed)
    for _ in range(n):
        x = [
            rnd.gauss(0, spread),
            rnd.uniform(-1, 1) * spread,
            float(rnd.randrange(3)),
            0.0 if rnd.random() < 0.7 else rnd.expovariate(1) * spread,
        ]
        y = 1.5 * x[0] - 2 * x[1] + 0.3 * x[2] + rnd.gauss(0, 0.3)
        yield x, (y if task == "regress" else int(y > 0))


def estimator(task, rule):
    kind = SGDRegressor if task == "regress" else SGDClassifier
    penalty = None if rule["penalty"] == "none" else rule["penalty"]
    return kind(**{**rule, "penalty": penalty}, shuffle=False)


def learn(model, task, x, y):
    if task == "regress":
        model.partial_fit([x], [y])
    else:
        model.partial_fit([x], [y], classes=[0, 1])


def score(model, task, x):
    """The raw score before the row is learned; None before anything was."""
    if not hasattr(model, "coef_"):
        return None
    return float(model.predict([x])[0] if task == "regress" else model.decision_function([x])[0])


def rule(task, **given):
    defaults = {
        "regress": dict(loss="squared_error", learning_rate="invscaling", power_t=0.25),
        "classify": dict(loss="log_loss", learning_rate="optimal", power_t=0.5),
    }
    return {**dict(penalty="l2", alpha=1e-4, eta0=0.01), **defaults[task], **given}


CASES = [
    ("defaults", "regress", {}),
    ("constant", "regress", dict(learning_rate="constant")),
    ("no penalty", "regress", dict(penalty="none", learning_rate="constant", eta0=0.05)),
    ("power 0.5", "regress", dict(power_t=0.5, eta0=0.1)),
    ("power 0", "regress", dict(power_t=0.0)),
    ("optimal", "regress", dict(learning_rate="optimal", alpha=0.1)),
    ("slope beyond its limit", "regress", dict(learning_rate="constant", times=1e14)),
    ("penalty that shrinks to zero", "regress",
     dict(learning_rate="constant", eta0=0.5, alpha=2.5)),
    ("penalty that shrinks below the fold", "regress",
     dict(learning_rate="constant", eta0=0.5, alpha=2 * (1 - 2.0**-31))),
    ("defaults", "classify", {}),
    ("constant", "classify", dict(learning_rate="constant", eta0=0.3)),
    ("invscaling", "classify", dict(learning_rate="invscaling", eta0=1.0)),
    ("no penalty", "classify", dict(penalty="none", alpha=0.01)),
    ("squared error", "classify",
     dict(loss="squared_error", learning_rate="constant", eta0=0.02)),
]


def sgd():
    """Score, then the weights and the intercept after the row."""
    lines = [f"# {versions}: SGDRegressor, SGDClassifier; x*4 y score weight*4 intercept"]
    for seed, (name, task, given) in enumerate(CASES):
        times = given.pop("times", 1)
        r = rule(task, **given)
        model = estimator(task, r)
        lines.append(f"case {name.replace(' ', '-')} {task} {r['loss']} {r['penalty']} "
                     f"{r['learning_rate']} {r['alpha']!r} {r['eta0']!r} {r['power_t']!r} 40")
        for x, y in rows(seed, 40, task):
            y *= times
            before = score(model, task, x)
            learn(model, task, x, y)
            numbers = [*x, float(y), math.nan if before is None else before,
                       *model.coef_.ravel(), model.intercept_[0]]
            lines.append(" ".join(float(v).hex() for v in numbers))
    (here / "sgd.golden").write_text("\n".join(lines) + "\n")


def scaler():
    """x scaled as things stood, then the means and the variances after the row."""
    lines = [f"# {versions}: preprocessing.StandardScaler; x*4 z*4 mean*4 variance*4"]
    scale = preprocessing.StandardScaler()
    for x, _ in rows(100, 60, "regress", spread=1000.0):
        named = dict(enumerate(x))
        z = scale.transform_one(named)
        scale.learn_one(named)
        numbers = [*x, *z.values(), *(scale.means[i] for i in range(4)),
                   *(scale.vars[i] for i in range(4))]
        lines.append(" ".join(float(v).hex() for v in numbers))
    (here / "scaler.golden").write_text("\n".join(lines) + "\n")


def number_scores(targets, predictions):
    return {
        "mae": metrics.mean_absolute_error(targets, predictions),
        "rmse": metrics.root_mean_squared_error(targets, predictions),
        "r2": metrics.r2_score(targets, predictions),
    }


def label_scores(targets, predictions, probabilities=None):
    found = {
        "accuracy": metrics.accuracy_score(targets, predictions),
        "f1": metrics.f1_score(targets, predictions, zero_division=0),
    }
    if probabilities is not None:
        found["log_loss"] = metrics.log_loss(targets, probabilities, labels=[0, 1])
    return found


def suffixed(scores, suffix):
    return {f"{name}_{suffix}": value for name, value in scores.items()}


def stream(name, task, seed, n, given, scaled, spread=1.0, labels=None):
    """A stream as the tool reads it, each record with what it must predict, and its scores.

    The scaler is River's and learns with the model: predict as things stand, then learn the
    scaler, scale anew, learn the model.  Where the labels are text, nothing is predicted until
    both were met; the stream begins with fifteen records of the earlier one.
    """
    r = rule(task, **given)
    model, scale = estimator(task, r), preprocessing.StandardScaler()
    targets, predictions, probabilities, naive, records = [], [], [], [], []
    data = list(rows(seed, n, task, spread))
    if labels:
        data.sort(key=lambda row: row[1])
        data = data[:15] + random.Random(seed).sample(data[15:], n - 15)
    both = not labels
    for i, (x, y) in enumerate(data):
        named = dict(enumerate(x))
        z = list(scale.transform_one(named).values()) if scaled else x
        before = score(model, task, z) if both else None
        both = both or y == 1
        record = {"id": i, "x": x[0], "emb": x[1:], "y": labels[y] if labels else y,
                  "want": before}
        if task == "classify" and before is not None:
            record["want"] = float(model.predict_proba([z])[0, 1])
            probabilities.append(record["want"])
            predictions.append(int(before > 0))
        elif before is not None:
            predictions.append(before)
        naive.append(y)
        if before is not None:
            targets.append(y)
        records.append(json.dumps(record))
        if scaled:
            scale.learn_one(named)
            z = list(scale.transform_one(named).values())
        learn(model, task, z, y)
    if task == "regress":
        means = [float(np.mean(naive[:i])) for i in range(1, n)]
        stats = {**number_scores(targets, predictions),
                 **suffixed(number_scores(naive[1:], naive[:-1]), "last"),
                 **suffixed(number_scores(naive[1:], means), "mean")}
    else:
        share = [sum(naive[:i]) / i for i in range(1, n)]
        stats = {**label_scores(targets, predictions, probabilities),
                 **suffixed(label_scores(naive[1:], naive[:-1]), "last"),
                 **suffixed(label_scores(naive[1:], [int(p > 0.5) for p in share], share),
                            "majority")}
    (here / f"{name}.ndjson").write_text("\n".join(records) + "\n")
    lines = [f"# {versions}: sklearn.metrics"]
    lines += [f"{key} {float(value)!r}" for key, value in stats.items()]
    (here / f"{name}.scores").write_text("\n".join(lines) + "\n")


sgd()
scaler()
stream("regress", "regress", 201, 200, {}, scaled=False)
stream("regress-scaled", "regress", 202, 200, dict(learning_rate="constant"), scaled=True,
       spread=1000.0)
stream("classify", "classify", 203, 200, {}, scaled=False)
stream("classify-scaled", "classify", 204, 200, dict(learning_rate="constant", eta0=0.05),
       scaled=True, spread=1000.0, labels=["no", "yes"])
