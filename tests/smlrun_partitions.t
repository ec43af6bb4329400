#!/bin/sh
# smlrun of several partitions into a file: a pipeline for each, and one order of all results.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"
. "$tests/smlrun.sh"

with_kafka

# mixed TOPIC FIRST LAST [LATE]: records of 20 keys in 3 partitions, with the number of theirs, nearly in the
# order of time
mixed() {
	seq "$2" "$3" | awk -v late="${4-0}" '{
		printf "{\"partition\":%d,\"timestamp\":%.0f,\"value\":\"{\\\"k\\\":\\\"k%d\\\",\\\"v\\\":%d,\\\"p\\\":%d}\"}\n",
			$1 * 7 % 3, 1000000000000 - late + int($1 * 37 % 50 / 5) * 10 + int($1 / 10) * 10, $1 % 20, $1, $1 * 7 % 3 }' |
		smlkafka produce -t "$1" --format envelope
}
# blocks TOPIC PARTITIONS BLOCK: what each partition's pipeline writes, by blocks of records in the order of time
blocks() {
	for p in $(seq 0 $(($2 - 1))); do
		all -t "$1:$p" | piped >"want.$p"
	done
	all -t "$1" --merge --format envelope | jq .partition | awk -v parts="$2" -v block="$3" '
		function results(p) {
			for (p = 0; p < parts; p++)
				for (; count[p] > 0; count[p]--) {
					getline line <("want." p)
					print line
				}
		}
		{ count[$1]++ }
		NR % block == 0 { results() }
		END { results() }'
}
# each FILE TOPIC PARTITIONS: has the file what each partition makes, once and in its order?
each() {
	for p in $(seq 0 $(($3 - 1))); do
		all -t "$2:$p" | piped >want
		jq -c "select(.p == $p)" "$1" | cmp want - || return
	done
}
end_all() { rm -rf dir out want want.* bad; }

topic mix 3
mixed mix 1 2000
to_file() { smlrun --state dir --from kafka:mix --to out -e --block 64 "$@" -- "$pipeline"; }
run to_file
is_status 'several partitions go into a file' 0
is_err 'by blocks' 'the last 16 records are less than a block of 64'
blocks mix 3 64 >want
ok 'of each, the results of one partition after those of the other' test "$(head -n 1984 want | cmp - out 2>&1)" = ''
ok 'each partition has a state of its own' test "$(find dir/state -mindepth 1 -maxdepth 1 | wc -l)" -eq 3
run to_file --drain
is_status '--drain takes the last ones' 0
ok 'and all is there' cmp want out
run smlrun check dir
is_status 'check finds nothing wrong' 0
ok 'status says what was read of each partition' test "$(smlrun status dir | jq -c '[.ended, .last.records, .last.partitions[].offset, .shards]')" = '[true,2000,666,667,667,{"count":3,"block":64}]'
run smlrun reset dir --to BEGINNING
run to_file --drain
ok 'after a reset it is the same again' cmp want out
run smlrun reset dir --to BEGINNING
run to_file --drain --block 1
blocks mix 3 1 >want
ok 'blocks of one record are the order of time' cmp want out
end_all
run smlrun --state dir --from kafka:mix --to null -e --block 64 -- "$pipeline"
is_status 'a run that only builds states has a pipeline for each partition, too' 0
ok 'that got the records of this one' test "$(cat dir/state/[012]/a.2.* | jq -cs 'map(select(.snapshot).snapshot.records) | [length, add, max < 700]')" = '[3,1984,true]'
end_all

# Killed at every step; what comes in between is older than what was read.

killed_mix 8 --block 16
run to_file --block 16 --drain
is_status 'and the last one goes on' 0
ok 'each result is there once, and each partition has its own order' each out mix 3
ok 'none is missing' test "$(wc -l <out)" -eq "$last"
ok 'what was committed has stayed' held
end_all

# A partition that is added begins with its own state, also where a mark is the last commit.

grows() { run smlrun --state dir --from kafka:grows --to out -e --block 1 --every 1 --snapshot-every 100 -- "$pipeline"; }
grown() {
	brokers drop grows 2>/dev/null
	topic grows 2
	for i in 1 2 3 4 5 6; do sent grows $((i % 2)) "$i" "{\"k\":\"a\",\"v\":$i,\"p\":$((i % 2))}"; done
}
topic grows 1
grown
grows
brokers grow grows 3
sent grows 2 1 '{"k":"a","v":7,"p":2}'
grows
is_status 'a partition that is added is read' 0
ok 'by a pipeline of its own' test "$(tail -n 1 out)" = '{"k":"a","v":7,"p":2,"nth":1,"again":1}'
sent grows 2 2 '{"k":"a","v":8,"p":2}'
sent grows 1 9 '{"k":"a","v":9,"p":1}'
grows
ok 'which goes on' each out grows 3
run smlrun check dir
is_status 'and check finds its state' 0
end_all
grown
step=12
while
	faulty "kill=$step,in=smlrun" smlrun --state dir --from kafka:grows --to out -e --block 1 --every 1 --snapshot-every 100 -- "$pipeline"
	status_is 137 && ! jq -e '.epoch > .snapshot_id + 1' dir/commit
