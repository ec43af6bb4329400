#!/usr/bin/env python3
"""Has smlroute go through what only a long run meets: chaos.py kill|model|config|stream TIMES

Writes records, reads what comes out of them at the same time, and exits 1 where a record is missing,
comes twice or out of order, or has an answer that no whole model gives.
"""
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

random.seed(1)


class Run:
    """A smlroute, and what came out of it; every record's id is its number."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            ["smlroute", "-k", "id", "--stats", "chaos.stats", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open("chaos.err", "w"))
        self.written, self.out = 0, []
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.out.append(json.loads(line))

    def write(self, records):
        first = self.written
        self.written += records
        text = "".join('{"id":%d,"x":1,"y":1}\n' % i for i in range(first, self.written))
        self.put(text)

    def put(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def begin(self):
        """Before it has answered a signal may find it unprepared."""
        self.write(1)
        self.wait()

    def wait(self):
        """Until all that was written has come out."""
        until = time.time() + 60
        while len(self.out) < self.written:
            assert time.time() < until, "%d of %d came" % (len(self.out), self.written)
            assert self.process.poll() is None, open("chaos.err").read()
            time.sleep(0.0005)

    def end(self):
        self.process.stdin.close()
        self.reader.join()
        status = self.process.wait()
        assert status == 0, "exit status %d" % status
        records = [r for r in self.out if "$sml" not in r]
        assert [r["id"] for r in records] == list(range(self.written)), "not each once, in order"
        return records, json.load(open("chaos.stats"))


def model(n, features="xy"):
    """A model that predicts 1 + features times n."""
    return json.dumps({
        "smllearn": 1,
        "options": {
            "target": "t", "features": ",".join(features), "task": "regress", "learner": "sgd",
            "loss": "squared_error", "penalty": "l2", "alpha": 1e-4,
            "learning_rate": "invscaling", "eta0": 0.01, "power_t": 0.25, "scale": "none"},
        "steps": 1, "intercept": float(n),
        "features": [{"path": f, "weight": float(n)} for f in features]})


def replace(path, text):
    with open(path + ".new", "w") as f:
        f.write(text)
    os.rename(path + ".new", path)


def kill(times):
    run = Run("-a", "a=100:exec:echo $$ >chaos.pid; exec sed -u 's/.*/7/'")
    done = 0
    while done < times:
        run.write(random.randrange(1, 400))
        try:
            pid = int(open("chaos.pid").read())
            os.remove("chaos.pid")
        except (FileNotFoundError, ValueError):
            time.sleep(0.005)
            continue
        run.write(200)
        time.sleep(random.random() * 0.01)
        os.kill(pid, signal.SIGKILL)
        done += 1
    run.wait()
    records, stats = run.end()
    for r in records:
        assert (r["prediction"] == 7) != ("error" in r), r
        assert r.get("error") in (None, "the co-process died of signal 9"), r
    marked = sum("error" in r for r in records)
    assert 0 < marked < len(records) and stats["unanswered"] == marked, stats


def models(times):
    replace("chaos.model", model(1))
    run = Run("-a", "a=100:chaos.model", "--reload")
    run.begin()
    for i in range(times):
        if i % 10 == 9:
            with open("chaos.model", "w") as f:
                f.write(model(5)[:random.randrange(300)])
        else:
            # Other features now and then, so that more is read of a record.
            replace("chaos.model", model(1 + i % 2, "xy" if i % 7 else ["x", "y", "no.%d" % i]
                                         ).replace('"scale"', '"missing": "zero", "scale"'))
        run.process.send_signal(signal.SIGHUP)
        run.write(random.randrange(1, 100))
        if i % 4 == 0:
            run.wait()
    run.wait()
    records, stats = run.end()
    for r in records:
        assert r["prediction"] in (3, 6), r
    assert len({r["prediction"] for r in records}) == 2, "it never changed"
    assert stats["models_loaded"] > times / 4 and stats["models_refused"] > 0, stats


def config(times):
    def text(n):
        other = "exec:sed -u 's/.*/%d/'" % n if n > 1 else "const:%d" % n
        return json.dumps({
            "arms": [{"name": "a%d" % n, "weight": 50, "model": "const:%d" % n},
                     {"name": "b%d" % n, "weight": 50, "model": other}],
            "salt": str(n)})

    replace("chaos.json", text(0))
    run = Run("--config", "chaos.json")
    run.begin()
    for i in range(times):
        # A co-process that has to go takes some time.
        n = 2 if i % 50 == 49 else i % 2
        replace("chaos.json", text(n) if i % 10 != 9 or n == 2 else text(n)[:-3])
        run.process.send_signal(signal.SIGHUP)
        run.write(random.randrange(1, 100))
        if i % 4 == 0:
            run.wait()
    run.wait()
    records, stats = run.end()
    for r in records:
        assert r["arm"][1:] == str(r["prediction"]) and "error" not in r, r
    assert len({r["arm"] for r in records}) >= 4, "it never changed"
    assert stats["reloads"] > times / 4 and stats["reloads_failed"] > 0, stats


def stream(times):
    run = Run("-a", "a=50", "-a", "b=50", "--model-from-stream")
    want, now = [], {"a": None, "b": None}
    lines = 1
    run.put('{"$sml":"begin"}\n')
    for i in range(times):
        name = random.choice("ab")
        run.put('{"$sml":"model","name":"%s","model":%s}\n' % (name, model(i)))
        lines += 1
        now[name] = 3 * i
        n = random.randrange(20)
        run.write(n)
        want += [dict(now)] * n
    records, stats = run.end()
    for r, w in zip(records, want):
        assert r["prediction"] == w[r["arm"]], (r, w)
    assert len(run.out) == lines + run.written
    assert stats["models_loaded"] == times, stats


{"kill": kill, "model": models, "config": config, "stream": stream}[sys.argv[1]](int(sys.argv[2]))
