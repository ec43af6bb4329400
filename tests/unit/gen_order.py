#!/usr/bin/env python3
"""Writes golden_order.h: quantiles and medians of small sets of doubles.

quantile is numpy.quantile(values, q), method "linear", median is numpy.median(values).
NumPy 2.4.6.

    python3 tests/unit/gen_order.py >tests/unit/golden_order.h
"""
import random
import textwrap

import numpy

MOST = 16


def main():
    random.seed(20260102)
    print("/* Written by gen_order.py with NumPy %s: do not edit. */" % numpy.__version__)
    print("static const struct golden {")
    print("\tint n;\n\tdouble values[%d], q, quantile, median;" % MOST)
    print("} golden[] = {")
    for i in range(120):
        n = 1 + i % MOST
        if i % 3 == 0:
            values = [round(random.uniform(-100, 100), 2) for _ in range(n)]
        elif i % 3 == 1:
            values = [random.uniform(-1, 1) * 10.0 ** random.randint(-300, 300)
                      for _ in range(n)]
        else:
            values = [float(random.randint(-3, 3)) / 10 for _ in range(n)]
        q = random.choice([0.0, 1.0, 0.5, 0.25, 0.95, 0.99, 0.1, 1 / 3, random.random()])
        row = [q, float(numpy.quantile(values, q)), float(numpy.median(values))]
        text = "{ %d, { %s }, %s }," % (n, ", ".join(x.hex() for x in values),
                                        ", ".join(x.hex() for x in row))
        print(textwrap.fill(text, 76, initial_indent="\t", subsequent_indent="\t    "))
    print("};")


main()
