#!/usr/bin/env python3
"""Write the golden values that smldrift is compared with: golden.py DIRECTORY

ks_2samp.txt	scipy.stats.ks_2samp(x, y): sizes, seed, levels, shift, the gap n1 n2 D, D, p.
		The samples are made by sample() here and in smldrift_ks_two_sample.c alike.
kstwo.txt	scipy.stats.kstwo.sf(d, n): n, d, the probability
keep.txt	a stream under --window 50 --min 20 --alpha 0.001: the value, whether there is
		drift, statistic and p-value of ks_2samp ("null 1" where there is no test)
reset.txt	the same with --after reset

The files name the versions they were made with.
"""
import math
import random
import sys
import warnings

import numpy as np
import scipy
from scipy.stats import ks_2samp, kstwo


def sample(n, seed, levels, shift):
    """n integers: levels of them, each as likely; shift moves all, in levels."""
    out = []
    for _ in range(n):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        out.append((seed >> 33) % levels + shift)
    return np.array(out)


def gap(x, y):
    """n1 n2 D in integers."""
    x, y = np.sort(x), np.sort(y)
    at = np.concatenate([x, y])
    return int(np.max(np.abs(np.searchsorted(x, at, 'right') * len(y) -
                             np.searchsorted(y, at, 'right') * len(x))))


EQUAL = [*range(1, 41), 50, 99, 100, 140, 500, 1000, 5000, 9999, 10000]
UNEQUAL = [(1, 2), (2, 1), (3, 7), (7, 3), (5, 100), (100, 200), (100, 1000), (1000, 100),
           (999, 1000), (1000, 1001), (360, 480), (10000, 7), (10000, 5000), (10000, 9999)]
LARGE = [(10001, 1), (10001, 2), (3, 10001), (10001, 30), (10001, 100), (10001, 141),
         (142, 10001), (10001, 1000), (10000, 10001), (10001, 10001), (20000, 30000)]
KINDS = [(2, 0), (2, 1), (10, 0), (10, 1), (10, 4), (1000, 0), (1000, 20), (1000, 100),
         (10**9, 0), (10**9, 10**7), (10**9, 5 * 10**7), (10**9, 2 * 10**8), (10**9, 6 * 10**8)]


def write_two(f):
    print('# n1 n2 seed levels shift gap D p', file=f)
    seed = 0
    for n1, n2 in [(n, n) for n in EQUAL] + UNEQUAL + LARGE:
        for levels, shift in KINDS:
            seed += 1
            x, y = sample(n1, seed, levels, 0), sample(n2, seed + 10**6, levels, shift)
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter('always')
                r = ks_2samp(x, y)
            # Where rounding takes SciPy's own sum above 1 it takes the asymptotic value.
            print('# SciPy gave up the exact value:' * bool(warned), n1, n2, seed, levels, shift,
                  gap(x, y), float(r.statistic), float(r.pvalue), file=f)


def write_one(f):
    print('# n d p', file=f)
    draw = random.Random(1)
    for n in [*range(1, 30), 60, 139, 140, 141, 142, 500, 1000, 5000, 5001, 99999, 100000,
              100001, 1000000, 1000001, 5000000]:
        marks = [0.5, 0.8, 1, 1.2, 2, n - 1, n / 2]		# n d where the method changes
        marks += [math.sqrt(s * n) for s in (0.754693, 2.2, 4, 18, 370)] + [1.4**(2/3) * n**(1/3)]
        steps = [m * (1 + e) for m in marks for e in (-1e-9, 1e-9)]
        steps += [draw.uniform(0.2, 3) * math.sqrt(n) for _ in range(10)]
        steps += [draw.uniform(3, 18) * math.sqrt(n) for _ in range(3)]
        for t in sorted(steps):
            d = t / n
            if d < 1 and not (n == 1000000 and 1.48 < t / math.sqrt(n) < 19):
                print(n, d, float(kstwo.sf(d, n)), file=f)


def write_stream(f, reset):
    window, least, alpha = 50, 20, 0.001
    print('# value drift statistic p_value', file=f)
    # Three changes: of place, back again, and of scale; ties all over.
    parts = [(150, 9, 40, 0), (150, 10, 40, 12), (100, 11, 40, 0), (200, 12, 5, 18)]
    reference, current, full, episode = [], [], False, False
    for x in (int(x) for part in parts for x in sample(*part)):
        drift, d, p = False, 'null', 1
        if not full:
            reference.append(x)
            full = len(reference) == window
        else:
            current = [*current, x][-window:]
            if len(current) >= least:
                r = ks_2samp(reference, current)
                d, p = float(r.statistic), float(r.pvalue)
                drift = p < alpha
                if drift and not episode and reset:
                    reference, current = current, []
                else:
                    episode = drift
        print(x, str(drift).lower(), d, p, file=f)


for name, write in (('ks_2samp', write_two), ('kstwo', write_one),
                    ('keep', lambda f: write_stream(f, False)),
                    ('reset', lambda f: write_stream(f, True))):
    with open(f'{sys.argv[1]}/{name}.txt', 'w', encoding='ascii') as file:
        print(f'# golden.py, SciPy {scipy.__version__}, NumPy {np.__version__}', file=file)
        write(file)
