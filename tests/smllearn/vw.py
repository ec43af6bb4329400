#!/usr/bin/env python3
"""Vowpal Wabbit's predictions, row by row: vw.golden, and a comparison on its own test data.

    python3 -m venv /opt/sml-ref && /opt/sml-ref/bin/pip install vowpalwabbit==9.11.2
    /opt/sml-ref/bin/python tests/smllearn/vw.py
    /opt/sml-ref/bin/python tests/smllearn/vw.py vw_0001.dat bin/smllearn

The second form learns the file with both, and prints for each case the largest difference and
VW's mean squared error.

VW counts the target of a row among those that its prediction is kept between, and 0 besides;
smllearn cannot know it yet.  So what is wanted is VW's prediction, kept between 0 and the targets
of the rows before.

With --coin, VW learns from the prediction of its present weights but reports that of the weights
before the last row; the former is found from the loss.  Its sign is known because the targets of
these cases are the ends of the range.
"""

import json
import math
import pathlib
import random
import subprocess
import sys

import vowpalwabbit
from vowpalwabbit import pyvw

here = pathlib.Path(__file__).resolve().parent

# name, task, options of VW, of smllearn
CASES = [
    ("adaptive", "regress", "", ""),
    ("adaptive", "regress", "--power_t 0.3", "--power-t 0.3"),
    ("adaptive", "regress", "--initial_t 5", "--initial-t 5"),
    ("adaptive", "regress", "--noconstant -l 0.2", "--no-intercept --eta0 0.2"),
    ("adaptive", "classify", "--loss_function logistic", ""),
    ("adaptive", "classify", "--loss_function logistic --power_t 0.3", "--power-t 0.3"),
    ("coin", "regress", "--coin", ""),
    ("coin", "regress", "--coin --ftrl_alpha 1 --ftrl_beta 0.5", "--alpha 1 --beta 0.5"),
    ("coin", "regress", "--coin --noconstant", "--no-intercept"),
    ("coin", "classify", "--coin --loss_function logistic", ""),
    ("ftrl", "regress", "--ftrl", ""),
    ("ftrl", "regress", "--ftrl --ftrl_alpha 0.1 --ftrl_beta 0 --l1 2",
     "--alpha 0.1 --beta 0 --l1 2"),
    ("ftrl", "regress", "--ftrl --ftrl_alpha 0.5 --ftrl_beta 1 --l2 3 --noconstant",
     "--alpha 0.5 --beta 1 --l2 3 --no-intercept"),
    ("ftrl", "classify", "--ftrl --ftrl_alpha 0.5 --loss_function logistic", "--alpha 0.5"),
]


def rows(seed, n, task, ends=False):
    """n rows of four features of unlike size, some of them 0, and a target."""
    rnd = random.Random(seed)
    for i in range(n):
        x = [rnd.gauss(0, 1), rnd.uniform(-1, 1) * (1 + i % 7) * 10, float(rnd.randrange(3)),
             0.0 if rnd.random() < 0.7 else rnd.expovariate(1) / 100]
        y = 1.5 * x[0] - 0.2 * x[1] + 0.3 * x[2] + 50 * x[3] + 2 + rnd.gauss(0, 0.3)
        if ends:
            y = 3.0 if y > 0 else 0.0
        yield x, (y if task == "regress" else int(y > 0))


def from_loss(loss, task, label):
    if task == "regress":
        return label - math.sqrt(loss) if label > 0 else math.sqrt(loss)
    return -label * math.log(math.expm1(loss))


def predictions(options, task, data):
    """VW's, before each row was learned; logits for classes."""
    workspace = pyvw.Workspace(f"--quiet {options}")
    low = high = 0.0
    for x, y in data:
        label = y if task == "regress" else 2 * y - 1
        text = " ".join(f"{i}:{v!r}" for i, v in x.items() if v != 0)
        example = workspace.example(f"{label!r} |features {text}")
        workspace.learn(example)
        p = example.get_simplelabel_prediction()
        if "--coin" in options:
            p = from_loss(example.get_loss(), task, label)
        workspace.finish_example(example)
        yield min(max(p, low), high) if task == "regress" else p
        low, high = min(low, label), max(high, label)


def golden():
    lines = [f"# Vowpal Wabbit {vowpalwabbit.__version__}: Workspace.learn; x*4 y prediction"]
    for seed, (name, task, theirs, ours) in enumerate(CASES):
        data = list(rows(seed, 60, task, "--coin" in theirs))
        lines.append(f"case {name} {task} {len(data)} {ours or '-'}")
        wanted = predictions(theirs, task, ((dict(enumerate(x)), y) for x, y in data))
        for (x, y), want in zip(data, wanted):
            lines.append(" ".join(f"{v:.17g}" for v in [*x, y]) + f" {want:.7g}")
    (here / "vw.golden").write_text("\n".join(lines) + "\n")


def read(path):
    """Rows of VW's text format."""
    for line in pathlib.Path(path).read_text().splitlines():
        label, features = line.split("|")
        pairs = (item.split(":") for item in features.split()[1:])
        yield {name: float(v) for name, v in pairs}, float(label.split()[0])


def compare(path, smllearn):
    data = list(read(path))
    names = sorted({name for x, _ in data for name in x})
    lines = [json.dumps({"x": [x.get(name, 0.0) for name in names], "y": int(y)})
             for x, y in data]
    for name, task, theirs, ours in CASES + [
            ("ftrl", "regress", "--ftrl --ftrl_alpha 0.01 --ftrl_beta 0 --l1 2",
             "--alpha 0.01 --beta 0 --l1 2")]:
        command = [smllearn, "-y", "y", "-f", "x", "--learner", name, "--task", task,
                   "--cold-start", "zero", *ours.split()]
        out = subprocess.run(command, input="\n".join(lines) + "\n", text=True, check=True,
                             capture_output=True).stdout
        mine = [json.loads(line) for line in out.splitlines()]
        wanted = list(predictions(theirs, task, data))
        if task == "regress":
            found = [record["prediction"] for record in mine]
        else:
            found = [record["probability"] for record in mine]
            wanted = [1 / (1 + math.exp(-w)) for w in wanted]
        most = max(abs(a - b) for a, b in zip(found, wanted))
        loss = sum((w - y) ** 2 for w, (_, y) in zip(wanted, data)) / len(data)
        print(f"{name:8} {task:8} {theirs:50} {most:.2g} {loss:.6f}")


if len(sys.argv) == 3:
    compare(*sys.argv[1:])
else:
    golden()
