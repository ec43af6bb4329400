#!/usr/bin/env python3
"""Damages the store "broken", a copy of "checked", as a disk might.

usage: damage.py index|crash

index	of the entity k1234 the index says that it expires a moment later
crash	at places that a fixed seed chooses, until smlfeat dump dies of a signal
"""
import os
import random
import subprocess
import sys

PAGE = 4096


def write(data):
    with open("broken/data.mdb", "wb") as file:
        file.write(data)


def index(data):
    at = data.find(b"k1234")
    while data[at - 8] != 0x80:  # a time, with its sign flipped, is before the id
        at = data.index(b"k1234", at + 1)
    data[at - 1] ^= 1
    write(data)


def crash(data):
    random.seed(1)
    for _ in range(2000):
        worse = bytearray(data)
        at = PAGE * random.randrange(2, len(data) // PAGE) + random.randrange(16, 64)
        worse[at:at + 2] = random.choice((b"\0\0", b"\x7f\x7f", b"\xff\xff"))
        write(worse)
        if subprocess.run(["smlfeat", "dump", "-s", "lmdb:broken"], check=False,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode < 0:
            return
    raise SystemExit("nothing crashes it")


os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":handle_segv=0:handle_abort=0"
with open("checked/data.mdb", "rb") as sound:
    globals()[sys.argv[1]](bytearray(sound.read()))
