#!/usr/bin/env python3
"""Writes golden_instant.h: texts and their nanoseconds since 1970.

Dates are datetime.datetime's, numbers fractions.Fraction's; INSTANT_NONE stands for those that
are out of range or finer than a nanosecond.

    python3 tests/unit/gen_instant.py >tests/unit/golden_instant.h
"""
import datetime
import platform
import random
from fractions import Fraction

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
RANGE = 2 ** 63 - 1
UNITS = [("UNIT_S", 10 ** 9), ("UNIT_MS", 10 ** 6), ("UNIT_US", 10 ** 3), ("UNIT_NS", 1)]


def literal(ns):
    return "INT64_C(%d)" % ns if -RANGE <= ns <= RANGE else "INSTANT_NONE"


def offset(minutes):
    if minutes is None:
        return ""
    sign = "-" if minutes < 0 else "+"
    return "%s%02d:%02d" % ((sign,) + divmod(abs(minutes), 60))


def date(i):
    """A text and its nanoseconds."""
    day = datetime.datetime(random.choice([1676, 1677, 1678, 2261, 2262, 2263]), 1, 1) \
        if i % 5 == 0 else datetime.datetime(random.randint(1677, 2262), 1, 1)
    day += datetime.timedelta(seconds=random.randrange(366 * 86400))
    if i % 7 == 0:
        day = day.replace(month=random.choice([1, 2, 3, 12]), day=random.choice([1, 28]))
    minutes = random.choice([None, 0, 60, -300, 345, 1439, -1439, random.randint(-1439, 1439)])
    zone = datetime.timezone(datetime.timedelta(minutes=minutes or 0))
    since = day.replace(tzinfo=zone) - EPOCH
    ns = (since.days * 86400 + since.seconds) * 10 ** 9
    text = day.strftime("%m-%d") + random.choice("TTTt ") + day.strftime("%H:%M:%S")
    digits = random.choice([0, 0, 1, 3, 3, 6, 9, 9, 12])
    if digits > 0:
        fraction = "".join(random.choice("0123456789") for _ in range(min(digits, 9)))
        ns += int(fraction.ljust(9, "0"))
        text += "." + fraction + "0" * (digits - len(fraction))
    end = random.choice("ZZz") if minutes == 0 and random.random() < 0.8 else offset(minutes)
    return "%04d-%s%s" % (day.year, text, end), ns


def number(i):
    """A text, its unit and its nanoseconds."""
    unit, ns = UNITS[i % 4]
    whole = random.randint(-RANGE // ns, RANGE // ns)
    if random.random() < 0.3:
        whole = random.choice([0, 1, -1, RANGE // ns, RANGE // ns + 1, -(RANGE // ns) - 1])
    text = str(whole)
    if random.random() < 0.6:
        places = random.randint(1, 11)
        text += "." + "".join(random.choice("0000123456789") for _ in range(places))
    if random.random() < 0.3:
        text += "%s%+d" % (random.choice("eE"), random.randint(-3, 3))
    value = Fraction(text) * ns
    return text, unit, int(value) if value.denominator == 1 else 2 * RANGE


def main():
    random.seed(20260107)
    print("/* Written by gen_instant.py with Python %s: do not edit. */" %
          platform.python_version())
    print("static const struct {\n\tconst char *text;\n\tint64_t ns;\n} dates[] = {")
    for i in range(1000):
        text, ns = date(i)
        print('\t{ "%s", %s },' % (text, literal(ns)))
    print("};\n")
    print("static const struct {\n\tconst char *text;\n\tenum unit unit;\n\tint64_t ns;")
    print("} numbers[] = {")
    for i in range(400):
        text, unit, ns = number(i)
        print('\t{ "%s", %s, %s },' % (text, unit, literal(ns)))
    print("};")


main()
