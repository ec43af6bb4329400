"""What all programs share: reading, writing, a state, a start"""

import tempfile

from bench import NAMES, RUNS, Program, line, measure, median, verdict


def snapshot():
    """A million keys: the additional cost of --state in a run, and the cost of loading it."""
    plain, saved, loaded = [], [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            plain.append(measure("{echo} -k user --twice value {million}", folder))
            saved.append(measure("{echo} -k user --twice value --state state {million}", folder))
            loaded.append(measure("{echo} -k user --twice value --state state /dev/null", folder))
    plain, saved, loaded = median(plain), median(saved), median(loaded)
    save, extra = saved.cpu - plain.cpu, saved.memory - plain.memory
    load = loaded.cpu - save
    print("\na snapshot of a key for each event (under 3 s and 200 MB in addition to the state)")
    line("smlecho, saving", save, extra, verdict(save < 3 and extra < 200e6))
    line("smlecho, loading", load, loaded.memory, verdict(load < 3))


def start():
    print("\nstart of a tool: --version (wall time under 5 ms, memory under 10 MB)")
    for tool in sorted(NAMES["bin"].glob("sml*")):
        with tempfile.TemporaryDirectory() as folder:
            cost = median([measure(f"{tool} --version", folder, 100) for _ in range(RUNS)])
        met = verdict(cost.wall < 0.005 and cost.memory < 10e6)
        line(tool.name, cost.wall, cost.memory, met)


# A title, ours, and what it is compared with; or what prints its part of the table.
WORKS = {
    "echo": (
        "parse, two fields, append a member (wall time at most 1.5 times a bare parse)",
        Program("smlecho", "{echo} -k user --twice value {events}", clock="wall"),
        Program("simdjson's DOM, lines copied", "{dom} {events}", faster=1 / 1.5, clock="wall"),
    ),
    "snapshot": snapshot,
    "start": start,
}
