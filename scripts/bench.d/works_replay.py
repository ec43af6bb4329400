"""smlkafka replay: more than a million records a second, in any form, from one file or several"""

import json
import tempfile

from bench import EVENTS, NAMES, RUNS, line, measure, median, verdict

HEAD = '{"topic":"t","partition":%d,"offset":%d,"timestamp":%d,"timestamp_type":"create","key":"%s",'
PROGRAMS = {
    "values, one file": "{bin}/smlkafka replay --speed max {events}",
    "values, one file, by a field": "{bin}/smlkafka replay --speed max --time ts --from 0 {events}",
    "envelopes, three files merged": "{bin}/smlkafka replay --speed max e0 e1 e2",
    "records, three files merged": "{bin}/smlkafka replay --speed max r0 r1 r2",
    "records, their values": "{bin}/smlkafka replay --speed max --format value r0 r1 r2",
    "envelopes, their values": "{bin}/smlkafka replay --speed max --format value e0 e1 e2",
}


def write_dumps(folder):
    """The events as messages of three partitions, in turn."""
    envelopes = [open(f"{folder}/e{i}", "w") for i in range(3)]
    records = [open(f"{folder}/r{i}", "w") for i in range(3)]
    with open(NAMES["events"]) as events:
        for number, event in enumerate(events):
            event = event.rstrip("\n")
            fields = json.loads(event)
            offset, partition = divmod(number, 3)
            head = HEAD % (partition, offset, fields["ts"], fields["user"])
            envelopes[partition].write(f'{head}"value":{json.dumps(event)},"headers":[]}}\n')
            records[partition].write(f'{head}"value":{event},"headers":[]}}\n')
    for dump in envelopes + records:
        dump.close()


def replay():
    print("\nreplaying as fast as it goes (more than a million records a second: under 1 s)")
    with tempfile.TemporaryDirectory() as folder:
        write_dumps(folder)
        for name, command in PROGRAMS.items():
            words = f"sh -c '{command} >/dev/null'"
            cost = median([measure(words, folder) for _ in range(RUNS)])
            line(name, cost.cpu * 1e6 / EVENTS, cost.memory, verdict(cost.cpu * 1e6 < EVENTS))


WORKS = {"replay": replay}
