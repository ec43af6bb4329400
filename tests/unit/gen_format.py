#!/usr/bin/env python3
"""Writes golden_format.h: formats, texts and nanoseconds since 1970, by datetime.strptime.

    python3 tests/unit/gen_format.py >tests/unit/golden_format.h
"""
import datetime
import platform
import random

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
FORMATS = ["%d/%b/%Y:%H:%M:%S %z", "%Y%m%d", "%Y-%m-%d %H:%M:%S,%f", "%d.%m.%Y %H:%M",
           "%a, %d %b %Y %H:%M:%S %z", "%m/%d/%Y %I:%M:%S %p", "%Y-%jT%H:%M:%S.%f%z",
           "%b %d %H:%M:%S %Y", "%y%m%d%H%M%S", "at %H:%M on %d %B %Y"]


def main():
    random.seed(20261128)
    print("/* Written by gen_format.py with Python %s: do not edit. */" %
          platform.python_version())
    print("static const struct {\n\tconst char *format, *text;\n\tint64_t ns;\n} formats[] = {")
    for i in range(200):
        form = FORMATS[i % len(FORMATS)]
        when = datetime.datetime(random.randint(1970, 2060), 1, 1) + datetime.timedelta(
            seconds=random.randrange(365 * 86400), microseconds=random.randrange(10 ** 6))
        zone = datetime.timezone(datetime.timedelta(minutes=random.choice([0, 60, -330, 345])))
        text = when.replace(tzinfo=zone).strftime(form)
        read = datetime.datetime.strptime(text, form)
        if read.tzinfo is None:
            read = read.replace(tzinfo=datetime.timezone.utc)
        since = read - EPOCH
        ns = (since.days * 86400 + since.seconds) * 10 ** 9 + since.microseconds * 1000
        print('\t{ "%s", "%s", INT64_C(%d) },' % (form, text, ns))
    print("};")


main()
