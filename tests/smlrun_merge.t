#!/bin/sh
# smlrun --merge: all partitions of a topic in one pipeline, in the order of time, from a real broker.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"
. "$tests/smlrun.sh"

with_kafka

# mixed TOPIC FIRST LAST [LATE]: records of 20 keys in 3 partitions, each nearly in the order of time (some
# are too late by up to 100 ms; LATE: all are by as much), many of the same time
mixed() {
	seq "$2" "$3" | awk -v late="${4-0}" '{
		printf "{\"partition\":%d,\"timestamp\":%.0f,\"value\":\"{\\\"k\\\":\\\"k%d\\\",\\\"v\\\":%d}\"}\n",
			$1 * 7 % 3, 1000000000000 - late + int($1 * 37 % 50 / 5) * 10 + int($1 / 10) * 10, $1 % 20, $1 }' |
		smlkafka produce -t "$1" --format envelope
}
# whole FILE LAST: results of 1 to LAST, each once, with what the stages make of their order
whole() {
	jq -c '{k, v}' "$1" | piped | cmp - "$1" || return
	jq .v "$1" | sort -n | cmp - want.v
}
# to_mark DIR OPTION...: a run that is killed, and has a mark as its last commit
to_mark() {
	state=$1 step=12
	shift
	while
		faulty "kill=$step,in=smlrun" smlrun --state "$state" "$@" -e --merge --snapshot-every 100 -- "$pipeline"
		status_is 137 && ! jq -e '.epoch > .snapshot_id + 1' "$state/commit"
	do
		step=$((step + 1))
	done >/dev/null
	ok 'a run is killed after a mark' status_is 137
}
end_all() { rm -rf dir out in want bad; }

# To a file

topic mix 3
mixed mix 1 2000
to_file() { smlrun --state dir --from kafka:mix --to out -e "$@" -- "$pipeline"; }
all -t mix --merge | piped >want
run to_file --merge
is_status 'several partitions are merged' 0
ok 'in the order in which smlkafka consume --merge writes them' cmp want out
ok 'which is not that of each partition after the other' test "$(all -t mix | piped | cmp - want | wc -c)" -gt 0
run to_file --merge
is_status 'a run with nothing to do does nothing' 0
ok 'status shows a place in each partition' test "$(smlrun status dir | jq -c '[.last.records, .last.partitions[].offset]')" = '[2000,666,667,667]'
run smlrun check dir
is_status 'check finds nothing wrong' 0
for format in value record envelope; do
	rm -f in
	smlrun --state "lines.$format" --from kafka:mix --to in -e --merge --format $format -- cat
	all -t mix --merge --format $format >want
	ok "lines are those of smlkafka consume --merge --format $format" cmp want in
done
run to_file
is_err 'without --merge it is another run' 'belongs to another run: --merge was given, and is none now'
run smlrun reset dir --to BEGINNING
all -t mix --merge -o 300 | piped >want
run to_file --merge -o 300
is_status 'reset starts over, where -o says' 0
ok 'in each partition' cmp want out
end_all

# Killed at every step; messages that come in between are older than those that were read, and must not
# change the order of those that are read again.

killed_mix 10 --merge
run to_file --merge
is_status 'and the last one goes on' 0
seq "$last" >want.v
ok 'each result is there once, and the stages know the order' whole out
ok 'what was committed has stayed' held
rm -rf dir out

# To a topic

topic one 1
topic two 2
all -t mix --merge | piped >want
to_topic() { smlrun --state dir --from kafka:mix --to kafka:one -e --merge "$@" -- "$pipeline"; }
run smlrun --state few --from kafka:mix --to kafka:two -e --merge -- "$pipeline"
is_err 'merged records have no partition to name' 'topic two has 2 partitions, and records of merged ones have none: name a field'
rm -rf few
run to_topic --every 100 --snapshot-every 4 --stats stats
is_status 'a topic gets them too' 0
marked one 1
all -t one >got
ok 'in this order' cmp want got
ok 'and nothing is left to read' test "$(jq -c '[.records, .lag]' stats)" = "[$last,0]"
group=$(smlrun status dir | jq -r .group)
ok 'the group has the offset of each partition' test "$(smlkafka offsets -G "$group" -t mix | jq '.end - .current' | sort -u)" = 0
died=0
for step in 2 5 9 14 20 27 35 44; do
	mixed mix $((last + 1)) $((last + 50)) $((died % 2 * 50000))
	last=$((last + 50))
	faulty "kill=$step,in=smlrun" smlrun --state dir --from kafka:mix --to kafka:one -e --merge --every 20 --snapshot-every 3 -- "$pipeline"
	status_is 137 >/dev/null && died=$((died + 1))
