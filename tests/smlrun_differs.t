#!/bin/sh
# smlrun between two snapshots, when a stage does not write to a topic again what it wrote before.
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"

servers=$tests/servers/kafka
needs kafka
"$servers" start "$tmp/kafka" || exit 1
KAFKA_BROKERS=$(cat kafka/address)
export KAFKA_BROKERS

records() { seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d}\n", $1 % 3, $1 }'; }
all() { smlkafka consume -e --timeout 60s -o beginning "$@"; }

# What the stage does is in a file.
cat >stage <<'END'
#!/bin/sh
exec sed -u -f program
END
chmod +x stage
writes() { printf '%s\n/"v":3}/G\n' "$1" >program; } # and a blank line, which is no message

# differs PARTITION RECORDS ARGUMENT...: a run that is killed until it is at a mark, with at least so
# many records after the snapshot.
at_mark() {
	# A new producer ends the transaction of the dead one.
	transact "$KAFKA_BROKERS" "sml-$(jq -r .group dir/commit)-0" open >/dev/null
	smlrun status dir >now 2>/dev/null
	jq -e --argjson p "$1" --argjson n "$2" '[.partitions[]? | select(.partition == $p)][0] // . |
		.epoch > .snapshot_id and .snapshot_id > 0 and (.records // .last.records) >= $n' now >/dev/null
}
between() {
	part=$1 least=$2 step=14
	shift 2
	writes ''
	while
		faulty "kill=$step,in=smlrun" smlrun --state dir "$@" --every 10 --snapshot-every 1000 -- ./stage
		! at_mark "$part" "$least"
	do
		step=$((step + 3))
		[ $step -lt 120 ] || return
	done
}
again() { run smlrun --state dir "$@" --every 10 --snapshot-every 1000 -- ./stage; }
# offset TOPIC PARTITION V: where the record is, the first of those that are equal.
offset() { all -t "$1:$2" --format envelope | jq --argjson v "$3" 'select(.value | fromjson.v == $v).offset' | head -n 1; }

# From a file to a topic.

records 1 60 | sed '20s/.*/bad/' >in
set -- --from in --to kafka:one --rejects kafka:bad
topic one 1
topic bad 1
between -1 50 "$@"
ok 'a run is killed at a mark' at_mark -1 50
epoch=$(jq .snapshot_id now)
first=$(offset one 0 1)
writes 's/"v":15}/"v":16}/'
again "$@"
is_status 'results that differ end the next run' 1
is_err 'which names the first of them, and the remedy' "topic one, partition 0: the record at offset $(offset one 0 15) is another one when epoch $epoch is run again: .*--snapshot-every 1"
writes '/"v":15}/d'
again "$@"
is_err 'also if one is missing' "offset $(offset one 0 15) is another one"
writes '/"v":1}/i x'
again "$@"
is_err 'or too many are there' "offset $first is another one"
writes '/"v":15}/s/$/ /'
again "$@"
is_err 'or a byte' "offset $(offset one 0 15) is another one"
last=$(all -t one --format envelope | tail -n 1)
writes "/\"v\":$(printf '%s' "$last" | jq '.value | fromjson.v')}/d"
again "$@"
is_err 'or if the last one is missing' "offset $(printf '%s' "$last" | jq .offset) does not come"
writes "/\"v\":$(printf '%s' "$last" | jq '.value | fromjson.v')}/p"
again "$@"
is_err 'or too many are there after it' 'topic one, partition 0: more records come than it has'
writes ''
faulty kill=18,in=smlrun smlrun --state dir "$@" --every 10 --snapshot-every 1000 -- ./stage
writes 's/"v":15}/"v":16}/'
again "$@"
is_err 'a run in between that was killed changes nothing' "offset $(offset one 0 15) is another one"
ls -A dir/state >left
ok 'nothing is left of the comparison' test ! -s left
echo '{"v":0}' | smlkafka produce -t one
again "$@"
is_status 'if somebody else writes to the topic, too' 1
is_err 'nobody knows which one it is' 'results differ, and the first is not known \(topic one has records of others, too\)'
writes ''
again "$@"
is_status 'and the same results are taken all the same' 0
all -t one | grep -v '"v":0}' >got
records 1 60 | sed 20d >want
ok 'each of them is there once' cmp want got
ok 'and the bad line' test "$(all -t bad | wc -l)" -eq 1
rm -rf dir

# Partitions, of which each has its place, in a group.

topic from 3
topic to 3
records 1 150 | smlkafka produce -t from -k v
all -t from:1 | jq .v >numbers
n=$(sed -n 12p numbers)
set -- --from kafka:from --to kafka:to -e -G group -X session.timeout.ms=1000 -X heartbeat.interval.ms=300
between 1 30 "$@"
ok 'a member is killed at a mark' at_mark 1 30
writes "s/\"v\":$n}/\"v\":-1}/"
again "$@"
is_status 'results of a partition that differ end the run' 1
is_err 'with that partition' "topic to, partition 1: the record at offset $(offset to 1 "$n") is another one"
rm -rf dir

# Several sinks, of which one is a file: the first that differs is named, wherever it is.

topic alarms 1
records 1 60 >in
set -- --from in --to out --to-by k:k1=kafka:alarms --to-by k:k2=null
between -1 50 "$@"
ok 'a run to several sinks is killed at a mark' at_mark -1 50
writes 's/"v":\(1[3-9]\)}/"v":-\1}/'
again "$@"
is_err 'a record of a topic' "topic alarms, partition 0: the record at offset $(offset alarms 0 13) is another one"
writes 's/"v":\(1[2-9]\)}/"v":-\1}/'
again "$@"
is_err 'or of a file is the first' "out: the record at byte $(($(sed '/"v":12}/,$d' out | wc -c) + 1)) is another one"
writes 's/"v":8}/"v":-8}/'
again "$@"
is_err 'or one that no sink has' 'the first is not known \(no sink has it\)'
rm -rf dir out

# With keys a record may be in any partition.

topic keyed 2
set -- --from in --to kafka:keyed --to-key k
between -1 50 "$@"
writes 's/"v":15}/"v":16}/'
again "$@"
is_status 'with keys that share results out' 1
is_err 'nobody knows which one it is' 'not known \(--to-key shares them out among partitions\)'

plan
