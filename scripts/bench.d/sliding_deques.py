"""Count and mean of a user's last ten minutes, at every event: sliding_deques.py FILE EVENTS

The same, but better: a deque for each user.  It never forgets a user.
"""

import collections
import itertools
import sys

import orjson

recent = collections.defaultdict(collections.deque)
with open(sys.argv[1], "rb") as lines:
    for line in itertools.islice(lines, int(sys.argv[2])):
        event = orjson.loads(line)
        window = recent[event["user"]]
        window.append((event["ts"], event["value"]))
        while window[0][0] < event["ts"] - 600000:
            window.popleft()
        event["n"] = len(window)
        event["mean"] = sum(value for _, value in window) / len(window)
        sys.stdout.buffer.write(orjson.dumps(event) + b"\n")
