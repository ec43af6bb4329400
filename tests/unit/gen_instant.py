#!/usr/bin/env python3
"""Writes golden_instant.h: texts and their nanoseconds since 1970.

Dates are datetime.datetime's, forms datetime.fromisoformat's, numbers fractions.Fraction's, to the
nearest nanosecond, a half away from zero; INSTANT_NONE stands for those that are out of range.

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
    size = int(abs(value) + Fraction(1, 2))
    return text, unit, size if value >= 0 else -size


def form():
    """A text in one of the forms of ISO 8601 that people write, and its nanoseconds."""
    basic = random.random() < 0.4
    day = datetime.datetime(random.randint(1700, 2250), 1, 1)
    day += datetime.timedelta(seconds=random.randrange(365 * 86400))
    clock = random.choice(["%H%M", "%H%M%S"] if basic else ["", "%H:%M", "%H:%M:%S"])
    text = day.strftime("%Y%m%d" if basic else "%Y-%m-%d")
    if clock:
        text += random.choice("T " if not basic else "T") + day.strftime(clock)
        if clock.endswith("%S") and random.random() < 0.5:
            text += random.choice(",.") + "%0*d" % ((3, 123) if random.random() < 0.5 else (6, 45))
        text += random.choice(["", "Z", "+02", "+0200", "-0530", "+05:45", "-11"])
    when = datetime.datetime.fromisoformat(text)
    if when.tzinfo is None:
        when = when.replace(tzinfo=datetime.timezone.utc)
    since = when - EPOCH
    return text, (since.days * 86400 + since.seconds) * 10 ** 9 + since.microseconds * 1000


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
    print("};\n")
    print("static const struct {\n\tconst char *text;\n\tint64_t ns;\n} forms[] = {")
    for i in range(400):
        text, ns = form()
        print('\t{ "%s", %s },' % (text, literal(ns)))
    print("};")


main()
