#!/usr/bin/env python3
"""Random streams through smlwindow and the model: they must agree to the byte.

    streams.py agree SEED COUNT [KIND]	streams of all sorts, one run each
    streams.py resume SEED COUNT [KIND]	short ones, stopped after every record and gone on with
"""

import json
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import window_model

WRAP = os.environ.get("SML_WRAP", "").split()
KINDS = ["sliding", "tumbling", "hopping", "session", "count", "global"]
KEYS = ['"a"', '"\\u0061"', '"b"', "12", "12.0", "1.2e1", '"12"', "true", "-3", "0.5", '""',
        '"a\\u0000"', '"\\ud83d\\ude00"', '"aa"', "1e400", '"ä"', "12345678901234567890",
        '"a longer key that fits in no word"', "false"]
NUMBERS = ["1", "2", "2.0", "-0", "0.1", "0.2", "1e16", "-1e16", "1e308", "-1e308", "1e-320",
           "3.5", "1e300", "-7", "123456789", "1e-999", "9007199254740993", "0.30000000000000004", "true", "false", "9007199254740992",
           "-5223372036854775806", "5223372036854775805", "1.50", "1E2", "4503599627370496.5",
           "1" + "0" * 40 + "1", "9007199254740993.0"]
OTHERS = ['"x"', '"\\u0078"', "true", '"a longer text than a word"', "null"]