done
ok "runs are killed ($died)" test $died -ge 3
mixed mix $((last + 1)) $((last + 50))
last=$((last + 50))
faulty 'lost=2,in=smlrun' smlrun --state dir --from kafka:mix --to kafka:one -e --merge --retries 0 --every 20 -- "$pipeline"
is_status 'a commit whose outcome is not known ends the run' 1
run to_topic
is_status 'and the next one goes on' 0
marked one 1
all -t one >out
seq "$last" >want.v
ok 'each result is there once' whole out
run smlrun --state keyed --from kafka:mix --to kafka:two -e --merge --to-key k -- "$pipeline"
is_status 'a key decides the partition' 0
marked two 2
jq -c .k want | sort >want.k
ok 'of all results' test "$(all -t two | wc -l)" -eq $last
ok 'each key is in one' test "$(all -t two --format envelope | jq -r '"\(.key) \(.partition)"' | sort -u | wc -l)" -eq 20

# Offsets that somebody sets, or that are gone

smlkafka offsets -G "$group" -t mix:1 --to 100 --execute >/dev/null
run to_topic
is_err 'an offset that somebody set belongs to no run' "group $group, topic mix, partition 1: the offset was not committed by smlrun; --adopt"
run to_topic --adopt
is_status '--adopt begins there' 0
marked one 1
all -t one >got
ok 'with that partition alone' test "$(wc -l <got)" -eq $((last + $(all -t mix:1 | wc -l) - 100))
tail -n +$((last + 1)) got >got2
jq -c '{k, v}' got2 | piped >want
ok 'and empty states' cmp want got2
cp -r dir fewer
sed 's/"kafka:mix"/"kafka:mix:0,2"/' dir/commit >fewer/commit
run smlrun --state fewer --from kafka:mix:0,2 --to kafka:one -e --merge -- "$pipeline"
is_err 'an offset that is gone is missed' "group $group has offsets of 2 partitions, but 3 were merged"
sed 's/sml-[0-9a-f]*/sml-0000000000000000/' dir/commit >forgot
cp forgot dir/commit
run to_topic
is_err 'so are all of them' 'has no offset of partition .*has snapshots'
end_all
rm -rf keyed fewer

# Partitions that are added, topics that are recreated

topic grows 2
topic grown 1
for i in 1 2 3 4 5 6; do sent grows $((i % 2)) "$i" "{\"k\":\"a\",\"v\":$i}"; done
grows() { run smlrun --state "$1" --from kafka:grows --to "$2" -e --merge -o 1 --every 2 --snapshot-every 100 -- "$pipeline"; }
to_mark file --from kafka:grows --to out -o 1 --every 1
grows topic kafka:grown
brokers grow grows 3
sent grows 2 1 '{"k":"a","v":7}'
sent grows 2 2 '{"k":"a","v":8}'
grows file out
is_status 'a partition that is added is read' 0
ok 'from its beginning, whatever -o says' test "$(jq -c .v out | sort -n | tr '\n' ' ')" = '3 4 5 6 7 8 '
ok 'after what was committed' test "$(head -n 2 out | jq -c .v | tr '\n' ' ')" = '3 4 '
grows topic kafka:grown
marked grown 1
ok 'to a topic, too' test "$(all -t grown | jq -c .v | tr '\n' ' ')" = '3 4 5 6 7 8 '
sent grows 0 9 '{"k":"a","v":9}'
brokers trim grows 0 4
grows file out
is_err 'a partition whose next message is deleted is named' 'topic grows, partition 0: offset [1-3], where the run continues, was deleted; the first there is 4'
brokers drop grows
topic grows 3
for i in 1 2 3 4 5 6; do sent grows $((i % 2)) 7 '{"k":"b","v":1}'; done
grows file out
is_err 'so is one that was recreated' 'topic grows, partition 0 is another than before'
brokers drop grows
topic grows 1
grows file out
is_err 'or is gone' 'topic grows no longer has partition 1'
end_all
rm -rf file topic

# Runs that leave marks, and older messages between them: each run has an order of its own.

