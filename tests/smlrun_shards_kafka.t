#!/bin/sh
# smlrun --shards from and to topics of a real broker: each partition in copies, whatever is killed.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"
. "$tests/smlrun.sh"

with_kafka

# records FIRST LAST: 20 keys in turn.
records() {
	seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d}\n", $1 % 20, $1 }'
}
# sharded FILE OUT: what an undisturbed run in three copies writes
sharded() {
	rm -rf undisturbed "$2"
	smlrun --state undisturbed --from "$1" --to "$2" --shards 3 -k k --block 32 --drain -- "$pipeline" 2>/dev/null
}
# exact IN OUT PARTITIONS: each partition of OUT has what it makes of its like of IN.
exact() {
	marked "$2" "$3" || return
	for p in $(seq 0 $(($3 - 1))); do
		all -t "$1:$p" >part
		sharded part want
		all -t "$2:$p" >got
		cmp want got || return
	done
}

# From a file to a topic

topic sums 1
records 1 500 >in
step=1 died=0
to_sums() { ${with-} smlrun --state dir --from in --to kafka:sums --shards 3 -k k --block 32 "$@" -- "$pipeline"; }
killed() { with="env SML_FAULTS=kill=$1,in=smlrun LD_PRELOAD=$SML_BIN/../build/tests/faults.so"; shift; run "$@"; with=; }
while
	records $((500 + 10 * step)) $((509 + 10 * step)) >>in
	killed $step to_sums --every 32
	status_is 137 >/dev/null
do
	died=$((died + 1)) step=$((step + 4))
done
run to_sums --every 100 --drain
is_status 'a file goes to a topic' 0
ok 'by runs that were killed before a step of a commit, and in it' test $died -ge 3
sharded in want
marked sums 1
all -t sums >got
ok 'and each result is there once, in the order of one run' cmp want got

# From a topic to a file

topic clicks 1
records 1 3000 | smlkafka produce -t clicks
to_file() { ${with-} smlrun --state files --from kafka:clicks --to out -e --shards 3 -k k --block 32 --every 500 --snapshot-every 2 "$@" -- "$pipeline"; }
for step in 9 17 28; do
	killed $step to_file
done
run to_file
is_status 'a topic goes to a file' 0
is_err 'an unfinished block waits' 'the last 24 records are less than a block of 32'
run to_file --drain
all -t clicks >part
sharded part want
ok 'that has each result once' cmp want out

# From topic to topic, a pipeline for each partition, each in copies

topic from 3
topic to 3
records 1 1000 | smlkafka produce -t from --key k
topics() { ${with-} smlrun --state topics --from kafka:from --to kafka:to -e --shards 3 -k k --block 32 --every 100 "$@" -- "$pipeline"; }
died=0
for step in 2 5 9 12 15; do
	killed $step topics --snapshot-every 3
	! status_is 137 >/dev/null || died=$((died + 1))
done
ok 'runs are killed' test $died -ge 3
run topics
is_status 'a topic goes to a topic' 0
ok 'each copy of each partition has states of its own' test "$(find topics/state -mindepth 2 -maxdepth 2 -type d | wc -l)" -eq 9
run topics --drain
is_status 'to its end' 0
ok 'and each partition has what its own records make' exact from to 3
run smlrun --state topics --from kafka:from --to kafka:to -e --shards 2 -k k --block 32 -- "$pipeline"
is_err 'other copies are refused' '--shards was 3, and is 2 now'

# In a group, whose partitions move in the middle of blocks

topic grouped 3
topic scored 3
member() {
	exec smlrun --state group --from kafka:grouped --to kafka:scored -G g --shards 2 -k k --block 32 --every 200ms \
		--instance "$1" -X session.timeout.ms=6000 -- "$pipeline"
}
# committed: how many results the topic has
committed() { all -t scored | wc -l; }
member 1 >/dev/null 2>first.err &
first=$!
member 2 >/dev/null 2>second.err &
second=$!
records 1 1000 | smlkafka produce -t grouped --key k
until [ "$(committed)" -gt 300 ]; do sleep 0.2; done
kill $first
wait $first
ok 'a member ends well' test $? -eq 0
records 1001 2000 | smlkafka produce -t grouped --key k
until [ "$(committed)" -gt 1100 ]; do sleep 0.2; done
kill -9 $second
wait $second 2>/dev/null
records 2001 2100 | smlkafka produce -t grouped --key k
run smlrun --state group --from kafka:grouped --to kafka:scored -G g --shards 2 -k k --block 32 --instance 2 -X session.timeout.ms=6000 \
	-e --drain -- "$pipeline"
is_status 'and the last one takes all to the end' 0
two() { rm -rf undisturbed "$2"; smlrun --state undisturbed --from "$1" --to "$2" --shards 2 -k k --block 32 --drain -- "$pipeline"; }
is_exact() {
	marked scored 3
	for p in 0 1 2; do
		all -t "grouped:$p" >part
		two part want
		all -t "scored:$p" >got
		cmp want got || return
	done
}
ok 'each partition has what its own records make' is_exact

# All partitions as one, in copies

topic mixed 3
seq 1 1000 | awk '{ printf "{\"partition\":%d,\"timestamp\":%.0f,\"value\":\"{\\\"k\\\":\\\"k%d\\\",\\\"v\\\":%d}\"}\n",
	$1 % 3, 1000000000000 + 10 * $1, $1 % 20, $1 }' | smlkafka produce -t mixed --format envelope
merged() { ${with-} smlrun --state merged --from kafka:mixed --to merged.out -e --merge --shards 3 -k k --block 32 --every 64 "$@" -- "$pipeline"; }
for step in 9 14 19; do
	killed $step merged --snapshot-every 4
done
run merged --drain
is_status 'with --merge all partitions are merged' 0
records 1 1000 >part
sharded part want
ok 'and the results are those of a file' cmp want merged.out

plan
