#!/usr/bin/env python3
"""Writes golden_key.h: JSON values in the order of their keys.

The order is false, true, numbers by decimal.Decimal, strings by the bytes of str.encode; equal
values have the same rank.

    python3 tests/unit/gen_key.py >tests/unit/golden_key.h
"""
import decimal
import json
import platform
import random

ALPHABET = ["a", "b", "ab", "user_", "\0", "\1", "\2", "\x1f", "é", "€", "\U0001d11e", "\uffff",
            '"', "\\", "/", "\n", " ", "0", "\x7f"]


def spellings(value):
    """The same number in other spellings."""
    sign, digits, exponent = value.as_tuple()
    text = "".join(map(str, digits))
    sign = "-" if sign else ""
    if abs(exponent) < 40:
        yield "{:f}".format(value)
    yield "%s%se%d" % (sign, text, exponent)
    yield "%s0.%sE%+d" % (sign, text, exponent + len(text))
    yield "%s%s.%s0e%04d" % (sign, text[0], text[1:], exponent + len(text) - 1)


def number():
    kind = random.randrange(5)
    if kind == 0:
        return decimal.Decimal(random.randint(-130, 130))
    if kind == 1:
        return decimal.Decimal(random.randint(-2 ** 64, 2 ** 64))
    if kind == 2:
        return decimal.Decimal(random.randint(-10 ** 6, 10 ** 6)).scaleb(-random.randint(1, 8))
    if kind == 3:
        exponent = random.choice([-10 ** 14, -129, -128, -127, -126, 125, 126, 127, 128, 10 ** 14])
        return decimal.Decimal(random.randint(-99, 99)).scaleb(exponent)
    return decimal.Decimal((random.randrange(2), [random.randrange(10) for _ in range(
        random.randrange(1, 40))], random.randint(-45, 5)))


def escape(text):
    """The same string with other escapes."""
    out = ""
    for c in text:
        unit = c.encode("utf-16-be").hex()
        if c in '"\\' or c < " " or random.random() < 0.3:
            out += "".join("\\u" + unit[i:i + 4] for i in range(0, len(unit), 4))
        else:
            out += c
    return '"%s"' % out


def values():
    """Pairs of what orders a value and its text."""
    yield (0, 0), "false"
    yield (1, 0), "true"
    for text in "0", "-0", "0.0", "-0e5", "0e99999999999999999999":
        yield (2, decimal.Decimal(0)), text
    for _ in range(130):
        value = number()
        texts = list(spellings(value))
        for text in random.sample(texts, 2):
            yield (2, value), text
    for i in range(130):
        text = "".join(random.choice(ALPHABET) for _ in range(random.randrange(5)))
        order = (3, text.encode())
        yield order, escape(text)
        yield order, json.dumps(text, ensure_ascii=i % 2 == 0)


def main():
    random.seed(20260108)
    decimal.setcontext(decimal.Context(prec=100, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN))
    print("/* Written by gen_key.py with Python %s: do not edit. */" % platform.python_version())
    print("static const struct golden {\n\tint rank;\n\tconst char *text;\n} golden[] = {")
    rank, last = -1, None
    for order, text in sorted(values(), key=lambda pair: pair[0]):
        if order != last:
            rank, last = rank + 1, order
        print("\t{ %d, %s }," % (rank, literal(text)))
    print("};")


def literal(text):
    """A literal of C, in ASCII: octal escapes end after three digits."""
    return '"%s"' % "".join(
        "\\" + chr(b) if b in b'"\\' else chr(b) if 32 <= b < 127 else "\\%03o" % b
        for b in text.encode())


main()
