#!/usr/bin/env python3
"""Writes golden_rendezvous.h: which node has a key, by the published formula.

The hash is that of the xxHash library, by ctypes; the logarithm is math.log.  Then the bits of our
own logarithm, by the same steps in the same order, which Python rounds as IEEE 754 says.

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


def own_log(u):
    m, e = math.frexp(u)
    m, e = 2 * m, e - 1
    if m > 1.4142135623730951:
        m, e = m / 2, e + 1
    s = (m - 1) / (m + 1)
    total = 0.0
    for k in range(21, 0, -2):
        total = total * (s * s) + 1.0 / k
    return e * 0.6931471805599453 + 2 * s * total


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
    print("};\n\nstatic const struct golden_log {\n\tdouble u, log;\n} golden_log[] = {")
    for i in range(200):
        u = (random.getrandbits(52 - i % 50) + 0.5) / 2 ** 52
        print("\t{ %s, %s }," % (u.hex(), own_log(u).hex()))
    print("};")


main()
