"""smlkafka produce, and kcat, on one real broker; with all cores, because the broker needs one too"""

import subprocess
import tempfile

from bench import BUILD, NAMES, RUNS, broker, line, measure, median, named, ratio, topic, verdict

OURS = "smlkafka produce"
PROGRAMS = {
    OURS: "{bin}/smlkafka produce -b {brokers} -t {topic} {events}",
    "kcat -P, acks=all, idempotent": "kcat -P -b {brokers} -t {topic} -l {events} -X acks=all "
    "-X enable.idempotence=true",
    "kcat -P, acks=all": "kcat -P -b {brokers} -t {topic} -l {events} -X acks=all",
}


def run_all(folder):
    """Each program in turn, into a topic of its own, which is removed afterwards."""
    costs = {name: [] for name in PROGRAMS}
    for run in range(RUNS + 1):
        for i, (name, command) in enumerate(PROGRAMS.items()):
            with named(topic=topic(f"run{run}.{i}")):
                cost = measure(command, folder)
                if run > 0:  # the broker compiles itself in the first
                    costs[name].append(cost)
            subprocess.run([BUILD / "tests/kafkatool", NAMES["brokers"], "drop", f"run{run}.{i}"], check=True)
    return {name: median(cost) for name, cost in costs.items()}


def table(costs):
    ours = costs[OURS]
    print("\nwriting to a topic until all is acknowledged: seconds, peak memory, of which CPU")
    line(OURS, ours.wall, ours.memory, f"{ours.cpu:.2f} s", f"128 MB ({verdict(ours.memory < 128e6)})")
    for name, cost in costs.items():
        if name == OURS:
            continue
        same = "idempotent" in name  # as ours is: the targets are for equal promises
        line(
            name, cost.wall, cost.memory,
            f"{cost.cpu:.2f} s", ratio(cost.wall / ours.wall, 1.0 if same else 0),
            "CPU" + ratio(cost.cpu / ours.cpu, 1 / 1.2 if same else 0),
        )


def produce():
    with broker(), tempfile.TemporaryDirectory() as folder:
        table(run_all(folder))


WORKS = {"produce": produce}