do step=$((step + 1)); done >/dev/null
ok 'a run is killed after a mark' status_is 137
brokers grow grows 3
sent grows 2 1 '{"k":"a","v":7,"p":2}'
step=12
while
	faulty "kill=$step,in=smlrun" smlrun --state dir --from kafka:grows --to out -e --block 1 --every 1 --snapshot-every 100 -- "$pipeline"
	status_is 137
do step=$((step + 3)); done >/dev/null
grows
ok 'after marks, too' each out grows 3
ok 'and kills' test "$(wc -l <out)" -eq 7
end_all
grown
run smlrun --state dir --from kafka:grows --to out -e --block 1 -- "$pipeline"
brokers grow grows 3
for i in 7 8 9; do
	sent grows 2 "$i" "{\"k\":\"a\",\"v\":$i,\"p\":2}"
	grows
	is_status 'a mark comes after it was added, and no snapshot' 0
done
ok 'and it goes on' each out grows 3
brokers drop grows
topic grows 2
for i in 2 4 6; do sent grows 0 "$i" "{\"k\":\"a\",\"v\":$i,\"p\":0}"; done
grows
is_err 'fewer partitions mean another topic' 'topic grows no longer has partition 2, which was read before: it was recreated'
end_all

# Bad messages, and records at which a stage fails

topic odd 3
for i in 1 2 3 4 5 6 7 8 9; do sent odd $((i % 3)) "$i" "{\"k\":\"a\",\"v\":$i,\"p\":$((i % 3))}"; done
sent odd 1 10 '{"k":3'
for i in 11 12 13; do sent odd $((i % 3)) "$i" "{\"k\":\"a\",\"v\":$i,\"p\":$((i % 3))}"; done
odd() { smlrun --state dir --from kafka:odd --to out -e --block 2 "$@" -- "$pipeline"; }
run odd
is_status 'a message that is no record ends the run' 1
is_err 'and is named' '^smlrun: odd:1:3: .*everything before its block is committed'
ok 'so it is' test "$(jq -c .last.records dir/commit)" -eq 8
run odd --rejects bad --drain
is_status 'or it goes to --rejects' 3
ok 'with its place' test "$(jq -c '[.topic, .partition, .offset]' bad)" = '["odd",1,3]'
ok 'and the rest to the file' test "$(jq .v out | sort -n | tr '\n' ' ')" = '1 2 3 4 5 6 7 8 9 11 12 13 '
end_all
topic fails 3
for i in 1 2 3 4 5 6 7 8 9; do sent fails $((i % 3)) "$i" "{\"k\":\"a\",\"v\":$i}"; done
sent fails 2 10 '{"k":"a","v":"x"}'
for i in 11 12 13; do sent fails $((i % 3)) "$i" "{\"k\":\"a\",\"v\":$i}"; done
for block in 1 3 10; do
	run timeout 60 smlrun --state dir --from kafka:fails --to out -e --block $block -- 'smlwindow -w global -a "s=sum(v)"'
	ok "a record at which a stage fails ends the run (--block $block)" status_is 1
	is_err 'and is named' '^smlrun: fails:2:3: .*everything before its block is committed'
	ok 'up to its block' test "$(jq -c .last.records dir/commit)" -eq $((9 / block * block))
	end_all
done

topic late 2
sent late 0 1 '{"k":"a","v":1}'
sent late 1 2 '{"k":3'
sent late 1 3 '{"k":"a","v":2}'
sent late 0 4 '{"k":"a","v":"x"}'
run timeout 60 smlrun --state dir --from kafka:late --to out -e --block 1 --rejects bad -- 'smlwindow -w global -a "s=sum(v)"'
is_err 'one after a bad message, too' '^smlrun: late:0:1: .*everything before its block is committed'
end_all

# Without an end: a signal drops the block that is not whole.

topic live 2
lived() { until [ "$(wc -l <out)" -ge "$1" ] || ! kill -0 "$pid"; do sleep 0.1; done 2>/dev/null; }
for i in 1 2 3 4 5; do sent live $((i % 2)) "$i" "{\"k\":\"a\",\"v\":$i,\"p\":$((i % 2))}"; done
smlrun --state dir --from kafka:live --to out --block 2 --merge-wait 100ms --every 100ms \
	-X topic.metadata.refresh.interval.ms=200 -- "$pipeline" 2>err &
