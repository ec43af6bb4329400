"""smlrun beside the pipeline that it drives, and its commits; with all cores, for it is several processes"""

import contextlib
import json
import pathlib
import re
import shlex
import statistics
import subprocess
import tempfile
import threading
import time

from bench import NAMES, RUNS, all_cores, broker, line, measure, median, named, topic, verdict

WINDOW = '{bin}/smlwindow -k user -t ts -w sliding:%s -a "n=count(),result=mean(value)"'
SHORT, LONG = WINDOW % "10m", WINDOW % "9999d"
RUN = "{bin}/smlrun --state run --stats stats "
MARKS = "--snapshot-every 1000000 "
KAFKA = "-b {brokers} --from kafka:{source} --to kafka:{out} "
RATE, SECONDS = 1000, 20  # of the messages whose latency is measured


def beside(title, target, alone, *ours):
    """All of them in turn; how many times the wall time of the first one ours take, run by run."""
    costs = {name: [] for name, _ in (alone, *ours)}
    for run in range(RUNS + 1):
        for name, command in (alone, *ours):
            with tempfile.TemporaryDirectory() as folder, named(out=f"out{len(costs[name])}.{len(name)}"):
                if "brokers" in NAMES:
                    topic(NAMES["out"])
                costs[name].append(measure(command, folder))
    print(f"\n{title}: seconds, peak memory, of which CPU")
    for name, all_costs in costs.items():
        counted = all_costs[1:]  # in the first one files are read, and a broker compiles itself
        cost = median(counted)
        times = statistics.median(a.wall / b.wall for a, b in zip(counted, costs[alone[0]][1:]))
        remark = f"{times:5.2f} x ({target} {verdict(times <= target)})" if name != alone[0] else ""
        line(name, cost.wall, cost.memory, f"{cost.cpu:.2f} s", remark)


def show_commits(name, folder):
    stats = json.loads(pathlib.Path(folder, "stats").read_text())
    p50, p99 = (1000 * stats[f"commit_p{p}_seconds"] for p in (50, 99))
    print(f"  {name:37}{p50:7.1f} ms  99 of 100:{p99:6.1f} ms (20 {verdict(p99 <= 20)})", flush=True)


def files():
    """A pipeline from file to file; and commits at full speed, while there are a million keys."""
    with all_cores():
        beside(
            "a pipeline from file to file", 1.1,
            ("the pipeline alone", f"sh -c '{SHORT} <{{events}} >results'"),
            ("smlrun, 100,000 records a commit", f"{RUN} --from {{events}} --to results -- '{SHORT}'"),
            ("smlrun, a second a commit", f"{RUN} --every 1s --from {{events}} --to results -- '{SHORT}'"),
        )
        with tempfile.TemporaryDirectory() as folder:
            measure("sed s/:1714/:1715/ {million}", folder)  # the same keys once more, later
            pathlib.Path(folder, "out").rename(folder + "/later")
            measure(f"{RUN} --every 10s --from {{million}} --to results -- '{LONG}'", folder)
            measure(
                f"{RUN} {MARKS} --every 5000 --from {{million}} --from later --to results -- '{LONG}'", folder
            )
            print("\na commit between snapshots of a million keys: half of them, and 99 of 100, take at most")
            show_commits("smlrun, file to file, full speed", folder)


def exactly_once():
    ours = f"{RUN} {KAFKA} -e"
    with named(source="events"):
        beside(
            "from topic to topic, exactly once", 1.2,
            ("consume | pipeline | produce", "sh -c '{bin}/smlkafka consume -b {brokers} -t {source} -e | "
             f"{SHORT} | {{bin}}/smlkafka produce -b {{brokers}} -t {{out}}'"),
            ("smlrun, 100,000 records a commit", f"{ours} --every 100000 -- '{SHORT}'"),
            ("smlrun, a second a commit", f"{ours} --every 1s -- '{SHORT}'"),
        )


@contextlib.contextmanager
def program(command, folder):
    """A program that runs until it is no longer wanted."""
    words = [word.format(**NAMES) for word in shlex.split(command)]
    with subprocess.Popen(words, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process
        process.terminate()


def send(pipe, until):
    """Sends messages at the rate, each with the time in ms."""
    begin, sent = time.time(), 0
    while not until(sent):
        now = time.time()
        for _ in range(int((now - begin) * RATE) - sent):
            sent += 1
            pipe.write(b'{"user":"k%d","ts":%d,"value":1.5}\n' % (sent * 7919 % 1000000, now * 1000))
        pipe.flush()
        time.sleep(0.001)
    return sent


def latencies(options, folder):
    """How long it took from the sending of a message until its result was read as committed, in ms."""
    took = []

    def receive(results):
        for result in results:
            took.append(1000 * time.time() - int(re.search(rb'"ts":(\d+)', result)[1]))

    with (
        program("{bin}/smlkafka consume -b {brokers} -t {out}", folder) as reader,
        program(f"{RUN} {KAFKA} --every 100ms {options} -- '{LONG}'", folder),
        program("{bin}/smlkafka produce -b {brokers} -t {source}", folder) as writer,
    ):
        threading.Thread(target=receive, args=[reader.stdout], daemon=True).start()
        first = send(writer.stdin, lambda _: took)
        sent = first + send(writer.stdin, lambda sent: sent >= RATE * SECONDS)
        while len(took) < sent:
            time.sleep(0.1)
    return sorted(took[first:])


def show_latencies(name, options, folder):
    took = latencies(options, folder)
    p50, p99 = (took[len(took) * p // 100] for p in (50, 99))
    print(f"  {name:37}{p50:7.0f} ms  99 of 100:{p99:6.0f} ms (300 {verdict(p99 <= 300)})", flush=True)


def steady():
    """Messages that come one after the other; then once more, while there are a million keys."""
    print(f"\nfrom a message to its committed result: {RATE} a second, --every 100ms")
    with tempfile.TemporaryDirectory() as folder, named(source=topic("steady"), out=topic("steady.out")):
        show_latencies("smlrun", "", folder)
    with tempfile.TemporaryDirectory() as folder, named(source=topic("million"), out=topic("million.out")):
        measure("{bin}/smlkafka produce -b {brokers} -t {source} {million}", folder)
        measure(f"{RUN} {KAFKA} -e --every 5s -- '{LONG}'", folder)
        show_latencies("smlrun, a million keys, marks", MARKS, folder)
        show_commits("its commits", folder)


def topics():
    with broker():
        topic("events")
        subprocess.run(
            [NAMES["bin"] / "smlkafka", "produce", "-b", NAMES["brokers"], "-t", "events", NAMES["events"]],
            check=True,
        )
        exactly_once()
        steady()


WORKS = {"smlrun-files": files, "smlrun-topics": topics}
