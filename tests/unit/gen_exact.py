#!/usr/bin/env python3
"""Writes golden_exact.h: what Python says of small sets of doubles.

sum is math.fsum, mean statistics.fmean, variance statistics.variance and deviation
statistics.stdev, from Python 3.11; where these raise OverflowError the exact value
decides (fractions), infinite beyond a double's range.

    python3 tests/unit/gen_exact.py >tests/unit/golden_exact.h
"""
import math
import random
import statistics
import sys
import textwrap
from fractions import Fraction

MOST = 12


def nearest(exact):
    try:
        return exact.numerator / exact.denominator
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def or_exact(function, values, exact):
    try:
        return function(values)
    except OverflowError:
        return nearest(exact)


def spell(x):
    if math.isinf(x):
        return "HUGE_VAL" if x > 0 else "-HUGE_VAL"
    return x.hex()


def case(values):
    n = len(values)
    exact = [Fraction(x) for x in values]
    total = sum(exact)
    row = [or_exact(math.fsum, values, total),
           or_exact(statistics.fmean, values, total / n)]
    if n > 1:
        ratio = (n * sum(x * x for x in exact) - total ** 2) / (n * (n - 1))
        row.append(or_exact(statistics.variance, values, ratio))
        row.append(or_exact(statistics.stdev, values, Fraction(10) ** 400))
    else:
        row += [0.0, 0.0]
    text = "{ %d, { %s }, %s }," % (
        n, ", ".join(map(spell, values)), ", ".join(map(spell, row)))
    print(textwrap.fill(text, 76, initial_indent="\t", subsequent_indent="\t    "))


def mixed(i):
    """splitmix64 of i, as 2 decimals between -5000 and 5000; one in 97 is 1e16 or -1e16."""
    z = (i * 0x9E3779B97F4A7C15) & (2 ** 64 - 1)
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2 ** 64 - 1)
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2 ** 64 - 1)
    z ^= z >> 31
    if z % 97 == 0:
        return -1e16 if z & (1 << 40) else 1e16
    return (z % 1000001 - 500000.0) / 100


def main():
    random.seed(20260101)
    version = sys.version.split()[0]
    print("/* Written by gen_exact.py with Python %s: do not edit. */" % version)
    print("static const struct golden {")
    print("\tint n;\n\tdouble values[%d];\n\tdouble sum, mean, variance, deviation;" % MOST)
    print("} golden[] = {")
    biggest, least = sys.float_info.max, 5e-324
    for values in [
            [0.0], [-0.0], [1e16, 1.0, -1e16], [0.1] * 10, [1e16, 1.0, 1e-16],
            [1.0, 2.0 ** -53], [1.0, 2.0 ** -53, 2.0 ** -106], [1.0, -(2.0 ** -54)],
            [1.0, -(2.0 ** -54), -least], [2.0 ** 53, 1.0], [2.0 ** 53, 1.0, least],
            [2.0 ** 53, 1.0, -least], [2.0 ** 53 + 2, 1.0], [least] * 3, [least, -least],
            [2.2250738585072014e-308, -least], [biggest, -biggest],
            [biggest, biggest, -biggest], [biggest, biggest], [-biggest] * 12,
            [biggest, 2.0 ** 969], [biggest, 2.0 ** 970], [biggest, 2.0 ** 970, -least],
            [biggest, -biggest, least], [1e308, 1e308, -1e308, -1e308, 3.0],
            [1e308, -1e308, 1e-300], [1e200, 2e200, 4e200], [1e-200, 2e-200, 4e-200],
            [1e-300, 3e-300], [1e300, 3e300, 3e300], [1e-162, -1e-162],
            [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], [1e15 + 0.125, 1e15 + 0.25], [3.0] * 7,
            [134217727.0, 0.0], [134217727.0, -least], [134217727.0, least],
            [2.0 ** 64, -1.0], [-(2.0 ** 64), -(2.0 ** 63), 2.0 ** 61] * 4]:
        case(values)
    for spread in (0, 3, 20, 60, 300):
        for _ in range(8):
            case([round(random.uniform(-1000, 1000), 2)
                  * 10.0 ** random.randint(-spread, spread)
                  for _ in range(random.randint(2, MOST))])
    for _ in range(24):
        case([math.ldexp(random.choice((-1, 1)) * random.random(), random.randint(-1073, 1023))
              for _ in range(random.randint(2, MOST))])
    print("};\n")

    size, end = 100, 10 ** 7
    print("/* math.fsum of mixed(i) for the last %d i below %d. */" % (size, end))
    print("static const double golden_window = %s;\n" %
          spell(math.fsum(mixed(i) for i in range(end - size, end))))

    values, times = [0.1, 0.7, 1e10], 2 ** 33
    exact = [Fraction(x) for x in values]
    n, total = 3 * times, sum(exact) * times
    ratio = (n * sum(x * x for x in exact) * times - total ** 2) / (n * (n - 1))
    print("/* The variance of 0.1, 0.7 and 1e10, each 2^33 times. */")
    print("static const double golden_many = %s;" % spell(nearest(ratio)))


main()
