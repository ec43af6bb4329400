"""Runs ours and the rivals in turn on one core, and prints the table

usage: table.py RUNS EVENTS INPUT [WORK...]

The works are in works_*.py: a dict WORKS from a name to a title and programs, ours first, or to a
function that prints its part of the table itself.
"""

import datetime
import importlib
import os
import platform
import sys

import bench

WORKS = {}
for path in sorted(bench.HERE.glob("works_*.py")):
    WORKS |= importlib.import_module(path.stem).WORKS


def processor():
    for text in open("/proc/cpuinfo"):
        if text.startswith("model name"):
            return text.split(":")[1].strip()
    return platform.machine()


def main():
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    os.environ["OMP_NUM_THREADS"] = "1"
    size = os.path.getsize(bench.NAMES["events"]) / bench.EVENTS
    print(f"{datetime.date.today()}, {processor()}, one core, Linux {platform.release()}")
    print(f"CPU seconds for 1,000,000 events of {size:.0f} bytes; peak memory; {bench.RUNS} runs, medians;")
    print("how many times the time and memory of ours a rival takes (and the target)")
    for name in sys.argv[4:] or WORKS:
        if callable(WORKS[name]):
            WORKS[name]()
        else:
            bench.work(*WORKS[name])
    met = bench.verdicts.count(True)
    print(f"\ntargets: {met} met, {len(bench.verdicts) - met} not met")


main()
