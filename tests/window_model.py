#!/usr/bin/env python3
"""What smlwindow must put out, worked out the slow and obvious way.

Nothing is kept up to date here: every record is remembered for ever, every window is a list of
records, and every result is computed anew from that list, in fractions where the numbers are
real. So this file is the definition that the program is held to, not another program like it.

As a program it is smlwindow for those options that shape results:

    window_model.py -w sliding:10m -k user -t ts -a 'n=count(), mean(value)' [--lateness 5s] FILE
"""

import argparse
import json
import math
import re
import statistics
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction

UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
         "d": 86400 * 10**9}
LOWEST, HIGHEST = -2**63 + 1, 2**63 - 1


class Bad(Exception):
    """A bad record."""


class Stop(Exception):
    """A record at which the run stops."""


# --- values ---------------------------------------------------------------------------------

def members(text):
    """The members of an object, each as its own bytes: {name: raw}; the last of equal names."""
    decoder = json.JSONDecoder()
    found, at = {}, text.index("{") + 1
    blank = re.compile(r"[ \t\r\n]*")
    at = blank.match(text, at).end()
    while text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        at = blank.match(text, at).end()
        assert text[at] == ":"
        at = blank.match(text, at + 1).end()
        end = decoder.raw_decode(text, at)[1]
        found[name] = text[at:end]
        at = blank.match(text, end).end()
        if text[at] == ",":
            at = blank.match(text, at + 1).end()
    return found


def none(raw):
    return raw is None or raw == "null"


def canonical(raw):
    """A key's value so that Python compares and orders it as keys are."""
    if raw[0] == '"':
        return (3, json.loads(raw).encode())
    if raw in ("true", "false"):
        return (1 if raw == "true" else 0,)
    if raw[0] in "[{":
        raise Bad("an array or object where a key is needed")
    return (2, Fraction(Decimal(raw)))


class Number:
    """A number as it is spelt: ordered by its decimal value, then by its spelling."""

    def __init__(self, raw):
        if raw in ("true", "false"):
            raw = str(int(raw == "true"))
        if raw[0] not in "-0123456789":
            raise Bad("not a number")
        self.raw, self.float = raw, float(raw)
        if math.isinf(self.float):
            raise Bad("too large")
        integer = re.fullmatch("-?[0-9]+", raw)
        # What it adds up as: an integer with all its digits, any other number as its double.
        self.exact = Fraction(int(raw) if integer else self.float)
        self.coarse = not integer and abs(self.float) >= 2**53

    def order(self):
        return (Fraction(Decimal(self.raw)), len(self.raw), self.raw)


def instant(raw, unit):
    """Nanoseconds of a time as an input has it."""
    if raw[0] == '"':
        match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
                             r"(Z|z|[+-]\d\d:\d\d)?", json.loads(raw))
        if match is None:
            raise Bad("not a time")
        y, mo, d, h, mi, s = (int(x) for x in match.groups()[:6])
        days = date(y, mo, d).toordinal() - date(1970, 1, 1).toordinal()
        ns = ((days * 24 + h) * 60 + mi) * 60 + s
        zone = match.group(8)
        if zone and zone[0] in "+-":
            offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
            ns -= offset if zone[0] == "+" else -offset
        ns = ns * 10**9 + int((match.group(7) or "").ljust(9, "0")[:9])
    else:
        Number(raw)
        ns = Fraction(Decimal(raw)) * UNITS[unit]
        if ns.denominator != 1:
            raise Bad("finer than a nanosecond")
        ns = int(ns)
    if not LOWEST <= ns <= HIGHEST:
        raise Bad("outside the range of times")
    return ns


