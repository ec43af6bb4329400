"""The parts of each work of the bench: programs, the cost of a run, and lines of the table.

CPU is user and system seconds for a million events. The time of a Python rival's start and imports
is subtracted; memory is the peak of the whole process. A rival too slow for a million events runs
on fewer, and its time is scaled up; the table says so.
"""

import contextlib
import os
import pathlib
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
    """The cost of one run in a new folder, less that of a start, scaled to a million events."""
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


@contextlib.contextmanager
def named(**names):
    """What {names} mean in commands, for a while: a server's address."""
    NAMES.update(names)
    try:
        yield
    finally:
        for name in names:
            del NAMES[name]


@contextlib.contextmanager
def all_cores():
    """For a work of several processes."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count()))
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@contextlib.contextmanager
def broker():
    """A real broker, at {brokers}; with all cores, because it needs one too."""
    server = HERE.parent.parent / "tests/servers/kafka"
    with all_cores(), tempfile.TemporaryDirectory() as folder:
        subprocess.run([server, "start", folder], check=True)
        try:
            with named(brokers=pathlib.Path(folder, "address").read_text().strip()):
                yield
        finally:
            subprocess.run([server, "stop", folder], check=True)


def topic(name, partitions=1):
    tool = BUILD / "tests/kafkatool"
    subprocess.run([tool, NAMES["brokers"], "topic", name, str(partitions)], check=True)
    return name


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
