"""Runs ours and the rivals in turn on one core, and prints the table

usage: table.py RUNS EVENTS INPUT [WORK...]

CPU is user and system seconds for a million events. A Python rival is spared the time of its start
and its imports; memory is the peak of the whole process. A rival too slow for a million events runs
on fewer, and its time is scaled up: the table says so.
"""

import datetime
import os
import pathlib
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass

RUNS, EVENTS, INPUT = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"
NAMES = {
    "bin": BUILD.parent / "bin",
    "echo": BUILD / "tests/smlecho",
    "dom": BUILD / "bench/dom",
    "here": HERE,
    "python": sys.executable,
    "events": INPUT + ".ndjson",
    "vw": INPUT + ".vw.json",
    "thousand": INPUT + ".1000.ndjson",  # as many users, one after the other
    "million": INPUT + ".1000000.ndjson",
}


@dataclass
class Cost:
    cpu: float  # seconds
    wall: float  # seconds
    memory: float  # bytes


@dataclass
class Program:
    name: str
    command: str  # by the shell's rules, with {names} from NAMES
    events: int = EVENTS  # on how many it runs
    start: str = ""  # the same without an event: its cost is taken off
    faster: float = 0  # how many times as fast as this one ours must be
    smaller: float = 0  # and with how many times less memory
    clock: str = "cpu"  # or "wall": by which of the two it is compared
    once: bool = False  # too slow to run more often


def python(name, script, events=EVENTS, data="{events}", more="", **targets):
    """A rival in Python, called with a file, how many of its events to take, and more."""
    run = "{python} {here}/" + script + ".py " + data
    return Program(name, f"{run} {events} {more}", events, f"{run} 0", **targets)


def few(events):
    return min(events, EVENTS)


def window(mean, size, events="{events}"):
    return "{bin}/smlwindow -k user -t ts -w %s -a 'n=count(),result=%s(value)' %s" % (
        size, mean, events,
    )


# A title, ours, and what it is compared with.
WORKS = {
    "tumbling": (
        "tumbling 1 min: count and sum by user",
        Program("smlwindow", window("sum", "tumbling:1m")),
        Program("mawk, regular expressions", "mawk -f {here}/tumbling.awk {events}", faster=3),
        Program(
            "Miller",
            "mlr --ijsonl --ojsonl put '$minute = $ts // 60000'"
            " then stats1 -a count,sum -f value -g user,minute {events}",
            faster=50, once=True,
        ),
        python("DuckDB, one thread", "tumbling_duckdb", faster=1.3, smaller=10),
    ),
    "sliding": (
        "sliding 10 min: count and mean of the user at every event",
        Program("smlwindow", window("mean", "sliding:10m")),
        python("DuckDB, one thread", "sliding_duckdb", faster=3, smaller=10),
        python("Polars, one thread", "sliding_polars", faster=3, smaller=10),
        python("ClickHouse (chdb), one thread", "sliding_chdb", faster=3, smaller=10),
        python("Python, a deque", "sliding_deque", few(30000), faster=2000, once=True),
        python("Python, a deque a user", "sliding_deques", few(100000)),
    ),
    "learn": (
        "predict, then learn: 4 features, predictions out",
        Program("smllearn", "{bin}/smllearn -y y -f x1,x2,x3,x4 -m model {events}"),
        python("Vowpal Wabbit --json -p", "learn_vw", data="{vw}", more="/dev/stdout", faster=10),
        python("Vowpal Wabbit --json, no predictions", "learn_vw", data="{vw}", faster=2),
        python("scikit-learn, row by row", "learn_sklearn", few(4000), faster=500),
        python("River", "learn_river", few(100000), faster=20),
    ),
    "drift": (
        "Kolmogorov-Smirnov at every event: 1000 against 1000",
        Program("smldrift", "{bin}/smldrift -f value -d ks --annotate {events}"),
        python("SciPy ks_2samp", "drift_scipy", few(2000), faster=200),
    ),
    "echo": (
        "parse, two fields, append a member (wall time at most 1.5 times a bare parse)",
        Program("smlecho", "{echo} -k user --twice value {events}", clock="wall"),
        Program("simdjson's DOM, lines copied", "{dom} {events}", faster=1 / 1.5, clock="wall"),
    ),
    "flat": (
        "a window 600 times as long, at most 1.3 times the cost",
        Program("smlwindow, sliding 10 hours", window("mean", "sliding:10h")),
        Program("smlwindow, sliding 1 min", window("mean", "sliding:1m"), faster=1 / 1.3),
    ),
    "keys": (
        "a thousand times as many keys (at most 1.3 times the cost beside cache misses)",
        Program("smlwindow, a million keys", window("mean", "sliding:10m", "{million}")),
        Program("smlwindow, a thousand keys", window("mean", "sliding:10m", "{thousand}")),
    ),
}

