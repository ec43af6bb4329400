#!/bin/sh
# smlrun between two snapshots, when a stage does not write to a topic again what it wrote before; and
# smlrun reset, which is the remedy.
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"

with_kafka

records() { seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d}\n", $1 % 3, $1 }'; }

# What the stage does is in a file.
cat >stage <<'END'
#!/bin/sh
[ -e hang ] && exec sleep 100
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
		faulty "kill=$step,in=smlrun" smlrun --state dir "$@" --every 7 --snapshot-every 1000 -- ./stage
		! at_mark "$part" "$least"
	do
		step=$((step + 3))
		[ $step -lt 120 ] || return
	done
}
again() { run smlrun --state dir "$@" --every 7 --snapshot-every 1000 -- ./stage; }
# offset TOPIC PARTITION V: where the record is, the first of those that are equal.
offset() { all -t "$1:$2" --format envelope | jq --argjson v "$3" 'select(.value | fromjson.v == $v).offset' | head -n 1; }

# From a file to a topic.

records 1 200 | sed '20s/.*/bad/' >in
set -- --from in --to kafka:one --rejects kafka:bad
topic one 1
topic bad 1
between -1 30 "$@"
ok 'a run is killed at a mark' at_mark -1 30
epoch=$(jq .snapshot_id now)
first=$(offset one 0 1)
writes 's/"v":15}/"v":16}/'
again "$@"
is_status 'results that differ end the next run' 1
is_err 'which names the first of them, and the remedies' "topic one, partition 0: the record at offset $(offset one 0 15) differs when repeated after epoch $epoch: .*smlrun reset dir --to $epoch continues from there, with $(all -t one | wc -l) records twice; --snapshot-every 1"
writes '/"v":15}/d'
again "$@"
is_err 'also if one is missing' "offset $(offset one 0 15) differs"
writes '/"v":1}/i x'
again "$@"
is_err 'or too many are there' "offset $first differs"
writes '/"v":15}/s/$/ /'
again "$@"
is_err 'or a byte' "offset $(offset one 0 15) differs"
last=$(all -t one --format envelope | tail -n 1)
writes "/\"v\":$(printf '%s' "$last" | jq '.value | fromjson.v')}/d"
again "$@"
is_err 'or if the last one is missing' "offset $(printf '%s' "$last" | jq .offset) is missing"
writes "/\"v\":$(printf '%s' "$last" | jq '.value | fromjson.v')}/p"
again "$@"
is_err 'or too many are there after it' 'topic one, partition 0: more records come than it has'
writes ''
faulty kill=18,in=smlrun smlrun --state dir "$@" --every 7 --snapshot-every 1000 -- ./stage
writes 's/"v":15}/"v":16}/'
again "$@"
is_err 'a run in between that was killed changes nothing' "offset $(offset one 0 15) differs"
ls -A dir/state >left
ok 'nothing is left of the comparison' test ! -s left
echo '{"v":0}' | smlkafka produce -t one
again "$@"
is_status 'if somebody else writes to the topic, too' 1
is_err 'it is not known which one' 'results differ, but the first one is not known \(topic one also has records of others\)'
writes ''
again "$@"
is_status 'and the same results are taken all the same' 0
all -t one | grep -v '"v":0}' >got
records 1 200 | sed 20d >want
ok 'each of them is there once' cmp want got
ok 'and the bad line' test "$(all -t bad | wc -l)" -eq 1
rm -rf dir

# Back to the last snapshot

topic back 1
topic lines 1
records 1 200 | sed '5s/.*/bad/' >in
set -- --from in --to kafka:back --rejects kafka:lines
between -1 30 "$@"
all -t back >before
group=$(jq -r .group dir/commit)
# A dead process leaves a transaction open, with an offset.
transact "$KAFKA_BROKERS" "sml-$group-0" within 600000 open offset "$group" back 0 7 x send back 0 x flush \
	sh 'kill -9 $PPID' >/dev/null 2>&1
run smlrun reset dir --to 7
is_status 'a reset needs an epoch with a snapshot' 1
is_err 'and names it' '--to is BEGINNING or 1$'
run smlrun reset dir --to 1 --partition 0
is_err 'a file has no partitions' '^smlrun: --partition is for an epoch of a run from topic to topic without --merge$'
run smlrun reset dir --to 1 --partition x
is_err 'a partition is a number' '^smlrun: --partition is a number, not "x"$'
(
	flock 9
	exec sleep 60
) 9>dir/commit.lock &
pid=$!
until ! flock -n dir/commit.lock true; do sleep 0.1; done
run smlrun reset dir --to 1
is_status 'a run that goes on is left alone' 1
kill $pid
wait $pid
run smlrun reset dir --to 1
is_status 'with an epoch that has one a reset goes back' 0
is_err 'and says before what comes twice' "^smlrun: warning: topic back: $(wc -l <before) records after epoch 1 will come twice$"
is_err 'and what may' '^smlrun: warning: topic lines: bad lines after epoch 1 will come twice, too$'
ok 'that is committed then' sh -c "smlrun status dir | jq -e '.epoch == 1 and .snapshot_id == 1 and .last.records == 0'"
ok 'and right' smlrun check dir
writes 's/"v":15}/"v":16}/'
again "$@"
is_status 'the next run writes other results' 3
{
	cat before
	records 1 200 | sed 5d | sed 's/"v":15}/"v":16}/'
} >want
all -t back >got
ok 'of everything after the snapshot' cmp want got
run smlrun reset dir --to "$(smlrun status dir | jq .snapshot_id)"
is_status 'a reset to the last commit' 0
is_err 'takes nothing back' '^smlrun: warning: topic back: 0 records after epoch [0-9]+ will come twice$'
again "$@"
is_status 'so that nothing' 0
ok 'comes twice' test "$(all -t back | wc -l)" -eq "$(wc -l <want)"
rm -rf dir
smlrun --state dir --from in --to kafka:back --drain --rejects kafka:lines -- ./stage 2>/dev/null
run smlrun reset dir --to "$(smlrun status dir | jq .snapshot_id)"
is_err 'what --drain has closed is closed' '^smlrun: epoch [0-9]+ was ended by --drain: --to is BEGINNING$'
rm -rf dir

