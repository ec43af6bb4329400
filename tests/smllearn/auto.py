#!/usr/bin/env python3
"""The table of smllearn's page: --learner auto beside naive baselines and its own experts.

    tests/smllearn/auto.py DATA bin/smllearn

DATA is a folder with trump_approval.csv.gz, chick_weights.csv.gz, nyc_taxi.csv.gz, phishing.csv.gz,
bananas.libsvm.gz and elec2.csv.gz; weather.csv (scikit-multiflow/streaming-datasets) and hour.csv
(bike: the UCI's bike sharing) beside them are optional.  fried is made here: 20,000 rows of
Friedman's function.

Every set is learned as it is, and with all features times 1e6 and 1e-6.  The scores are the mean
absolute error of numbers, and the log loss of labels.
"""

import csv
import datetime
import gzip
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

EXPERTS = [
    ("sgd 0.1", "--learner sgd --scale standard --penalty none --learning-rate constant --eta0 0.1"),
    ("sgd 0.01", "--learner sgd --scale standard --penalty none --learning-rate constant --eta0 0.01"),
    ("sgd 0.001", "--learner sgd --scale standard --penalty none --learning-rate constant --eta0 0.001"),
    ("adaptive", "--learner adaptive"),
    ("coin", "--learner coin"),
]


def table(path):
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path)
    with opened as f:
        yield from csv.DictReader(f)


def columns(path, target, leave=()):
    for row in table(path):
        x = [float(v) for name, v in row.items() if name != target and name not in leave]
        yield x, float(row[target])


def taxi(path):
    for row in table(path):
        at = datetime.datetime.fromisoformat(row["timestamp"])
        yield [at.hour + at.minute / 60, at.weekday()], float(row["value"])


def bananas(path):
    with gzip.open(path, "rt") as f:
        for line in f:
            label, *features = line.split()
            yield [float(v.split(":")[1]) for v in features], float(label == "1")


def fried():
    rnd = random.Random(1)
    for _ in range(20000):
        x = [rnd.random() for _ in range(10)]
        yield x, (10 * math.sin(math.pi * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3]
                  + 5 * x[4] + rnd.gauss(0, 1))


def sets(folder):
    yield "trump_approval", "regress", columns(folder / "trump_approval.csv.gz", "five_thirty_eight")
    yield "chick_weights", "regress", columns(folder / "chick_weights.csv.gz", "weight")
    yield "nyc_taxi", "regress", taxi(folder / "nyc_taxi.csv.gz")
    yield "fried", "regress", fried()
    if (folder / "hour.csv").exists():
        yield "bike", "regress", columns(folder / "hour.csv", "cnt",
                                         ("instant", "dteday", "casual", "registered"))
    yield "phishing", "classify", columns(folder / "phishing.csv.gz", "is_phishing")
    yield "bananas", "classify", bananas(folder / "bananas.libsvm.gz")
    yield "elec2", "classify", columns(folder / "elec2.csv.gz", "class")
    if (folder / "weather.csv").exists():
        yield "weather", "classify", columns(folder / "weather.csv", "target")


def score(smllearn, task, path, options):
    with tempfile.NamedTemporaryFile() as stats:
        subprocess.run([smllearn, "-q", "-y", "y", "-f", "x", "--task", task, *options.split(),
                        "--rejects", "/dev/null", "--stats", stats.name, path],
                       check=False, stderr=subprocess.DEVNULL)
        return json.load(open(stats.name))


def number(x):
    return "-" if x is None else f"{x:.4g}"


def main(folder, smllearn):
    print(f"{'set':14} {'rows':>6} {'times':>6} {'auto':>8} {'naive':>8} {'/naive':>7} {'/best':>7}"
          f"  {' '.join(f'{name:>9}' for name, _ in EXPERTS)}")
    for name, task, data in sets(pathlib.Path(folder)):
        data = list(data)
        for times in (1, 1e6, 1e-6):
            with tempfile.NamedTemporaryFile("w") as records:
                for x, y in data:
                    record = {"x": [v * times for v in x], "y": y if task == "regress" else int(y)}
                    records.write(json.dumps(record) + "\n")
                records.flush()
                measure = "mae" if task == "regress" else "log_loss"
                mine = score(smllearn, task, records.name, "--learner auto")
                naive = [score(smllearn, task, records.name, f"--learner {other}")[measure]
                         for other in ("mean", "last")]
                experts = [score(smllearn, task, records.name, options)[measure]
                           for _, options in EXPERTS]
            best = min(x for x in naive + experts if x is not None)
            print(f"{name:14} {len(data):6} {times:6g} {mine[measure]:8.4g} {min(naive):8.4g} "
                  f"{mine[measure] / min(naive):7.3f} {mine[measure] / best:7.3f}  "
                  f"{' '.join(f'{number(x):>9}' for x in experts)}", flush=True)


main(*sys.argv[1:])
