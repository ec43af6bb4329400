"""Writes N events, always the same: events.py N >events.ndjson

About 170 bytes each and 28 a second for ten hours (a million of them); 50,000 users, of whom the
r-th most active sends events in proportion to 1/r; y follows x1 to x4 with noise, so that there is
something to learn.  Only random.random() is used, because its sequence will not change.
"""

import bisect
import itertools
import math
import random
import sys

USERS = 50000
START = 1714550400000  # 2024-05-01T08:00:00Z in ms
GAP = 36.0  # ms between two events, on average

uniform = random.Random(20240501).random


def normal():
    return math.sqrt(-2 * math.log(1 - uniform())) * math.cos(2 * math.pi * uniform())


def main():
    share = list(itertools.accumulate(1 / rank for rank in range(1, USERS + 1)))
    time = float(START)
    write = sys.stdout.write
    for _ in range(int(sys.argv[1])):
        rank = bisect.bisect(share, uniform() * share[-1])
        time -= math.log(1 - uniform()) * GAP
        x1, x2, x3, x4 = (round(normal(), 4) for _ in range(4))
        y = 0.5 + 1.2 * x1 - 0.7 * x2 + 0.3 * x3 + 0.1 * x4 + 0.5 * normal()
        write(
            '{"user":"u%05d","ts":%d,"value":%.2f,"page":"/shop/%d","x1":%r,"x2":%r,"x3":%r,'
            '"x4":%r,"y":%.4f,"client":{"os":"%s","build":%d}}\n'
            % (
                rank * 7919 % USERS, time, -20 * math.log(1 - uniform()),
                uniform() * 2000, x1, x2, x3, x4, y,
                ("linux", "android", "ios")[int(uniform() * 3)], uniform() * 100,
            )
        )


main()
