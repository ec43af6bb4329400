"""Random messages as envelopes, and whether two files of envelopes hold the same messages

envelopes.py make SEED COUNT TOPIC PARTITIONS >FILE
envelopes.py compare FILE FILE		partition by partition, topics and offsets aside
"""

import base64
import itertools
import json
import random
import sys

MEGABYTE = 1000000


def some_bytes(rng, longest=60):
    kind = rng.randrange(8)
    if kind == 0:
        return None
    if kind == 1:
        return b""
    n = rng.randrange(longest)
    if kind == 2:
        return bytes(rng.choice(b'"\\/\b\f\n\r\t\0\x1f\x7f {}[]:,') for _ in range(n))
    if kind == 3:
        return "".join(chr(rng.choice((0x41, 0xE9, 0x2028, 0x1F600, 0xFFFD))) for _ in range(n)).encode()
    if kind == 4:
        return b'{"$sml":"end"}'
    return rng.randbytes(n)


def spell(data):
    if data is None:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def some_headers(rng):
    names = [some_bytes(rng, 12) or b"" for _ in range(2)] + [b"h"]
    # librdkafka hands names out as C strings
    names = [name.replace(b"\0", b"0") for name in names]
    return [(rng.choice(names), some_bytes(rng)) for _ in range(rng.choice((0, 0, 1, 3, 40)))]


def make(seed, count, topic, partitions):
    rng = random.Random(int(seed))
    for i in range(int(count)):
        key, value, headers = some_bytes(rng), some_bytes(rng), some_headers(rng)
        if i in (7, 70):
            value = rng.randbytes(MEGABYTE)
        if i == 50:
            key = rng.randbytes(MEGABYTE)
        if i == 60:
            headers.append((b"large", b"\1" * MEGABYTE))
        envelope = {
            "topic": topic,
            "partition": rng.randrange(int(partitions)),
            "timestamp": rng.choice((1, rng.randrange(1, 2**41), 2**43)),
            "key": spell(key),
            "value": spell(value),
            "headers": [[spell(name), spell(value)] for name, value in headers],
        }
        json.dump(envelope, sys.stdout, ensure_ascii=rng.random() < 0.5)
        print()


def read_bytes(value):
    if isinstance(value, dict):
        return base64.b64decode(value["base64"], validate=True)
    return value if value is None else value.encode()


def read(path):
    messages = {}
    with open(path, encoding="utf-8", newline="\n") as lines:
        for line in lines:
            e = json.loads(line)
            headers = [(read_bytes(name), read_bytes(value)) for name, value in e["headers"]]
            message = (e["timestamp"], read_bytes(e["key"]), read_bytes(e["value"]), headers)
            messages.setdefault(e["partition"], []).append(message)
    return messages


def compare(one, other):
    one, other = read(one), read(other)
    for partition in sorted(one.keys() | other.keys()):
        pairs = itertools.zip_longest(one.get(partition, []), other.get(partition, []))
        for i, (a, b) in enumerate(pairs):
            if a != b:
                sys.exit(f"partition {partition}, message {i}:\n{str(a)[:500]}\n{str(b)[:500]}")


if __name__ == "__main__":
    {"make": make, "compare": compare}[sys.argv[1]](*sys.argv[2:])
