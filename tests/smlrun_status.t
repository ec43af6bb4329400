#!/bin/sh
# smlrun status and check, of runs that read or write topics of a real broker.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"
. "$tests/smlrun.sh"

with_kafka

records() { seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d}\n", $1 % 20, $1 }'; }
# shows WHAT FILTER WANTED: what status prints of dir
shows() { ok "$1" test "$(smlrun status dir | jq -c "$2")" = "$3"; }
passes() {
	run smlrun check "${2-dir}"
	is_status "$1" 0
}
# finds WHAT MESSAGE: check finds that this is wrong
finds() {
	run smlrun check dir
	is_status "$1" 1
	is_err 'and names it' "^smlrun: $2"
}
# aside FILE...: moves them away; back FOLDER: and back
aside() { mkdir -p aside && mv "$@" aside; }
back() { mv aside/* "$1"; }

# changed SED: the metadata of partition 1 is changed; empty: as it was
changed() {
	if [ -n "$1" ]; then
		transact "$KAFKA_BROKERS" changed committed "$group" from 1 | head -n 1 >was
		sed "s/^committed [0-9]* //;$1" was >metadata
	else
		sed 's/^committed [0-9]* //' was >metadata
	fi
	transact "$KAFKA_BROKERS" changed open offset "$group" from 1 "$(sed 's/^committed \([0-9]*\) .*/\1/' was)" \
		"$(cat metadata)" commit >/dev/null
}

# status and check work during a run, which replaces its snapshots meanwhile: from a file to a file, fast ...

records 1 20000 >in
smlrun --state dir --from in --to out --every 1 -- "$pipeline" 2>/dev/null &
until [ -e dir/commit ]; do sleep 0.1; done
for i in $(seq 300); do smlrun check dir || break; done 2>wrong
kill $!
wait $!
ok 'a run is checked 300 times while it runs' test ! -s wrong
rm -rf dir out in

# From topic to topic

topic from 3
topic to 3
records 1 300 | smlkafka produce -t from -k k
counts=$(for p in 0 1 2; do smlkafka consume -e -t from:$p | wc -l; done | jq -sc .)
from_to() { smlrun --state dir --from kafka:from --to kafka:to -e "$@" -- "$pipeline"; }
run from_to --every 20
records 301 307 | smlkafka produce -t from -k k
each='[.partitions[] | [.partition, .epoch == .snapshot_id, .timestamp > 1e12, .ended]]'
shows 'status has each partition' "$each" '[[0,true,true,false],[1,true,true,false],[2,true,true,false]]'
shows 'with its records and its offset' '[[.partitions[].records], [.partitions[].offset]]' "[$counts,$counts]"
shows 'and what is not read' '[.unread, ([.partitions[].unread] | add), .source]' '[7,7,"kafka:from"]'
run env -u KAFKA_BROKERS smlrun status dir
is_status 'without brokers' 0
ok 'it prints what DIR/commit says' test "$(jq -c keys .out)" = '["group","pipeline","sink","source"]'
run env -u KAFKA_BROKERS smlrun status -b 127.0.0.1:1 --timeout 1s dir
is_status 'brokers that are away: try again' 75
is_err 'and that is said' 'no broker answers'
run smlrun check -b 127.0.0.1:1 --timeout 1s dir
is_status 'to check, too' 75
run env -u KAFKA_BROKERS smlrun check dir
is_status 'which needs some' 2
find dir -type f ! -name '*.lock' -exec cksum {} + | sort >before
passes 'check finds nothing wrong'
find dir -type f ! -name '*.lock' -exec cksum {} + | sort >after
ok 'and changes nothing' cmp before after
aside dir/state/2
finds 'a missing folder of states' 'dir/state/2 is missing, but should have the states of epoch'
back dir/state
current=$(smlrun status dir | jq '.partitions[1].snapshot_id')
aside dir/state/1/a."$current".*
finds 'a missing snapshot' "dir/state/1/a\\.$current\\.[0-9a-f]* is missing, which is a committed snapshot"
back dir/state/1
passes 'once it is back, all is well'
cp dir/commit all
topic one 1
sed 's/kafka:to"/kafka:one"/' all >dir/commit
finds 'a sink with fewer partitions' 'topic one has 1 partitions, fewer than topic from'
sed 's/kafka:to"/kafka:none"/' all >dir/commit
finds 'a missing sink' 'there is no topic "none"'
cp all dir/commit
group=$(smlrun status dir | jq -r .group)
changed 's/"run":"[0-9a-f]*/"run":"0123456789abcdef/'
finds 'the offset of another run' "group $group: the offset of partition 1 belongs to another run than that of partition 0"
changed ''
passes 'the right one is none'

