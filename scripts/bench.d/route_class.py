"""Which arm a user has: route_class.py FILE EVENTS [orjson]

The class that is copied from service to service: percentages, cumulative, of the md5 of the id.
"""

import hashlib
import itertools
import sys

if sys.argv[3:] == ["orjson"]:
    from orjson import dumps, loads
else:
    import json

    loads = json.loads

    def dumps(event):
        return json.dumps(event).encode()


class Router:
    def __init__(self, arms):
        self.arms = arms

    def arm(self, user):
        bucket = int(hashlib.md5(str(user).encode()).hexdigest(), 16) % 100
        cumulative = 0
        for name, percent in self.arms.items():
            cumulative += percent
            if bucket < cumulative:
                return name
        return next(iter(self.arms))


router = Router({"champion": 80, "challenger": 20})
with open(sys.argv[1], "rb") as lines:
    for line in itertools.islice(lines, int(sys.argv[2])):
        event = loads(line)
        event["arm"] = router.arm(event["user"])
        sys.stdout.buffer.write(dumps(event) + b"\n")
