"""smlkafka consume, and kcat, on one real broker; with all cores, because the broker needs one too"""

import subprocess
import tempfile

from bench import NAMES, RUNS, broker, line, measure, median, named, ratio, topic, verdict

SML = "{bin}/smlkafka consume -b {brokers} -e "
KCAT = "kcat -b {brokers} -e -q "
NO_WAIT = "-X fetch.wait.max.ms=10 "  # as ours has it
EARLY = "-X auto.offset.reset=earliest "

# What is read, ours and kcat's command, and how many times as fast ours must be.
WORKS_OF_KCAT = [
    ("values to a pipe", SML + "-t one", KCAT + "-C -t one", 1.5),
    ("fetch.wait 10 ms", SML + "-t one", KCAT + NO_WAIT + "-C -t one", 0),
    ("envelopes to a pipe", SML + "-t one --format envelope", KCAT + "-C -t one -J", 4),
    ("in a group", SML + "-t one -G sml{run}", KCAT + EARLY + "-G kcat{run} one", 2),
]


def fill():
    """A million events in a topic of one partition, and in one of three."""
    for name, partitions in ("one", 1), ("three", 3):
        topic(name, partitions)
        subprocess.run(
            ["kcat", "-P", "-b", NAMES["brokers"], "-t", name, "-X", "acks=all", "-l", NAMES["events"]],
            check=True,
        )


def piped(command):
    return f"sh -c '{command} | cat >/dev/null'"


def costs_of(commands, folder):
    """Medians of the commands, run in turn; first once each, to let the broker compile itself."""
    costs = [[] for _ in commands]
    for run in range(RUNS + 1):
        with named(run=f"{run}.{len(NAMES)}"):
            for command, cost in zip(commands, costs):
                cost.append(measure(command, folder))
    return [median(cost[1:]) for cost in costs]


def against_kcat(folder):
    cpu = costs_of([SML + "-t one", KCAT + "-C -t one"], folder)
    print("\nreading a topic: seconds, peak memory")
    for what, ours, kcat, target in WORKS_OF_KCAT:
        sml, other = costs_of([piped(ours), piped(kcat)], folder)
        line(f"smlkafka consume, {what}", sml.wall, cpu[0].memory, f"128 MB ({verdict(sml.memory < 128e6)})")
        line(f"kcat, {what}", other.wall, cpu[1].memory, ratio(other.wall / sml.wall, target))
    times = cpu[0].cpu / cpu[1].cpu
    print(f"  CPU of values to a file: {cpu[0].cpu:.2f} s, kcat's {cpu[1].cpu:.2f} s: {times:.2f} x "
          f"(1.2 {verdict(times <= 1.2)})")


def merged(folder):
    plain, merge = costs_of([piped(SML + "-t three"), piped(SML + "-t three --merge")], folder)
    times = merge.wall / plain.wall
    line("three partitions", plain.wall, plain.memory)
    line("three partitions, --merge", merge.wall, merge.memory,
         f"{times:.2f} x (1.3 {verdict(times <= 1.3)})", f"128 MB ({verdict(merge.memory < 128e6)})")


def consume():
    with broker(), tempfile.TemporaryDirectory() as folder:
        fill()
        against_kcat(folder)
        merged(folder)


WORKS = {"consume": consume}
