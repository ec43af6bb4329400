"""smlroute"""

import os
import tempfile

from bench import EVENTS, RUNS, Program, few, line, measure, median, python, verdict, work

ARMS = "{bin}/smlroute -k user -a champion=80%s -a challenger=20%s {events}"
LEARN = "{bin}/smllearn --learner sgd -q -y y -f x1,x2,x3,x4 -m model {events}"


def rates():
    """The cost of a million records, for a promised rate that has no rival."""
    with tempfile.TemporaryDirectory() as folder:
        measure(LEARN, folder)
        plain = median([measure(ARMS % ("", ""), folder) for _ in range(RUNS)])
        served = median([measure(ARMS % ((":model",) * 2), folder) for _ in range(RUNS)])
    print("\na million records routed in 0.5 s; in 1 s with a linear model of 4 features")
    for name, cost, limit in ("smlroute", plain, 0.5), ("smlroute, with the model", served, 1):
        line(name, cost.cpu / EVENTS * 1e6, cost.memory, verdict(cost.cpu / EVENTS * 1e6 < limit))


SCORED = few(400000)
SCORE = "{python} {here}/route_score.py"
PIPED = f"sh -c 'head -n {SCORED} {{events}} | %s'"


def coprocess():
    """Two processes that work at the same time: on all cores."""
    core = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count()))
    work(
        "a Python program as a model, on all cores (wall time at most 1.25 times its own in a pipe)",
        Program(
            "smlroute, exec:", PIPED % (f'{{bin}}/smlroute -k user -a "a=100:exec:{SCORE}"'), SCORED,
            clock="wall",
        ),
        Program("the program alone", PIPED % SCORE, SCORED, faster=0.8, clock="wall"),
    )
    os.sched_setaffinity(0, core)


WORKS = {
    "route": (
        "which of two arms a user has",
        Program("smlroute", ARMS % ("", "")),
        python("Python, a class", "route_class", few(100000), faster=20),
        python("Python, a class that reads with orjson", "route_class", few(100000), more="orjson"),
    ),
    "rates": rates,
    "coprocess": coprocess,
}
