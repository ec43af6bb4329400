#!/usr/bin/env python3
"""Pipes that are signalled as systemd, timeout and shells do: all processes at once.

usage: stop.py group|middle|stall|kill|store ROUNDS

Whatever the moment, what all runs have written together is what one run writes.  A folder with
the input "in" is where it works.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

WRAP = os.environ.get("SML_WRAP", "").split()
ECHO = WRAP + ["smlecho", "-k", "k"]


def start(*stages, out):
    """The processes of a pipe, in a process group of their own."""
    group, source, processes = 0, subprocess.DEVNULL, []
    for i, args in enumerate(stages):
        sink = out if i == len(stages) - 1 else subprocess.PIPE
        process = subprocess.Popen(args, stdin=source, stdout=sink, stderr=subprocess.PIPE,
                                   preexec_fn=lambda: os.setpgid(0, group))
        group = group or process.pid
        if source != subprocess.DEVNULL:
            source.close()
        source = process.stdout
        processes.append(process)
    return group, processes


def end(processes):
    """Their statuses and messages."""
    messages = [p.stderr.read().decode() for p in processes]
    return [p.wait() for p in processes], messages


def anew():
    for name in os.listdir("."):
        if os.path.isdir(name):
            shutil.rmtree(name)
        elif name not in ("in", "want") and name[0] != ".":
            os.unlink(name)


def state(name):
    with open(name, encoding="utf-8") as file:
        return json.loads(file.readline())["snapshot"]


def same():
    with open("want", "rb") as want, open("out", "rb") as out:
        if want.read() != out.read():
            raise SystemExit("the output differs from that of one run: see " + os.getcwd())


def send(process):
    """Sends a SIGTERM, and waits until it was delivered: two that are pending are one."""
    process.send_signal(signal.SIGTERM)
    pending = 1
    while process.poll() is None and pending:
        with open("/proc/%d/status" % process.pid, encoding="utf-8") as file:
            pending = next(int(line.split()[1], 16) for line in file if line[:7] == "ShdPnd:")
        time.sleep(0.001)


def pause():
    time.sleep(random.uniform(0, 0.06))


FIRST = ECHO + ["--state", "s1", "--continue", "in"]
SECOND = ECHO + ["--as", "nth=again", "--state", "s2"]


def group(rounds):
    """Two tools with states; each stop is a round, begun anew when all was read."""
    size = os.path.getsize("in")
    while rounds > 0:
        anew()
        while rounds > 0:
            with open("out", "ab") as out:
                pgid, processes = start(FIRST, SECOND, out=out)
            pause()
            os.killpg(pgid, signal.SIGTERM)
            statuses, messages = end(processes)
            rounds -= 1
            # A signal that comes before a tool has begun ends it, and its neighbour says so.
            if -signal.SIGTERM in statuses:
                break
            if statuses != [0, 0]:
                raise SystemExit("%s %s" % (statuses, messages))
            if state("s1")["offset"] == size:
                break
        if statuses != [0, 0]:
            continue
        with open("out", "ab") as out:
            end(start(FIRST, SECOND, out=out)[1])
        same()


def middle(rounds):
    """The one in the middle alone: it goes on to its end."""
    for _ in range(rounds):
        anew()
        with open("out", "ab") as out:
            _, processes = start(["cat", "in"], ECHO + ["--state", "s1"], SECOND, out=out)
        while not os.path.exists("s1"):
            time.sleep(0.001)
        pause()
        os.kill(processes[1].pid, signal.SIGTERM)
        statuses, messages = end(processes)
        if statuses != [0, 0, 0]:
            raise SystemExit("%s %s" % (statuses, messages))
        same()


def stall(rounds):
    """A reader that does not read: a second signal saves what it did not take."""
    for _ in range(rounds):
        anew()
        reader, writer = os.pipe()
        with open("out", "ab") as out:
            process = subprocess.Popen(FIRST + ["--as", "nth=again"], stdout=writer,
                                       stderr=subprocess.PIPE)
            os.close(writer)
            while not os.path.exists("s1"):
                time.sleep(0.001)
            pause()
            send(process)
            time.sleep(0.15)  # a signal at the same time would be the same one
            pause()
            send(process)
            statuses, messages = end([process])
            if statuses != [0]:
                raise SystemExit("%s %s" % (statuses, messages))
            with os.fdopen(reader, "rb") as pipe:
                out.write(pipe.read())
            out.flush()
            statuses, messages = end(start(FIRST + ["--as", "nth=again"], out=out)[1])
            if statuses != [0]:
                raise SystemExit("%s %s" % (statuses, messages))
        want = subprocess.run(ECHO + ["--as", "nth=again", "in"], stdout=subprocess.PIPE,
                              check=True).stdout
        with open("out", "rb") as file:
            if file.read() != want:
                raise SystemExit("the output differs: see " + os.getcwd())


def kill(rounds):
    """kill -9 of one tool that owns its output, until it comes to its end; then anew."""
    args = ECHO + ["--state", "s1", "-o", "out", "--save-every", "1000", "--continue", "in"]
    subprocess.run(ECHO + ["-o", "want.one", "in"], check=True)
    os.rename("want.one", "want")
    while rounds > 0:
        anew()
        while rounds > 0:
            process = subprocess.Popen(args, stderr=subprocess.PIPE)
            pause()
            process.kill()
            statuses, messages = end([process])
            rounds -= 1
            if statuses == [0]:
                break
            if statuses != [-signal.SIGKILL]:
                raise SystemExit("%s %s" % (statuses, messages))
        if end([subprocess.Popen(args, stderr=subprocess.PIPE)])[0] != [0]:
            raise SystemExit("the last run failed")
        same()


def store(rounds):
    """Features are put and found again: neither stage has a state, and both read to the end."""
    stages = (FIRST, WRAP + ["smlfeat", "put", "-k", "k", "-s", "lmdb:store", "--sync", "never"],
              WRAP + ["smlfeat", "get", "-k", "k", "-f", "v", "--as", "v=got", "-s", "lmdb:store"])
    size = os.path.getsize("in")
    anew()
    with open("want", "wb") as file:
        end(start(*stages, out=file)[1])
    while rounds > 0:
        anew()
        offset = 0
        while offset < size:
            with open("out", "ab") as out:
                before = out.tell()
                pgid, processes = start(*stages, out=out)
            # Once there is output, all of them have begun.
            while os.path.getsize("out") == before and processes[-1].poll() is None:
                time.sleep(0.001)
            pause()
            os.killpg(pgid, signal.SIGTERM)
            statuses, messages = end(processes)
            rounds -= 1
            if statuses[0] != 0 or not {0, -signal.SIGTERM}.issuperset(statuses[1:]):
                raise SystemExit("%s %s" % (statuses, messages))
            offset = state("s1")["offset"]
        same()


random.seed(int(os.environ.get("SML_SEED", "1")))
if sys.argv[1] != "kill":
    with open("want", "wb") as file:
        end(start(ECHO + ["in"], ECHO + ["--as", "nth=again"], out=file)[1])
globals()[sys.argv[1]](int(sys.argv[2]))
