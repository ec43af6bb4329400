"""smlfeat on Redis: against redis-benchmark on the same server, and the usual Python class"""

import contextlib
import os
import re
import statistics
import subprocess
import tempfile

from bench import EVENTS, HERE, RUNS, Program, few, measure, named, verdict, work

SERVER = HERE.parent.parent / "tests/servers/redis"
RECORDS = few(500000)
ENTITIES = 50000
DEPTH = 128
FEATURES = ["value", "x1", "x2", "x3"]


@contextlib.contextmanager
def server():
    """Redis on a Unix socket; on another core than the program measured, if there is another."""
    with tempfile.TemporaryDirectory() as folder:
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, set(range(os.cpu_count())) - cores or cores)
        subprocess.run([SERVER, "start", folder], check=True)
        os.sched_setaffinity(0, cores)
        try:
            with named(socket=folder + "/socket", redis="redis+unix:" + folder + "/socket"):
                yield folder
        finally:
            subprocess.run([SERVER, "stop", folder], check=True)


def records(folder):
    """Records whose keys are what redis-benchmark makes of __rand_int__, whole and without features."""
    seed = 1
    with open(folder + "/records", "w") as whole, open(folder + "/asked", "w") as asked:
        for n in range(RECORDS):
            seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
            event = f'{{"id":"{(seed >> 33) % ENTITIES:012}","ts":{1700000000000 + n}'
            fields = (f',"{name}":{(seed >> 20 + i) % 100000 / 1000}' for i, name in enumerate(FEATURES))
            whole.write(event + "".join(fields) + "}\n")
            asked.write(event + "}\n")


def rate(command, folder, count):
    return count / measure(command, folder).wall


def rival(folder, count, words):
    """What redis-benchmark gets done in a second, with one connection."""
    measure(f"redis-benchmark -s {{socket}} -c 1 -P {DEPTH} -n {count} -r {ENTITIES} --csv {words}", folder)
    with open(folder + "/out") as out:
        return float(re.split('","', out.read().splitlines()[-1])[1])


def show(title, ours, theirs, target, unit):
    print(f"\n{title}")
    print(f"  {'smlfeat':37}{ours:12,.0f} {unit}/s")
    met = verdict(ours >= target * theirs)
    print(f"  {'redis-benchmark':37}{theirs:12,.0f} {unit}/s{ours / theirs:9.3g} x ({target} {met})", flush=True)


def rates():
    put, sets, get, hmget = [], [], [], []
    with server() as folder:
        records(folder)
        common = f"{{bin}}/smlfeat %s -s {{redis}} -k id -t ts --depth {DEPTH} -f {','.join(FEATURES)} "
        stamp = '\'{{"t":1700000000123000000,"v":12.345}}\''
        for _ in range(RUNS):
            measure("redis-cli -s {socket} flushall", folder)
            put.append(rate(common % "put" + "-q records", folder, RECORDS) * len(FEATURES))
            get.append(rate(common % "get" + "asked", folder, RECORDS))
            hmget.append(rival(folder, RECORDS, "HMGET features:__rand_int__ " + " ".join(FEATURES)))
            sets.append(rival(folder, RECORDS, f"SET other:__rand_int__ {stamp}"))
    put, sets, get, hmget = map(statistics.median, (put, sets, get, hmget))
    show(f"Redis: entities of 4 features, {DEPTH} requests out: get beside HMGET", get, hmget, 0.7, "gets")
    show("Redis: put by its script, beside a SET for each feature", put, sets, 0.5, "features")


def classic():
    events = few(100000)
    rival = "/usr/bin/python3 {here}/feat_class.py {events} %d {socket}"  # with Debian's redis-py
    get = "{bin}/smlfeat get -s {redis} --layout string -k user -f value,x1,x2,x3 --nest features {events}"
    with server() as folder:
        put = "{bin}/smlfeat put -q -s {redis} --layout string -k user -f value,x1,x2,x3 {events}"
        measure(put, folder)
        work(
            "features of each event's user from Redis, appended (wall time)",
            Program("smlfeat, --layout string", get, clock="wall"),
            Program("redis-py, MGET of 100", rival % events, events, rival % 0, faster=10, clock="wall"),
        )


WORKS = {"redis": rates, "classic": classic}
