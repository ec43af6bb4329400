#!/usr/bin/env python3
"""growth - streams that once took time by the square of their length

Four times the records are to take five times the time. Caches make it more on some machines, and
the square would make it sixteen: eight is refused.

usage: growth.py CASE    panes, hopping, sessions, joins or evict
"""
import random
import resource
import subprocess
import sys

CASES = {
    # Many open panes or sessions of one key, in random order.
    'panes': ('-w tumbling:10ms -a count()', lambda rng, n: shuffled(rng, n, 10)),
    'hopping': ('-w hopping:30ms/10ms -a count(),median(v)', lambda rng, n: shuffled(rng, n, 10)),
    'sessions': ('-w session:5ms -a count(),median(v)', lambda rng, n: shuffled(rng, n, 10)),
    # A record makes a session, and the next one joins it with all that came before.
    'joins': ('-w session:10ms -a median(v),distinct(v)',
              lambda rng, n: [10 * (n - i // 2 * 2 + i % 2) for i in range(n)]),
    # Each record has a new key, and an old one must go.
    'evict': ('-w hopping:10s/1s -a count() --max-keys %d --evict -k v',
              lambda rng, n: [i * 20000 // n for i in range(n)]),
}


def shuffled(rng, n, step):
    times = [i * step for i in range(n)]
    rng.shuffle(times)
    return times


def seconds(case, n):
    """The processor's time for n records, the least of three."""
    options, times = CASES[case]
    if '%' in options:
        options %= n // 10
    with open('growth', 'w') as f:
        for i, t in enumerate(times(random.Random(1), n)):
            f.write('{"t":%d,"v":%d}\n' % (t, i * 7919 % 1000003))
    args = ['smlwindow', '-t', 't', '--lateness', '365d'] + options.split() + ['growth']
    if case == 'evict':
        args[4] = '0s'
    taken = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        subprocess.run(args, stdout=subprocess.DEVNULL, check=True)
        taken.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    return min(taken)


def main():
    case, n = sys.argv[1], 50000
    few, many = seconds(case, n), seconds(case, 4 * n)
    print('%d records: %.3f s, %d: %.3f s' % (n, few, 4 * n, many))
    sys.exit(many > 8 * few)


if __name__ == '__main__':
    main()