topic older 2
for i in 5 4 3 2 1; do
	sent older $((i % 2)) "$i" "{\"k\":\"a\",\"v\":$i}"
	run smlrun --state dir --from kafka:older --to out -e --merge --every 1 --snapshot-every 100 -- "$pipeline"
done
is_status 'older messages may come between runs that end with marks' 0
ok 'and are read after what was read before' test "$(jq -c .v out | tr '\n' ' ')" = '5 4 3 2 1 '
end_all

# Transactions leave offsets without a message: where a partition ends, and where what is read again does

topic txn 2
brokers transact txn 0 commit '{"k":"a","v":1}' '{"k":"a","v":2}' '{"k":"a","v":3}'
brokers transact txn 1 commit '{"k":"a","v":4}'
brokers transact txn 1 abort '{"k":"a","v":0}'
marked txn 2
to_mark dir --from kafka:txn --to out --every 1
run timeout 60 smlrun --state dir --from kafka:txn --to out -e --merge --every 1 --snapshot-every 100 -- "$pipeline"
is_status 'a run ends after markers' 0
run timeout 60 smlrun --state dir --from kafka:txn --to out -e --merge --every 1 --snapshot-every 100 -- "$pipeline"
is_status 'so does one that reads again' 0
ok 'nothing is read that was aborted' test "$(jq -c .v out | sort -n | tr '\n' ' ')" = '1 2 3 4 '
end_all

# Bad messages, and records at which a stage fails

topic odd 3
for i in 1 2 3 4 5 6 7 8 9; do sent odd $((i % 3)) "$i" "{\"k\":\"a\",\"v\":$i}"; done
sent odd 1 10 '{"k":3'
for i in 11 12 13; do sent odd $((i % 3)) "$i" "{\"k\":\"a\",\"v\":$i}"; done
all -t odd --merge --rejects /dev/null | piped >want
odd() { smlrun --state dir --from kafka:odd --to out -e --merge "$@" -- "$pipeline"; }
run odd
is_status 'a message that is no record ends the run' 1
is_err 'and is named' '^smlrun: odd:1:3: .*everything before is committed'
ok 'everything before it is committed' test "$(jq .v out | tail -n 1)" -eq 9
run odd
is_err 'again' '^smlrun: odd:1:3: '
run odd --rejects bad
is_status 'or it goes to --rejects' 3
ok 'with its place' test "$(jq -c '[.topic, .partition, .offset]' bad)" = '["odd",1,3]'
ok 'and the rest to the file' cmp want out
end_all
topic fails 3
for i in 1 2 3 4 5 6 7 8 9; do sent fails $((i % 3)) "$i" "{\"k\":\"a\",\"v\":$i}"; done
sent fails 2 10 '{"k":"a","v":"x"}'
for i in 11 12 13; do sent fails $((i % 3)) "$i" "{\"k\":\"a\",\"v\":$i}"; done
windows='smlwindow -w global -a "s=sum(v)"'
for more in '-e' '-e --every 2 --snapshot-every 3' '--merge-wait 100ms' '--merge-wait 10ms --every 2'; do
	# shellcheck disable=SC2086 # a word an option
	run timeout 60 smlrun --state dir --from kafka:fails --to out --merge $more -- "$windows"
	ok "a record at which a stage fails ends the run ($more)" status_is 1
	is_err 'and is named' '^smlrun: fails:2:3: .*everything before is committed'
	ok 'so it is' test "$(jq -c .last.records dir/commit)" -eq 9
	end_all
done

# An older message that comes after the failure changes nothing in what the search has found.
jq -nc '{partition: 0, timestamp: 1, value: "{\"v\":0}"}' >older
cat >adds <<'END'
#!/bin/sh
# Before the bad record goes on for the first time, sends a message that is older than all.
exec perl -pe 'BEGIN { $| = 1 } if (/"x"/ && -e "older") {
	system "env -u SML_CONTROL smlkafka produce -t fails --format envelope <older";
	unlink "older";
}'
END
chmod +x adds
run timeout 60 smlrun --state dir --from kafka:fails --to out --merge --merge-wait 100ms -- "./adds | $windows"
ok 'an older message has come' test "$(all -t fails:0 | wc -l)" -eq 5
is_err 'the record is named' '^smlrun: fails:2:3: '
ok 'and what was before it is committed' test "$(jq -c .last.records dir/commit)" -eq 9
end_all

# Without an end