pid=$!
lived 4
brokers grow live 3
until grep -q 'topic live has 3 partitions now, and had 2: the next run reads the new ones' err || ! kill -0 $pid; do sleep 0.1; done 2>/dev/null
ok 'a partition that is added is said to wait' grep -q 'topic live has 3 partitions now' err
kill $pid
wait $pid
ok 'a signal ends a run' test $? -eq 0
ok 'at the end of a block' test "$(jq -c .last.records dir/commit) $(wc -l <out)" = '4 4'
sent live 0 6 '{"k":"a","v":6,"p":0}'
run smlrun --state dir --from kafka:live --to out --block 2 -e -- "$pipeline"
is_status 'the next one takes it up' 0
ok 'with each result once' each out live 3
end_all

# A stage that is killed, and files outside

dies
run smlrun --state dir --from kafka:mix --to out -e --block 64 --every 100 --drain -- "./dies | $pipeline"
is_status 'a stage that is killed is started again' 0
is_err 'once' 'retry 1 of 5'
blocks mix 3 64 >want
ok 'and the results are those of one run' cmp want out
end_all
rm -f died
topic side 2
for i in $(seq 100); do echo "{\"partition\":1,\"value\":\"{\\\"k\\\":\\\"a\\\",\\\"v\\\":$i,\\\"p\\\":1}\"}"; done | smlkafka produce -t side --format envelope
run smlrun --state dir --from kafka:side --to out -e --block 1 --every 10 -- "./dies | $pipeline"
is_err 'a stage of the only partition with records is killed' 'retry 1 of 5'
ok 'and started again with its state' each out side 2
end_all
run smlrun --state dir --from kafka:mix --to out -e --block 64 -- 'smlecho -k k --state mine'
is_status 'a file that all pipelines would write is refused' 1
is_err 'by its name' 'mine'
end_all

# Some results go to a topic, in the same commit

topic alarms 1
run smlrun --state dir --from kafka:mix --to out --to-by p:1=kafka:alarms -e --block 64 --every 200 --drain -- "$pipeline"
is_status 'a topic gets some of them' 0
brokers marked alarms 1
blocks mix 3 64 >want
all -t alarms >got
ok 'in their order' test "$(jq -c 'select(.p == 1)' want | cmp - got 2>&1)" = ''
ok 'and the file the others' test "$(jq -c 'select(.p != 1)' want | cmp - out 2>&1)" = ''
end_all
grown
topic tops 1
some() { run smlrun --state dir --from kafka:grows --to out --to-by p:2=kafka:tops -e --block 1 -- "$pipeline"; }
some
brokers grow grows 3
for i in 7 8 9; do
	sent grows 2 "$i" "{\"k\":\"a\",\"v\":$i,\"p\":2}"
	some
	is_status 'a partition that is added goes to the topic' 0
done
brokers marked tops 1
ok 'by a pipeline that goes on' test "$(all -t tops | jq -c '[.v, .again]' | tr '\n' ' ')" = '[7,1] [8,2] [9,3] '
run smlrun check dir
is_status 'and check finds its state' 0
end_all

# What goes on must be what was begun

run to_file
run smlrun --state dir --from kafka:mix --to out -e --merge -- "$pipeline"
is_err '--merge is another run' 'belongs to another run: --merge was none, and is given now'
run to_file --block 32
is_err 'so is another block' '--block was 64, and is 32 now'
run to_file --shards 2 -k k
is_err 'and so are shards by key' 'belongs to another run: --shards was 3, and is 2 now'
end_all
run to_file --merge --shards 2 -k k
run to_file
is_err 'or none' 'belongs to another run: --merge was given, and is none now'
end_all
run to_file --shards 2 -k k
is_err 'shards by key need one order' '--shards with 3 partitions into a file needs --merge'
end_all
topic lone 1
sent lone 0 1 '{"k":"a","v":1,"p":0}'
lone() { run smlrun --state dir --from kafka:lone --to out -e --block 2 -- "$pipeline"; }
lone
is_status 'one partition needs no blocks' 0
lone
is_status 'and takes the option' 0
ok 'as one that says nothing' test "$(wc -l <out)" -eq 1
brokers grow lone 2
lone
is_err 'a second one is refused then' 'topic lone has 2 partitions now, but had one when dir was begun; smlrun reset --to BEGINNING starts it over'
run smlrun reset dir --to BEGINNING
lone
is_status 'until a reset' 0
end_all
run timeout 30 smlrun --state dir --from kafka:mix --to out --snapshot-every 2 -- "$pipeline"
is_err 'an order that depends on time bears no repeats' '3 partitions into a file need -e for --snapshot-every above 1'
refused '--block orders the results of several pipelines' --from kafka:mix --to kafka:one --block 3
refused '--block orders the results of several pipelines' --from kafka:mix --to out --merge --block 3
refused '--merge-wait needs --merge, or a file to write, and a topic to read' --from kafka:mix --to kafka:one --merge-wait 2s
plan