# ... and here
smlrun --state dir --from kafka:from --to kafka:to --every 1 -- "$pipeline" &
pid=$!
until [ -e fed ]; do echo '{"k":"k1","v":0}' | smlkafka produce -t from -k k; done &
feeder=$!
until smlrun status dir | jq -e '.unread < 50 and .partitions[0].records > 0' >/dev/null; do sleep 0.1; done
for i in 1 2 3; do passes "a run that goes on is checked ($i)"; done
: >fed
wait $feeder
kill $pid
wait $pid
passes 'so is one that has ended'

# Offsets that others have set
group=$(smlrun status dir | jq -r .group)
smlkafka offsets -G "$group" -t from:1 --to 3 --execute >/dev/null
shows 'an offset of another program is shown as such' '.partitions[1] | [.offset, .foreign]' '[3,true]'
shows 'the others as before' '[.partitions[].foreign]' '[null,true,null]'
finds 'check refuses it' "group $group, topic from, partition 1: the offset was not committed by smlrun"
sed 's/sml-[0-9a-f]*/sml-0000000000000000/' dir/commit >forgot
cp forgot dir/commit
shows 'offsets that are gone are null' '[.unread, (.partitions[] | .offset)]' '[null,null,null,null]'
finds 'and missed' 'group sml-0000000000000000 has no offset of topic from, partition 0, but dir/state/0 has snapshots'
rm -rf dir

# A topic recreated, and what is deleted
topic anew 1
records 1 50 | smlkafka produce -t anew
smlrun --state dir --from kafka:anew --to out -e -- "$pipeline"
passes 'a topic is the one that was read'
records 51 60 | smlkafka produce -t anew
brokers trim anew 0 55
cp -r dir read
smlrun reset dir --to BEGINNING >/dev/null
passes 'after a reset nothing was read that could be missing'
rm -rf dir && mv read dir
finds 'that has what comes next' 'topic anew, partition 0: offset 50, where the run continues, was deleted; the first there is 55'
brokers drop anew
topic anew 1
records 61 120 | smlkafka produce -t anew
finds 'or another one of its name' 'topic anew, partition 0 is another than before'
rm -rf dir out

# From a file to a topic, beside a file
records 1 100 >in
smlrun --state dir --from in --to kafka:one --to-by 'k:k1=ones' --every 10 -- "$pipeline"
records 101 101 >>in
shows 'files have one place' '[.epoch > 1, .last.records, .last.file, .unread]' "[true,100,\"in\",$(tail -n 1 in | wc -c)]"
passes 'files that go to a topic are checked'
cp ones whole
: >ones
finds 'a sink that is shorter' "ones has 0 bytes, but $(wc -c <whole) were committed"
cp whole ones
cp in whole
echo '{}' >in
finds 'a source that is another' 'in is another file'
cp whole in
group=$(smlrun status dir | jq -r .group)
smlkafka offsets -G "$group" -t one --to 3 --execute >/dev/null
shows 'an offset of another program is shown' '.partitions[0] | [.offset, .foreign]' '[3,true]'
smlrun reset dir --to BEGINNING 2>/dev/null
passes 'after a reset nothing is committed, and nothing wrong'
rm -rf dir ones

# From a topic to a file; --merge; --shards
smlrun --state dir --from kafka:from --to out -e --merge --shards 2 -k k --block 10 --drain -- "$pipeline" 2>/dev/null
records 1 3 | smlkafka produce -t from -k k
shows 'unread of a topic to a file is asked for' .unread 3
ok 'if there are brokers' test "$(env -u KAFKA_BROKERS smlrun status dir | jq 'has("unread")')" = false
passes 'it is checked'
aside dir/state/1
finds 'so is the folder of each copy' 'dir/state/1 is missing'
back dir/state
cp out whole
: >out
finds 'and the length of the file' "out has 0 bytes, but $(wc -c <whole) were committed"
rm -rf dir out
smlrun --state dir --from kafka:from --to kafka:one -e --merge -- "$pipeline"
shows 'merged partitions have one epoch' '[([.partitions[].epoch] | unique | length), .unread]' '[1,0]'
passes 'they are checked'
group=$(smlrun status dir | jq -r .group)
sed 's/kafka:from/kafka:from:0,1/' dir/commit >fewer
cp dir/commit all
cp fewer dir/commit
finds 'and all must be there' 'topic from: 3 partitions were merged, but only 2 of them have offsets now'
cp all dir/commit
changed 's/"epoch":[0-9]*/"epoch":1/'
finds 'with one epoch' "group $group: the offset of partition 1 belongs to epoch 1, and that of partition 0 to epoch [0-9]*: somebody has set one"
rm -rf dir
plan