def write_instant(ns, as_number, unit):
    if as_number:
        whole, rest = divmod(abs(ns), UNITS[unit])
        digits = len(str(UNITS[unit])) - 1
        text = str(whole) + ("." + str(rest).zfill(digits).rstrip("0") if rest else "")
        return ("-" if ns < 0 else "") + text
    seconds, rest = divmod(ns, 10**9)
    days, seconds = divmod(seconds, 86400)
    day = date.fromordinal(date(1970, 1, 1).toordinal() + days)
    text = "%s%s:%02d:%02d" % (day.isoformat(), "T%02d" % (seconds // 3600),
                               seconds // 60 % 60, seconds % 60)
    fraction = str(rest).zfill(9)
    for n in (0, 3, 6, 9):
        if int(fraction[n:] or 0) == 0:
            break
    return '"%s%sZ"' % (text, "." + fraction[:n] if n else "")


def write_number(x):
    """ECMAScript's Number::toString; what is no number is null."""
    if x is None or math.isnan(x) or math.isinf(x):
        return "null"
    if x == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(x)).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    n = exponent + len(digits)      # the point stands behind so many digits
    k = len(text)
    if k <= n <= 21:
        text += "0" * (n - k)
    elif 0 < n <= 21:
        text = text[:n] + "." + text[n:]
    elif -6 < n <= 0:
        text = "0." + "0" * -n + text
    else:
        e = "%+d" % (n - 1)
        text = text[0] + ("." + text[1:] if k > 1 else "") + "e" + e
    return ("-" if sign else "") + text


# --- functions ------------------------------------------------------------------------------

def round_fraction(x):
    try:
        return x.numerator / x.denominator
    except OverflowError:
        return math.inf if x > 0 else -math.inf


def is_long(total, xs):
    """Whether a sum is an integer that comes out with all its digits."""
    return total.denominator == 1 and not any(x.coarse for x in xs)


def sum_text(xs):
    total = sum((x.exact for x in xs), Fraction(0))
    rounded = round_fraction(total)
    return str(int(total)) if abs(rounded) >= 2**53 and is_long(total, xs) else \
        write_number(rounded)


def mean(xs):
    total = sum((x.exact for x in xs), Fraction(0))
    rounded = round_fraction(total)
    if math.isinf(rounded) or (abs(rounded) >= 2**53 and is_long(total, xs)):
        return round_fraction(total / len(xs))
    return rounded / len(xs)


def quantile(xs, q):
    """numpy.quantile's method "linear", its operations in its order; or the number itself."""
    xs = sorted(xs, key=Number.order)
    place = (len(xs) - 1) * q
    below = min(math.floor(place), len(xs) - 1)
    above = min(below + 1, len(xs) - 1)
    t = place - below
    if t == 0 or below == above:
        return xs[below]
    a, b = xs[below].float, xs[above].float
    if math.isinf(b - a):           # where NumPy has no number any more
        return a * (1 - t) + b * t
    return b - (b - a) * (1 - t) if t >= 0.5 else a + (b - a) * t


def median(xs):
    xs = sorted(xs, key=Number.order)
    middle = len(xs) // 2
    if len(xs) % 2:
        return xs[middle]
    return round_fraction((xs[middle - 1].exact + xs[middle].exact) / 2)


class Function:
    def __init__(self, text):
        name, call = re.fullmatch(r"\s*(?:([^=(]*[^=( ])\s*=)?\s*(\w+\(.*\))\s*", text).groups()
        self.kind, inside = re.fullmatch(r"(\w+)\((.*)\)", call).groups()
        parts = [p.strip() for p in inside.split(",")] if inside else []
        self.field = parts[0] if parts else None
        self.argument = parts[1] if len(parts) > 1 else None
        self.name = name or "_".join(
            ([self.field] if parts else []) + [self.kind] + parts[1:]).replace(".", "_")

    def is_numeric(self):
        return self.kind in ("sum", "mean", "min", "max", "var", "std", "median", "quantile")

    def result(self, records, before):
        """records: those of the window in order; before: those before the record itself."""
        if self.kind == "count" and self.field is None:
            return str(len(records))
        raws = [r.values[self.field] for r in records if not none(r.values.get(self.field))]
        if self.kind == "count":
            return str(len(raws))
        if self.kind == "distinct":
            return str(len({canonical(raw) for raw in raws}))
        if self.kind in ("first", "last"):
            return (raws[0] if self.kind == "first" else raws[-1]) if raws else "null"
        if self.kind == "lag":
            raws = [r.values[self.field] for r in before if not none(r.values.get(self.field))]
            n = int(self.argument)
            return raws[-n] if len(raws) >= n else "null"
        xs = [Number(raw) for raw in raws]
        if self.kind == "sum":
            return sum_text(xs)
        if not xs or (self.kind in ("var", "std") and len(xs) < 2):
            return "null"
        exact = [x.exact for x in xs]
        result = {
            "mean": mean, "median": median,
            "min": lambda xs: min(xs, key=Number.order),
            "max": lambda xs: max(xs, key=Number.order),
            "var": lambda xs: round_fraction(statistics.variance(exact)),
            "std": lambda xs: statistics.stdev(exact),
            "quantile": lambda xs: quantile(xs, float(self.argument))}[self.kind](xs)
        return result.raw if isinstance(result, Number) else write_number(result)


def split_functions(text):
    """At the commas outside parentheses."""
    return [Function(part) for part in re.split(r",(?![^(]*\))", text)]


# --- records and windows --------------------------------------------------------------------

class Record:
    def __init__(self, model, text, line):
        self.text, self.line, self.arrival = text, line, line
        self.values = members(text)
        for field, default in model.defaults.items():
            if none(self.values.get(field)):
                self.values[field] = default
        self.spelt = [self.values.get(path) for name, path in model.keys]
        if any(none(raw) for raw in self.spelt):
            raise Bad("no key")
        self.key = [canonical(raw) for raw in self.spelt]
        self.time, self.as_number = 0, False
        if model.time:
            raw = self.values.get(model.time)
            if none(raw):
                raise Bad("no time")
            self.time, self.as_number = instant(raw, model.unit), raw[0] != '"'
        for f in model.functions:
            raw = self.values.get(f.field)
            if f.field is None or none(raw):
                continue
            if f.is_numeric():
                Number(raw)
            if f.kind == "distinct":
                canonical(raw)

    def order(self):
        return (self.time, self.arrival)


def duration(text):
    return sum(int(Fraction(n) * UNITS[unit])
               for n, unit in re.findall(r"([\d.]+)(ns|us|ms|s|m|h|d)", text))


class Model:
    """Feed it lines; out, late and bad hold what there is so far."""

    def __init__(self, window, functions, key="", time="", unit="ms", lateness="0s",
                 exclude=False, takes_late=False, takes_bad=False, defaults=None):
        self.kind, _, size = window.partition(":")
        self.functions = split_functions(functions)
        self.keys = [tuple(item.split("=")) if "=" in item else (item, item)
                     for item in key.split(",")] if key else []
        self.time, self.unit = time, unit
        self.lateness, self.exclude = duration(lateness), exclude
        self.takes_late, self.takes_bad = takes_late, takes_bad
        self.defaults = defaults or {}
        if self.kind == "count":
            self.count = int(size)
        elif self.kind != "global":
            self.size = duration(size.split("/")[0])
            self.slide = duration(size.split("/")[-1])
        self.watermark = None       # before any
        self.highest = None
        self.records = []           # those that were accepted, as they came
        self.pending = []           # sliding: those that wait
        self.gone = []              # sliding: those that went out
        self.windows = []           # the others: [start, end, key, records], in no order
        self.out, self.late, self.bad = [], [], []

    # What every kind does.

    def features(self, records, before=()):
        return ",".join(json.dumps(f.name, ensure_ascii=False) + ":" + f.result(records, before)
                        for f in self.functions)

    def put_window(self, start, end, records, partial=False):
        records = sorted(records, key=Record.order)
        first = records[0]
        parts = [json.dumps(name, ensure_ascii=False) + ":" + raw
                 for (name, path), raw in zip(self.keys, first.spelt)]
        if self.time:
            parts += ['"window_start":' + write_instant(start, first.as_number, self.unit),
                      '"window_end":' + write_instant(end, first.as_number, self.unit)]
        parts.append(self.features(records))
        if partial:
            parts.append('"partial":true')
        self.out.append("{" + ",".join(parts) + "}")

    def feed(self, text, line):
        try:
            record = Record(self, text, line)
            if self.kind in ("tumbling", "hopping"):
                self.windows_of(record)
        except Bad:
            self.bad.append(line)
            if not self.takes_bad:
                raise Stop
            return
        late = self.watermark is not None and self.is_late(record)
        if late:
            self.late.append((line, self.watermark, self.watermark - record.time))
            if not self.takes_late:
                raise Stop
        self.advance(record.time - self.lateness)
        self.take(record, late)

    def advance(self, watermark):
        if watermark < LOWEST or (self.watermark is not None and watermark <= self.watermark):
            return
        if self.kind not in ("count", "global"):
            self.watermark = watermark
            self.close()

    # What each kind does.

    def windows_of(self, record):
        """The [start, end) of every window that a record counts in."""
        first = (record.time - self.size) // self.slide + 1
        last = record.time // self.slide
        if first * self.slide < LOWEST or last * self.slide + self.size > HIGHEST:
            raise Bad("a window outside the range of times")
        return [(k * self.slide, k * self.slide + self.size) for k in range(first, last + 1)]

    def session_with(self, record):
        """All records of the session that this record makes or joins, closed or not."""
        line = [r for r in self.records if r.key == record.key and r is not record]
        line = sorted(line + [record], key=Record.order)
        at = line.index(record)
        low = high = at
        while low > 0 and line[low].time - line[low - 1].time <= self.size:
            low -= 1
        while high + 1 < len(line) and line[high + 1].time - line[high].time <= self.size:
            high += 1
        return line[low:high + 1]

    def is_late(self, record):
        if self.kind == "sliding":
            results = [r.time for r in self.gone if r.key == record.key]
            return (record.time < self.watermark - self.size or
                    (bool(results) and record.time < results[-1]))
        if self.kind in ("tumbling", "hopping"):
            return any(end <= self.watermark for start, end in self.windows_of(record))
        if self.kind == "session":
            session = self.session_with(record)
            alone = record.time + self.size < self.watermark
            return any(r in self.gone for r in session) or (
                alone and min(session, key=Record.order) is record)
        return False

    def take(self, record, late):
        if self.kind == "sliding":
            if not late:
                self.pending.append(record)
                self.close()
        elif self.kind in ("tumbling", "hopping"):
            for start, end in self.windows_of(record):
                if self.watermark is not None and end <= self.watermark:
                    continue
                for window in self.windows:
                    if window[:3] == [start, end, record.key]:
                        window[3].append(record)
                        break
                else:
                    self.windows.append([start, end, record.key, [record]])
        elif self.kind == "session":
            if not late:
                self.records.append(record)
        else:
            self.records.append(record)
            mine = [r for r in self.records if r.key == record.key]
            if self.kind == "count" and len(mine) == self.count:
                self.put_tally(mine)
                self.records = [r for r in self.records if r.key != record.key]

    def put_tally(self, records, partial=False):
        times = [r.time for r in records]
        self.put_window(min(times), max(times), records, partial)

    def sessions(self):
        """The open sessions, each as (end, start, key, records)."""
        seen, found = set(), []
        for record in self.records:
            if record in self.gone or record in seen:
                continue
            session = self.session_with(record)
            seen.update(session)
            found.append((session[-1].time, session[0].time, record.key, session))
        return found

    def close(self, all_of_it=False):
        """Puts out what the watermark closes."""
        w = math.inf if all_of_it else -math.inf if self.watermark is None else self.watermark
        if self.kind == "sliding":
            for record in sorted(self.pending, key=Record.order):
                if record.time > w:
                    break
                self.pending.remove(record)
                before = [r for r in self.gone if r.key == record.key and
                          record.time - self.size <= r.time <= record.time]
                window = before if self.exclude else before + [record]
                body = record.text[:-1].rstrip()
                self.out.append(record.text[:-1] + ("," if body != "{" else "") +
                                self.features(window, before) + "}")
                self.gone.append(record)
        elif self.kind in ("tumbling", "hopping"):
            closing = [window for window in self.windows if window[1] <= w]
            for window in sorted(closing, key=lambda x: (x[1], x[0], x[2])):
                self.windows.remove(window)
                self.put_window(window[0], window[1], window[3])
        elif self.kind == "session":
            for end, start, key, session in sorted(
                    (s for s in self.sessions() if s[0] + self.size < w),
                    key=lambda x: x[:3]):
                self.put_window(start, end, session)
                self.gone += session
        elif all_of_it:
            tallies = {}
            for record in self.records:
                tallies.setdefault(str(record.key), []).append(record)
            for mine in sorted(tallies.values(), key=lambda rs: (
                    max(r.time for r in rs), min(r.time for r in rs), rs[0].key)):
                self.put_tally(mine, partial=self.kind == "count")
            self.records = []

    def end(self):
        self.close(all_of_it=True)


def run(model, lines):
    """Feeds all lines, control lines too. Returns the exit status that smlwindow has."""
    try:
        for number_of_line, text in enumerate(lines, 1):
            if text.startswith('{"$sml":"watermark"'):
                model.advance(json.loads(text)["ts"] * 10**6)
            elif not text.startswith('{"$sml"'):
                model.feed(text, number_of_line)
        model.end()
    except Stop:
        return 1
    return 3 if model.bad else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-w", "--window", required=True)
    parser.add_argument("-a", "--aggregate", required=True)
    parser.add_argument("-k", "--key", default="")
    parser.add_argument("-t", "--time", default="")
    parser.add_argument("--time-unit", default="ms")
    parser.add_argument("--lateness", default="0s")
    parser.add_argument("--exclude-current", action="store_true")
    parser.add_argument("file")
    o = parser.parse_args()
    model = Model(o.window, o.aggregate, o.key, o.time, o.time_unit, o.lateness,
                  o.exclude_current)
    with open(o.file, encoding="utf-8") as lines:
        status = run(model, lines.read().splitlines())
    print("\n".join(model.out))
    sys.exit(status)


if __name__ == "__main__":
    main()
