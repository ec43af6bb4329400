"""Count and mean of a user's last ten minutes, at every event: sliding_deque.py FILE EVENTS

The class that most services have: a deque of the last ten minutes, from which each event computes
the features of its user again.
"""

import collections
import itertools
import sys

import orjson


class RecentEvents:
    def __init__(self, size):
        self.size = size
        self.events = collections.deque()

    def add(self, event):
        self.events.append(event)
        while self.events[0]["ts"] < event["ts"] - self.size:
            self.events.popleft()

    def features(self, user):
        values = [event["value"] for event in self.events if event["user"] == user]
        return len(values), sum(values) / len(values)


recent = RecentEvents(600000)
with open(sys.argv[1], "rb") as lines:
    for line in itertools.islice(lines, int(sys.argv[2])):
        event = orjson.loads(line)
        recent.add(event)
        event["n"], event["mean"] = recent.features(event["user"])
        sys.stdout.buffer.write(orjson.dumps(event) + b"\n")