def stream(rng, kind, length):
    """The options and the lines of a stream."""
    scale = rng.choice([1, 1000, 60000])        # ms
    few = rng.sample(KEYS, rng.randint(1, 4)) + rng.sample(KEYS, 2) * rng.randint(0, 1)
    numbers = rng.sample(NUMBERS, rng.randint(2, 8))
    size = rng.randint(1, 12)
    slide = rng.randint(1, size)
    lateness = rng.choice([0, 0, 3, 10]) * scale
    disorder = rng.choice([0, lateness, lateness // 2, 2 * lateness + 3 * scale])
    now = rng.choice([0, -20 * scale, 1700000000000])
    window = {
        "sliding": "sliding:%dms" % (size * scale), "tumbling": "tumbling:%dms" % (size * scale),
        "hopping": "hopping:%dms/%dms" % (size * scale, slide * scale),
        "session": "session:%dms" % (size * scale), "count": "count:%d" % rng.randint(1, 6),
        "global": "global"}[kind]
    times = kind not in ("count", "global") or rng.random() < 0.7
    as_text = rng.random() < 0.3
    mixed = rng.random() < 0.1
    two = rng.random() < 0.2
    texts = rng.random() < 0.3
    keyed = rng.random() < 0.95
    calls = ["count()", "count(v)", "sum(v)", "mean(v)", "min(v)", "max(v)", "var(v)", "std(v)",
             "median(v)", "quantile(v,0.9)", "quantile(v,0)", "first(w)", "last(w)",
             "distinct(w)", "count(w)", "first(v)", "sum(x)", "q=quantile(x, 0.25)",
             "last(v)", "distinct(v)"]
    if kind == "sliding":
        calls += ["lag(w,1)", "lag(v,2)", "lag(w,5)", "lag(v,1)"]
    calls = rng.sample(calls, rng.randint(1, 8))
    falling = rng.random() < 0.1                # the last come first
    if falling:
        lateness = rng.choice([1, 3, 100]) * size * scale
    lines = []
    for _ in range(length):
        now += rng.choice([0, 0, 1, 1, 2, rng.randint(0, 2 * size), rng.choice([0, 5 * size])
                           ]) * (-scale if falling else scale)
        time = now - (rng.randint(0, disorder) if disorder else 0)
        if scale > 1 and rng.random() < 0.3:
            time = time // scale * scale
        text = as_text if not mixed else rng.random() < 0.5
        parts = []
        if rng.random() < 0.98:
            parts.append('"t":' + (window_model.write_instant(time * 10**6, not text, "ms")))
        if keyed and rng.random() < 0.98:
            parts.append('"k":' + rng.choice(few))
        if two:
            parts.append('"k2" : ' + rng.choice(["1", "1.0", '"z"']))
        if rng.random() < 0.85:
            parts.append('"v":' + rng.choice(numbers + ["null"]))
        if rng.random() < 0.7:
            parts.append('"w":' + rng.choice(numbers + OTHERS))
        if rng.random() < 0.2:
            parts.append('"x":' + rng.choice(numbers + (['"no"'] if texts else [])))
        rng.shuffle(parts)
        lines.append("{" + rng.choice([", ", ","]).join(parts) + rng.choice(["", " "]) + "}")
    if rng.random() < 0.15 and times:
        lines.insert(0, '{"$sml":"begin"}')
        for _ in range(rng.randint(1, 5)):
            lines.insert(rng.randint(1, len(lines)), '{"$sml":"watermark","ts":%d}' %
                         (now - rng.randint(0, 30) * scale))
    return {
        "window": window, "functions": ", ".join(calls),
        "key": ("k" if not two else rng.choice(["k,k2", "k2,user=k"])) if keyed else "",
        "time": "t" if times else "", "lateness": "%dms" % lateness if lateness else "0",
        "exclude": kind == "sliding" and rng.random() < 0.3,
        "takes_late": rng.random() < 0.7, "takes_bad": rng.random() < 0.9,
        "defaults": {"v": rng.choice(numbers)}
                    if rng.random() < 0.1 and any("(v" in call for call in calls) else {}}, lines


def command(options, folder, state=None):
    args = ["smlwindow", "-w", options["window"], "-a", options["functions"]]
    if options["key"]:
        args += ["-k", options["key"]]
    if options["time"]:
        args += ["-t", options["time"]]
    if options["lateness"] != "0":
        args += ["--lateness", options["lateness"]]
    if options["exclude"]:
        args += ["--exclude-current"]
    if options["takes_late"]:
        args += ["--late", folder + "/late"]
    if options["takes_bad"]:
        args += ["--rejects", folder + "/rejects"]
    for field, value in options["defaults"].items():
        args += ["--default", field + "=" + value]
    if state:
        args += ["--state", state]
    return args


def anew(folder):
    """What is appended to goes away before another run."""
    for name in ("state", "late", "rejects"):
        if os.path.exists(folder + "/" + name):
            os.unlink(folder + "/" + name)


def run(args, lines):
    done = subprocess.run(WRAP + args, input="".join(l + "\n" for l in lines).encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def side(options, folder, name):
    if not options["takes_late" if name == "late" else "takes_bad"]:
        return []
    with open(folder + "/" + name, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def data_lines(out):
    return [line for line in out.splitlines() if not line.startswith('{"$sml"')]


def complain(what, args, lines, want, got):
    print("#", what, "\n# printf '%s\\n'", *("'%s'" % l for l in lines), "|",
          *("'%s'" % a for a in args))
    for i in range(max(len(want), len(got))):
        if i >= len(want) or i >= len(got) or want[i] != got[i]:
            print("# want", i, want[i] if i < len(want) else "nothing")
            print("# got ", i, got[i] if i < len(got) else "nothing")
            break
    return False


def agree(rng, kind, folder):
    options, lines = stream(rng, kind, rng.choice([5, 20, 60]))
    model = window_model.Model(**options)
    status = window_model.run(model, lines)
    args = command(options, folder) + ["--control"]
    anew(folder)
    code, out, err = run(args, lines)
    if code != status:
        return complain("exit status %d, not %d: %s" % (code, status, err), args, lines, [], [])
    if data_lines(out) != model.out:
        return complain("output", args, lines, model.out, data_lines(out))
    late = [(r["line"], round(r["watermark"] * 10**6) if isinstance(r["watermark"], (int, float))
             else window_model.instant(json.dumps(r["watermark"]), "ms"))
            for r in side(options, folder, "late")]
    want = [(line, watermark) for line, watermark, by in model.late]
    if options["takes_late"] and late != want:
        return complain("late records", args, lines, want, late)
    bad = [r["line"] for r in side(options, folder, "rejects")]
    if options["takes_bad"] and bad != model.bad:
        return complain("rejects", args, lines, model.bad, bad)
    return True


def sides(options, folder):
    """The side files without where the records stood, which a new run counts anew."""
    return [[{k: v for k, v in r.items() if k not in ("line", "source")}
             for r in side(options, folder, name)] for name in ("late", "rejects")]


def resume(rng, kind, folder):
    """Stops after each record in turn, and the same run once more a record at a time."""
    options, lines = stream(rng, kind, 12)
    options["takes_late"] = options["takes_bad"] = True
    lines = [line for line in lines if not line.startswith('{"$sml"')]
    args = command(options, folder)
    anew(folder)
    code, out, err = run(args, lines)
    want = out, sides(options, folder)
    state = folder + "/state"
    args = command(options, folder, state)
    cuts = [[i] for i in range(1, len(lines))] + [list(range(1, len(lines)))]
    if "SML_SHORT" in os.environ:
        cuts = [[len(lines) // 2]]
    for cut in cuts:
        anew(folder)
        out = ""
        ends = cut + [len(lines)]
        for begin, end in zip([0] + cut, ends):
            last = ["--drain"] if end == len(lines) else []
            code, more, err = run(args + last, lines[begin:end])
            if code not in (0, 3):
                return complain("%s: %d %s" % (cut, code, err), args, lines, [], [])
            out += more
        if (out, sides(options, folder)) != want:
            return complain("stopped at %s" % cut, args, lines,
                            want[0].splitlines() + want[1], out.splitlines() +
                            sides(options, folder))
    return True


def main():
    what, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    kinds = sys.argv[4:] or KINDS
    failed = 0
    for i in range(count):
        kind = kinds[i % len(kinds)]
        rng = random.Random("%s %s %d %d" % (what, kind, seed, i))
        if not {"agree": agree, "resume": resume}[what](rng, kind, os.getcwd()):
            print("# in stream", i, "of", what, seed)
            failed += 1
            if failed == 3:
                break
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
