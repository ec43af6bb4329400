#!/usr/bin/env python3
"""Writes golden.ndjson: ids, and the buckets that Python's hashlib gives them.

    python3 tests/smlroute/golden.py >tests/smlroute/golden.ndjson

Each line is {"id":…,"bucket":B,"fine":F,"salted":S,"gate":G,"holdout":H,"shard":N}, of the text t of
the id (a string, or a number as it is written), int(hashlib.md5(t.encode()).hexdigest(), 16)
modulo 100 and 10,000; of "spring:" + t modulo 100; of "gate:" + t and "holdout:" + t modulo
10,000; and the jump hash (a transcription of the paper's) among 1000 buckets of the lower 64 bits
of that of "shard:" + t.  The first line names the version.
"""
import hashlib
import platform
import random

ALPHABET = ["a", "b", "user", "-", "_", ".", "0", "17", "é", "ß", "€", "\U0001d11e", "\u0301", " ",
            '"', "\\", "/", "\n", "\0", "\x7f", "\uffff"]


def number(text):
    return int(hashlib.md5(text.encode()).hexdigest(), 16)


def jump(key, buckets):
    b, j = -1, 0
    while j < buckets:
        b = j
        key = (key * 2862933555777941757 + 1) % 2 ** 64
        j = int(float(b + 1) * (float(2 ** 31) / float((key >> 33) + 1)))
    return b


def spelling(text):
    """A JSON string of the text, in one of its many spellings."""
    out = ""
    for c in text:
        units = c.encode("utf-16-be").hex()
        if c in '"\\' or c < " " or random.random() < 0.2:
            out += "".join("\\u" + units[i:i + 4] for i in range(0, len(units), 4))
        else:
            out += c
    return '"%s"' % out


def ids():
    """Pairs of what is hashed and how a record spells it."""
    for i in range(400):
        yield "user_%d" % i, '"user_%d"' % i
    for _ in range(400):
        text = "".join(random.choices(ALPHABET, k=random.randint(1, 12)))
        yield text, spelling(text)
    for n in ["0", "-0", "12", "12.0", "1.2e1", "1E400", "18446744073709551617", "-1.50"]:
        yield n, n
    for n in range(180):
        yield str(7 ** n), str(7 ** n)
    for length in range(50, 70):
        yield "x" * length, '"%s"' % ("x" * length)
    yield "true", "true"
    yield "false", "false"


def main():
    random.seed(6)
    print('{"id":"by Python %s"}' % platform.python_version())
    for text, spelt in ids():
        print('{"id":%s,"bucket":%d,"fine":%d,"salted":%d,"gate":%d,"holdout":%d,"shard":%d}' % (
            spelt, number(text) % 100, number(text) % 10000, number("spring:" + text) % 100,
            number("gate:" + text) % 10000, number("holdout:" + text) % 10000,
            jump(number("shard:" + text) % 2 ** 64, 1000)))


main()
