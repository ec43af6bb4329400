#!/usr/bin/env python3
"""growth - streams that once took time by the square of their length

Four times the records take at most five times the instructions, as callgrind counts them: unlike
time, they are the same under any load and for any cache.

usage: growth.py CASE    one of CASES
"""
import random
import re
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
    'memory': ('-w sliding:10s -a count() --max-memory 1Mi --evict -k v',
               lambda rng, n: [i * 20000 // n for i in range(n)]),
    # Records that wait for the lateness, then enter one window and leave it.
    'held': ('-w sliding:10s -a min(v),max(v),median(v),distinct(v),lag(v,3)',
             lambda rng, n: shuffled(rng, n, 20)),
}


def shuffled(rng, n, step):
    times = [i * step for i in range(n)]
    rng.shuffle(times)
    return times


def instructions(case, n):
    options, times = CASES[case]
    if '%' in options:
        options %= n // 10
    with open('growth', 'w', encoding='utf-8') as f:
        for i, t in enumerate(times(random.Random(1), n)):
            f.write('{"t":%d,"v":%d}\n' % (t, i * 7919 % 1000003))
    lateness = '0s' if '--evict' in options else '365d'
    counted = subprocess.run(['valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null',
                              'smlwindow', '-t', 't', '--lateness', lateness] + options.split() +
                             ['growth'], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                             text=True, check=True)
    return int(re.search(r'Collected : (\d+)', counted.stderr)[1])


def main():
    case, n = sys.argv[1], 4000
    few, many = instructions(case, n), instructions(case, 4 * n)
    print('%d records: %d instructions, %d: %d' % (n, few, 4 * n, many))
    sys.exit(many > 5 * few)


if __name__ == '__main__':
    main()