# Partitions, of which each has its place, in a group.

topic from 3
topic to 3
records 1 2000 | smlkafka produce -t from -k v
all -t from:1 | jq .v >numbers
n=$(sed -n 12p numbers)
set -- --from kafka:from --to kafka:to -e -G group -X session.timeout.ms=1000 -X heartbeat.interval.ms=300
between 1 30 "$@"
ok 'a member is killed at a mark' at_mark 1 30
writes "s/\"v\":$n}/\"v\":-1}/"
again "$@"
is_status 'results of a partition that differ end the run' 1
is_err 'with that partition' "topic to, partition 1: the record at offset $(offset to 1 "$n") differs when .* --to 1 --partition 1 continues"
for p in 0 1 2; do all -t to:$p >to.$p; done
: >hang
smlrun --state dir --from kafka:from --to kafka:to -G group -X session.timeout.ms=1000 \
	-X heartbeat.interval.ms=300 -- ./stage 2>member &
pid=$!
until smlkafka lag -G group -t from 2>/dev/null | grep -q '"member":"'; do sleep 0.2; done
run smlrun reset dir --to 1
is_status 'a group with members is left alone' 1
is_err 'and that is said' '^smlrun: group group has 1 member: its offsets can be set when it is gone'
kill $pid
wait $pid
rm hang
run smlrun reset dir --to 1 --partition 1
is_status 'when it is gone' 0
is_err 'a partition goes back' "^smlrun: warning: topic to: $(wc -l <to.1) records after epoch 1 will come twice$"
again "$@"
is_status 'alone' 0
for p in 0 1 2; do
	all -t from:$p >from.$p
	[ $p = 1 ] || : >to.$p
	sed "s/\"v\":$n}/\"v\":-1}/" from.$p | cat to.$p - >want
	all -t to:$p >got
	ok "partition $p is right" cmp want got
done
rm -rf dir

# A file of bad lines is one for all partitions.

topic aside 3
smlrun --state dir --from kafka:from --to kafka:aside -e --rejects bad -- cat 2>/dev/null
run smlrun reset dir --to "$(smlrun status dir | jq '.partitions[0].snapshot_id')"
is_err 'what one partition has rejected may come twice' '^smlrun: warning: bad: bad lines after epoch [0-9]* may come twice$'
rm -rf dir

# Partitions that are read as one

topic merged 1
set -- --from kafka:from --to kafka:merged -e --merge
between 1 100 "$@"
all -t merged >before
run smlrun reset dir --to 1 --partition 1
is_err 'partitions that are read as one go back together' '^smlrun: --partition is for an epoch'
id=$(jq '.partitions[0].snapshot_id' now)
# After a restart it may be a later snapshot than the first one.
transact "$KAFKA_BROKERS" x committed "$(jq -r .group dir/commit)" from 0 | sed 's/^committed [0-9]* //' >metadata
run smlrun reset dir --to "$id"
is_status 'all of them' 0
is_err 'and each record counts once' "^smlrun: warning: topic merged: $(jq '.last.records - .snapshot.records' metadata) records after epoch $id will come twice$"
ok 'what is committed is right' smlrun check dir
again "$@"
is_status 'they are read again' 0
smlkafka consume -e --timeout 60s -o beginning -t from --merge | tail -n "+$(($(jq .snapshot.records metadata) + 1))" | cat before - >want
all -t merged >got
ok 'from the snapshot' cmp want got
rm -rf dir

# Several sinks, of which one is a file: the first that differs is named, wherever it is.

topic alarms 1
records 1 200 >in
set -- --from in --to out --to-by k:k1=kafka:alarms --to-by k:k2=null
between -1 30 "$@"
ok 'a run to several sinks is killed at a mark' at_mark -1 30
writes 's/"v":\(1[3-9]\)}/"v":-\1}/'
again "$@"
is_err 'a record of a topic' "topic alarms, partition 0: the record at offset $(offset alarms 0 13) differs"
writes 's/"v":\(1[2-9]\)}/"v":-\1}/'
again "$@"
is_err 'or of a file is the first' "out: the record at byte $(($(sed '/"v":12}/,$d' out | wc -c) + 1)) differs"
writes 's/"v":8}/"v":-8}/'
again "$@"
is_err 'or one that no sink has' 'the first one is not known \(no sink has it\)'
rm -rf dir out

# With keys a record may be in any partition.

topic keyed 2
set -- --from in --to kafka:keyed --to-key k
between -1 30 "$@"
writes 's/"v":15}/"v":16}/'
again "$@"
is_status 'with keys that share results out' 1
is_err 'it is not known which one' 'not known \(--to-key distributes them among partitions\)'

plan
