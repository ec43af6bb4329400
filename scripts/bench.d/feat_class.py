"""The class that is copied from service to service: feat_class.py FILE EVENTS SOCKET

Reads features, JSON, by MGET of a hundred keys, with defaults, and writes the records with them.
"""

import itertools
import json
import sys

import redis

NAMES = ["value", "x1", "x2", "x3"]


class FeatureStore:
    def __init__(self, client):
        self.client = client

    def get_many(self, ids, names, default=None):
        found = self.client.mget([f"features:{id}" for id in ids])
        for text in found:
            features = json.loads(text) if text is not None else {}
            yield {name: features.get(name, default) for name in names}


store = FeatureStore(redis.Redis(unix_socket_path=sys.argv[3]))
with open(sys.argv[1]) as lines:
    lines = itertools.islice(lines, int(sys.argv[2]))
    while batch := [json.loads(line) for line in itertools.islice(lines, 100)]:
        for event, features in zip(batch, store.get_many([e["user"] for e in batch], NAMES)):
            event["features"] = features
            print(json.dumps(event))