verdicts = []


def verdict(met):
    verdicts.append(met)
    return "met" if met else "MISSED"


def measure(command, folder, runs=1):
    """What one run of the command costs, in that folder."""
    words = [word.format(**NAMES) for word in shlex.split(command)]
    with open(folder + "/out", "wb") as out, open(folder + "/err", "wb") as err:
        done = subprocess.run(
            [BUILD / "bench/measure", "-n", str(runs), folder + "/cost", *words],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
        )
    if done.returncode != 0:
        sys.exit(f"bench: {command}: " + pathlib.Path(folder, "err").read_text())
    return Cost(*map(float, pathlib.Path(folder, "cost").read_text().split()))


def cost_of(program):
    """One run in a folder of its own, its start taken off, scaled to a million events."""
    with tempfile.TemporaryDirectory() as folder:
        cost = measure(program.command, folder)
        if program.start:
            start = measure(program.start, folder)
            cost.cpu -= start.cpu
            cost.wall -= start.wall
    scale = 1e6 / program.events
    return Cost(cost.cpu * scale, cost.wall * scale, cost.memory)


def median(costs):
    cpu, wall, memory = zip(*((cost.cpu, cost.wall, cost.memory) for cost in costs))
    return Cost(statistics.median(cpu), statistics.median(wall), statistics.median(memory))


def line(name, seconds, memory, *remarks):
    text = f"  {name:37}{seconds:8.3f} s{memory / 1e6:8.1f} MB" + "".join(f"  {r:19}" for r in remarks)
    print(text.rstrip(), flush=True)


def ratio(times, target):
    def short(x):
        return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"

    text = f"{short(times):>7} x"
    if target:
        text += f" ({short(target)} {verdict(times >= target)})"
    return text


def compare(program, cost, ours):
    name = program.name
    if program.events != EVENTS:
        name += f" ({program.events // 1000},000 events)"
    seconds, memory = getattr(cost, program.clock), cost.memory
    remarks = [ratio(seconds / getattr(ours, program.clock), program.faster)]
    if program.smaller:
        remarks.append(ratio(memory / ours.memory, program.smaller))
    line(name, seconds, memory, *remarks)


def work(title, *programs):
    """All programs in turn, as often as wanted; the first one is ours."""
    costs = {program.name: [] for program in programs}
    for run in range(RUNS):
        for program in programs:
            if run == 0 or not program.once:
                costs[program.name].append(cost_of(program))
    print("\n" + title)
    ours = median(costs[programs[0].name])
    line(programs[0].name, getattr(ours, programs[0].clock), ours.memory)
    for program in programs[1:]:
        compare(program, median(costs[program.name]), ours)


def snapshot():
    """A million keys: what --state costs beside the same run without it, and what loading costs."""
    plain, saved, loaded = [], [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            plain.append(measure("{echo} -k user --twice value {million}", folder))
            saved.append(measure("{echo} -k user --twice value --state state {million}", folder))
            loaded.append(measure("{echo} -k user --twice value --state state /dev/null", folder))
    plain, saved, loaded = median(plain), median(saved), median(loaded)
    save, extra = saved.cpu - plain.cpu, saved.memory - plain.memory
    load = loaded.cpu - save
    print("\na snapshot of a key for each event (under 3 s and 200 MB beside the state)")
    line("smlecho, saving", save, extra, verdict(save < 3 and extra < 200e6))
    line("smlecho, loading", load, loaded.memory, verdict(load < 3))


def start():
    print("\nstart of a tool: --version (wall time under 5 ms, memory under 10 MB)")
    for tool in sorted(NAMES["bin"].glob("sml*")):
        with tempfile.TemporaryDirectory() as folder:
            cost = median([measure(f"{tool} --version", folder, 100) for _ in range(RUNS)])
        met = verdict(cost.wall < 0.005 and cost.memory < 10e6)
        line(tool.name, cost.wall, cost.memory, met)


def processor():
    for text in open("/proc/cpuinfo"):
        if text.startswith("model name"):
            return text.split(":")[1].strip()
    return platform.machine()


def main():
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    os.environ["OMP_NUM_THREADS"] = "1"
    size = os.path.getsize(NAMES["events"]) / EVENTS
    print(f"{datetime.date.today()}, {processor()}, one core, Linux {platform.release()}")
    print(f"CPU seconds for 1,000,000 events of {size:.0f} bytes; peak memory; {RUNS} runs, medians;")
    print("how many times the time and memory of ours a rival takes (and the target)")
    for name in sys.argv[4:] or [*WORKS, "snapshot", "start"]:
        if name in WORKS:
            work(*WORKS[name])
        else:
            {"snapshot": snapshot, "start": start}[name]()
    print(f"\ntargets: {verdicts.count(True)} met, {verdicts.count(False)} not met")


main()
