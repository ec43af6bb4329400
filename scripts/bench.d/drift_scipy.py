"""A Kolmogorov-Smirnov test at every event with SciPy: drift_scipy.py FILE EVENTS

The first thousand values against the last thousand; the first two thousand events are not tested.
"""

import collections
import itertools
import sys

import orjson
from scipy.stats import ks_2samp

events = int(sys.argv[2])
with open(sys.argv[1], "rb") as lines:
    values = [orjson.loads(line)["value"] for line in itertools.islice(lines, 2000 + events)]
reference = values[:1000]
current = collections.deque(values[1000:2000], maxlen=1000)
for value in values[2000:]:
    current.append(value)
    result = ks_2samp(reference, list(current))
    found = {"statistic": float(result.statistic), "p_value": float(result.pvalue)}
    sys.stdout.buffer.write(orjson.dumps(found) + b"\n")