topic live 3
lived() { until [ "$(grep -c '"v"' out)" -ge "$1" ] || ! kill -0 "$pid"; do sleep 0.1; done 2>/dev/null; }
sent live 0 5 '{"k":"a","v":1}'
sent live 1 4 '{"k":"a","v":2}'
smlrun --state dir --from kafka:live --to out --merge --merge-wait 200ms --every 100ms -- "$pipeline" 2>err &
pid=$!
lived 2
ok 'a partition without messages is waited for only for --merge-wait' test "$(jq -c .v out | tr '\n' ' ')" = '2 1 '
sent live 2 1 '{"k":"a","v":3}'
lived 3
smlrun --state dir --from kafka:live --to out --merge --standby --every 100ms -- "$pipeline" 2>err2 &
second=$!
until grep -q 'waiting (--standby)' err2 || ! kill -0 $second; do sleep 0.1; done 2>/dev/null
kill -9 $pid
wait $pid 2>/dev/null
pid=$second
sent live 1 2 '{"k":"a","v":4}'
lived 4
kill $pid
wait $pid
echo $? >status
ok 'a second run waits for DIR, and takes over' test "$(cat status)" -eq 0
ok 'each result is there once' test "$(jq -c '[.v, .n]' out | tr '\n' ' ')" = "$(jq -c '{k, v}' out | piped | jq -c '[.v, .n]' | tr '\n' ' ')" -a "$(wc -l <out)" -eq 4
end_all
# A run without an end repeats the marks of a run with an end, in their order.
to_mark dir --from kafka:live --to out --every 1
sent live 2 1 '{"k":"a","v":5}'
smlrun --state dir --from kafka:live --to out --merge --merge-wait 1ms -- "$pipeline" 2>err &
pid=$!
sent live 0 9 '{"k":"a","v":6}'
lived 6
kill $pid
wait $pid
echo $? >status
ok 'a run without an end continues after marks' test "$(cat status)" -eq 0
seq 6 >want.v
ok 'with each result once' whole out
end_all

# A broker that is killed

topic hard 3
topic soft 1
mixed hard 1 9000
all -t hard --merge | piped >want
smlrun --state dir --from kafka:hard --to kafka:soft -e --merge --every 300 -- "$pipeline" 2>err &
pid=$!
timeout 60 smlkafka consume -o beginning -c 1000 -t soft >/dev/null
"$servers" kill kafka 1
"$servers" restart kafka 1 || exit 1
wait $pid
echo $? >status
ok 'a broker that is killed and comes back ends no run' test "$(cat status)" -eq 0 -o "$(cat status)" -eq 75
run smlrun --state dir --from kafka:hard --to kafka:soft -e --merge --every 300 -- "$pipeline"
is_status 'or the next one goes on' 0
marked soft 1
all -t soft >got
ok 'and each result is there once' cmp want got
end_all

# A stage that is killed

dies
for sink in out kafka:soft; do
	rm -rf died dir
	run smlrun --state dir --from kafka:mix --to $sink -e --merge --every 20 --snapshot-every 4 -- "./dies | $pipeline"
	is_status 'a stage that is killed is started again' 0
	is_err 'once' 'retry 1 of 5'
done
all -t mix --merge | piped >want
ok 'and each result is there once' cmp want out
marked soft 1
all -t soft | tail -n +9001 >got
ok 'in the topic, too' cmp want got
end_all

# A dump goes to a topic

all -t mix --format envelope | sort >dump
all -t mix --merge | piped >want
topic dumped 1
for step in 5 9 14 20; do
	faulty "kill=$step,in=smlrun" smlrun --state dir --from dump --to kafka:dumped --merge --every 100 --snapshot-every 3 -- "$pipeline"
done
run smlrun --state dir --from dump --to kafka:dumped --merge -- "$pipeline"
is_status 'a dump is merged into a topic' 0
marked dumped 1
all -t dumped >out
jq -c '{k, v}' out | piped >want
ok 'by stages that know the order' cmp want out
ok 'and each result is there once' test "$(jq .v out | sort -un | wc -l) $(wc -l <out)" = "$last $last"
end_all

# Wrong usage

refused '--merge does not go with -G: .*--standby' --from kafka:mix --to kafka:one --merge -G g
refused '--merge needs -e for --snapshot-every above 1: .*order depends on when messages come' --from kafka:mix --to out --merge --snapshot-every 2
ok 'and nothing is created' test ! -e no
plan
