#!/usr/bin/env python3
"""Writes golden_rendezvous.h: which node has a key, by the published formula.

The hash is that of the xxHash library, by ctypes; the logarithm is math.log.

    python3 tests/unit/gen_rendezvous.py >tests/unit/golden_rendezvous.h
"""
import ctypes
import math
import platform
import random

XXHASH = ctypes.CDLL("libxxhash.so.0")
XXHASH.XXH64.restype = ctypes.c_uint64
XXHASH.XXH64.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64]


def xxh64(text, seed):
    return XXHASH.XXH64(text.encode(), len(text.encode()), seed)


def score(name, weight, key):
    drawn = xxh64(key, xxh64(name, 0)) >> 12
    return -weight / math.log((drawn + 0.5) / 2 ** 52)


def main():
    random.seed(6)
    version = XXHASH.XXH_versionNumber()
    print("/* Written by gen_rendezvous.py with Python %s and xxHash %d.%d.%d: do not edit. */" % (
        platform.python_version(), version // 10000, version // 100 % 100, version % 100))
    print("static const struct golden {\n\tdouble weight[4];\n\tconst char *key;\n\tuint32_t node;\n"
          "} golden[] = {")
    for i in range(300):
        weights = random.choice([[1, 1, 1, 1], [1, 2, 3, 4], [0.5, 0, 99.5, 1e-3], [0, 0, 7, 7]])
        key = "key_%d" % i if i % 2 == 0 else "".join(random.choices("xyzé\U0001d11e", k=i % 80))
        best = max((n for n in range(4) if weights[n] > 0),
                   key=lambda n: score("node-%d" % n, weights[n], key))
        print("\t{ { %s }, \"%s\", %d }," % (", ".join("%g" % w for w in weights), key, best))
    print("};")


main()
