#!/bin/sh
# smlkafka: from the envelopes of consume, produce makes the same messages, whatever bytes are in them.
# shellcheck disable=SC2154 # $tests and $tmp are lib.sh's
. "${0%/*}/lib.sh"

with_kafka

envelopes() { python3 "$tests/smlkafka/envelopes.py" "$@"; }
take() { smlkafka consume -e --timeout 30s --format envelope -t "$1" >"$1.taken"; }
# Topics and offsets differ; partitions come in any order.
plain() { sed 's/^{"topic":"[a-z]*"//; s/"offset":[0-9]*,//' "$1" | sort; }

for topic in first second third; do
	topic $topic 3 1 max.message.bytes=2000000
done

envelopes make 1 500 first 3 >made
run smlkafka produce --format envelope made
is_status 'random envelopes are delivered' 0
take first
ok 'nulls, empty and any other bytes, repeated headers, a megabyte: all come back' \
	envelopes compare made first.taken

run smlkafka produce --format envelope -t second first.taken
is_status 'what consume wrote is taken' 0
take second
plain first.taken >want
plain second.taken >got
ok 'consume, produce, consume: equal to the byte' cmp want got

# The rejects of consume are envelopes too.
run smlkafka consume -e -t first --timeout 30s --rejects rejects
is_status 'what is no record is rejected' 3
ok 'most of them are no records' test "$(wc -l <rejects)" -gt 100
run smlkafka produce --format envelope -t third rejects
is_status 'rejects of consume are taken' 0
take third
sed 's/"error":"[^"]*\(\\"[^"]*\)*",//' rejects >bare
plain bare >want
plain third.taken >got
ok 'and come back as they were' cmp want got

# Memory is limited, whatever the size of the messages.
peak() { python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"; }
stays_below_128_mb() {
	most=$(peak smlkafka consume -e --timeout 30s -t large --format envelope "$@")
	[ "$most" -lt 131072 ] || { echo "$most kB"; false; }
}
if [ -n "${SML_SHORT-}" ] || ldd "$(command -v smlkafka)" | grep -q asan; then
	skip 'megabytes' 'who watches over memory takes several times as much'
else
	topic large 2
	pad=$(printf '%0900000d' 0 | sed 's/00/\\"/g')
	for n in $(seq 150); do printf '{"n":%d,"pad":"%s"}\n' "$n" "$pad"; done |
		smlkafka produce -t large -k n
	ok 'messages of a megabyte stay within 128 MB' stays_below_128_mb
	ok 'merged too' stays_below_128_mb --merge
fi

"$servers" stop "$tmp/kafka"
plan
