#!/bin/sh
# smlkafka lag, topics, offsets: how far a group is behind, counted in what it would read; and setting its
# offsets. Also: a replay writes what consume --merge writes.
# SML_SHORT=1: without the waits, for valgrind.
# shellcheck disable=SC2154 # $tmp is lib.sh's
. "${0%/*}/lib.sh"
with_kafka secure

run_kafka() {
	command=$1
	shift
	run smlkafka "$command" --timeout 30s "$@"
}
# messages FIRST LAST TOPIC [PARTITION]: writes messages; the N-th is N seconds after 1700000000
messages() {
	seq "$1" "$2" | sed 's/.*/{"topic":"'"$3"'","partition":'"${4:-0}"',"timestamp":1700000&000,"value":"&"}/' |
		awk '{ n = $0; sub(/.*"value":"/, "", n); sub(/".*/, "", n)
			sub(/"timestamp":[0-9]*/, sprintf("\"timestamp\":%.0f", 1700000000000 + 1000 * n)); print }' |
		smlkafka produce --format envelope
}
# Sets the offset of a group, as a reader that has ended would have left it.
commit() { smlkafka offsets -G "$1" -t "$2" --to "$3" --execute >/dev/null; }
# field NAME: prints this field of each record that was written
field() { sed -E 's/.*"'"$1"'":([^,}]*).*/\1/' .out | paste -s -d ' '; }
fields_are() { [ "$(field "$1")" = "$2" ] || { cat .out .err; false; }; }

# --- topics

topic news 2
topic old 1
messages 1 3 news 1
run_kafka topics
is_out 'topics are listed by partition' <<'EOF'
{"topic":"news","partition":0,"leader":1,"replicas":[1],"in_sync":[1],"beginning":0,"end":0}
{"topic":"news","partition":1,"leader":1,"replicas":[1],"in_sync":[1],"beginning":0,"end":3}
{"topic":"old","partition":0,"leader":1,"replicas":[1],"in_sync":[1],"beginning":0,"end":0}
EOF
is_status 'which is a success' 0
run_kafka topics -t news:1 -t '^o'
is_out 'some of them' <<'EOF'
{"topic":"news","partition":1,"leader":1,"replicas":[1],"in_sync":[1],"beginning":0,"end":3}
{"topic":"old","partition":0,"leader":1,"replicas":[1],"in_sync":[1],"beginning":0,"end":0}
EOF
run_kafka topics -t nws
is_status 'one that is not there' 1
is_err 'has perhaps another name' '^smlkafka: there is no topic "nws"; did you mean "news"\?$'

# --- lag

run_kafka lag -G readers
is_status 'a group that has read nothing' 1
is_err 'must be told its topics' '^smlkafka: group readers has read nothing yet: name its topics by -t$'
run_kafka lag -G readers -t news --now 1700000011000
is_out 'then all that there is is its lag, as old as the first' <<'EOF'
{"time":1700000011000,"group":"readers","topic":"news","partition":0,"current":null,"end":0,"lag":0,"lag_seconds":0,"member":null}
{"time":1700000011000,"group":"readers","topic":"news","partition":1,"current":null,"end":3,"lag":3,"lag_seconds":10,"member":null}
EOF
run_kafka lag -G readers -t news -o end
ok 'or nothing, if it begins at the end' fields_are lag '0 0'
commit readers news:1 2
run_kafka lag -G readers --now 2023-11-14T22:13:24.250Z
is_out 'then what it has not read' <<'EOF'
{"time":1700000004250,"group":"readers","topic":"news","partition":1,"current":2,"end":3,"lag":1,"lag_seconds":1.25,"member":null}
EOF
run_kafka lag -G readers -t news -t old --total --now 1700000000000
is_out 'all together; a time to come is no age' <<'EOF'
{"time":1700000000000,"group":"readers","partitions":3,"members":0,"lag":1,"lag_seconds":0}
EOF

# Markers and aborted records take offsets, but nobody reads them.
topic deals 4
transact() { brokers transact deals "$@" 2>/dev/null; }
transact 0 commit 1 2
transact 1 commit 1 2
# shellcheck disable=SC2046 # a word a record
transact 1 abort $(seq 150)
transact 2 commit 1
transact 2 abort 2 3 4
transact 2 commit 5 6
for n in 1 2 3; do
	commit "deals$n" deals:0 2
	commit "deals$n" deals:1 2
done
run_kafka lag -G deals1 -t deals
ok 'a marker behind the last record is no lag' fields_are lag '0 0 3 0'
ok 'though its offset is one' fields_are end '3 154 9 0'
smlkafka consume -G deals1 -t deals -e --format envelope >/dev/null
run_kafka lag -G deals1
ok 'consume -e leaves no lag' fields_are lag '0 0 0 0'
ok 'of empty partitions neither' fields_are current '3 154 9 0'
brokers commit beyond deals 0 99
run_kafka lag -G beyond
is_status 'a group that stopped beyond the end cannot go on: a failure' 1
is_err 'and no lag of 0' '^smlkafka: topic deals, partition 0: offset 99, where the group stopped, is not there: it has 0 to 3'
run_kafka lag -G deals2 -t deals:2 -X isolation.level=read_uncommitted
ok 'who reads all gets what was aborted' fields_are lag 6
messages 1 500 old
run_kafka lag -G deals1 -t old --now 1700000501000
ok 'a long lag is the distance of the offsets' fields_are lag 500
ok 'as old as its first record' fields_are lag_seconds 500
commit deals1 old 401
run_kafka lag -G deals1 -t old --now 1700000501000
ok 'a short one is counted' fields_are lag 99
ok 'from its own first record' fields_are lag_seconds 99

# --- cron, metrics, again and again

run_kafka lag -G deals1 -t old --exit-code
is_status 'a lag is found' 4
run_kafka lag -G deals1 -t old --exit-code --max-lag 98
is_status 'one above the limit' 4
run_kafka lag -G deals1 -t old --exit-code --max-lag 99
is_status 'and not one below' 0
run_kafka lag -G deals1 -t old
is_status 'nor without being asked' 0
run_kafka lag -G deals1 -t old --max-lag 9
is_status 'a limit that is for nothing is wrong usage' 2

commit 'a "b\c' deals:0 0
run_kafka lag -G 'a "b\c' --now 1700000000000 --metrics lag.prom --stats counts
grep -v '^#' lag.prom >.out
is_out '--metrics has a row a partition' <<'EOF'
sml_lag{tool="smlkafka",run="lag"} 2
sml_lag_seconds{tool="smlkafka",run="lag"} 0
sml_partitions{tool="smlkafka",run="lag"} 1
sml_members{tool="smlkafka",run="lag"} 0
sml_partition_lag{tool="smlkafka",run="lag",group="a \"b\\c",topic="deals",partition="0"} 2
sml_partition_lag_seconds{tool="smlkafka",run="lag",group="a \"b\\c",topic="deals",partition="0"} 0
sml_partition_current_offset{tool="smlkafka",run="lag",group="a \"b\\c",topic="deals",partition="0"} 0
sml_partition_end_offset{tool="smlkafka",run="lag",group="a \"b\\c",topic="deals",partition="0"} 3
EOF
ok '--stats those of all' grep -q '"lag":2,"lag_seconds":0,"partitions":1,"members":0}' counts

goes_with_its_reader() {
	timeout 60 smlkafka lag -G deals1 -t old --every 100ms | head -n 3 >.out
	fields_are lag '99 99 99'
}
ok '--every looks again, until nobody reads' goes_with_its_reader
run timeout -s TERM 3 smlkafka lag -G deals1 -t old --every 1h
ok 'SIGTERM ends a wait' fields_are lag 99
is_status 'and it is what lag dies of' 124

# --- members, offsets

start_reader() {
	mkfifo messages
	smlkafka consume -G "$1" -t "$2" -o beginning --format envelope >messages &
	reader=$!
	exec 3<messages
	for _ in $(seq 300); do
		smlkafka lag -G "$1" 2>/dev/null >seen
		! grep -q '"member":"smlkafka-' seen || return 0
		sleep 0.1
	done
	return 1
}
commit busy old 500
ok 'a reader is a member of its group' start_reader busy old
run_kafka lag -G busy
ok 'it has a name' grep -Eq '"member":"smlkafka-[-0-9a-f]+"' .out
run_kafka offsets -G busy --to beginning --execute
is_status 'while it is there its offsets stay' 1
is_err 'which the message explains' '^smlkafka: group busy has 1 member: its offsets can be set when it is gone'
is_out 'and nothing is shown as done' </dev/null
kill "$reader"
wait "$reader"
exec 3<&-
run_kafka offsets -G busy
is_out 'when it is gone it has left nothing behind' <<'EOF'
{"group":"busy","topic":"old","partition":0,"current":500,"beginning":0,"end":500}
EOF
run_kafka offsets -G busy --to 2023-11-14
is_status 'a place has a spelling' 2
run_kafka offsets -G busy --to @2023-11-14T22:21:00Z
is_out '--to shows where a time is' <<'EOF'
{"group":"busy","topic":"old","partition":0,"current":500,"beginning":0,"end":500,"to":459}
EOF
is_err 'and says that it was no more than that' '^smlkafka: warning: nothing is changed: --execute'
run_kafka offsets -G busy --to @2030-01-01 --execute
is_out 'behind the last message it is the end' <<'EOF'
{"group":"busy","topic":"old","partition":0,"current":500,"beginning":0,"end":500,"to":500}
EOF
run_kafka offsets -G busy --to -20 --execute
is_status '--execute sets it' 0
run_kafka offsets -G busy
ok 'as shown' fields_are current 480
smlkafka consume -G busy -t old -e --format envelope >replayed
ok 'and the group goes on there' test "$(wc -l <replayed)" -eq 20
run_kafka offsets -G deals3 -t deals:1 --to -1
ok '-N is N messages, not offsets' fields_are to 1
run_kafka offsets -G busy -t old -t news --to 100 --execute
is_status 'an offset that a partition has not is refused' 1
is_err 'by its name' 'offset 100 is not in partition 0 of topic news, which has 0 to 0: '
run_kafka offsets -G busy -t old -t news
ok 'and none is changed' fields_are current 'null null 500'
run_kafka offsets -G busy -t old --execute
is_status '--execute needs a place' 2
run_kafka offsets -G nobody
is_err 'a group that has committed nothing' '^smlkafka: group nobody has committed nothing: name the topics by -t$'

# --- a replay

topic sold 11
topic bought 1
seq 2000 | awk '{ t = 1700000000000 + int($1 / 9) + $1 * 7 % 3
	printf "{\"topic\":\"%s\",\"partition\":%d,\"timestamp\":%.0f,\"value\":\"{\\\"n\\\":%d}\"}\n",
	    $1 % 12 < 11 ? "sold" : "bought", $1 % 12 % 11, t, $1 }' |
	smlkafka produce --format envelope
for part in bought:0 $(seq -f sold:%g 0 10); do
	smlkafka consume -e -t "$part" --format envelope >"dump.$part"
done
for format in envelope value; do
	smlkafka consume -e --merge -t sold -t bought --format "$format" >merged
	run smlkafka replay --speed max --format "$(echo "$format" | sed s/envelope/same/)" dump.*
	ok "partitions replayed are what consume --merge writes: $format" cmp merged .out
done
ok 'all of them' test "$(wc -l <merged)" -eq 2000

# --- brokers that are away, or refuse us

one_line() { [ "$(wc -l <.err)" -eq 1 ] || { cat .err; false; }; }
for command in 'lag -G g' 'offsets -G g' topics; do
	# shellcheck disable=SC2086 # words
	run smlkafka $command -b 127.0.0.1:1 --timeout 1s
	is_status "$command: nobody there" 75
	ok "$command: in one line" one_line
	# shellcheck disable=SC2086
	run env KAFKA_SASL_USERNAME=ann KAFKA_SASL_PASSWORD=wrong smlkafka $command \
		-b "$(cat kafka/secure)" --timeout 20s -X security.protocol=sasl_ssl \
		-X ssl.ca.location=kafka/ca.pem -X sasl.mechanisms=PLAIN
	is_status "$command: a wrong password" 1
	ok "$command: in one line too" one_line
done
run smlkafka lag -G deals1 -t nowhere --timeout 20s
is_status 'no such topic' 1
full_disk() { smlkafka topics >/dev/full 2>message; [ $? -eq 1 ] && grep -q 'No space left' message; }
ok 'a full disk is a failure' full_disk

if [ -z "${SML_SHORT-}" ]; then
	smlkafka lag -G deals1 -t old --every 200ms --timeout 1s --metrics away.prom >rounds 2>message &
	lag=$!
	sleep 1
	"$servers" kill kafka 1
	for _ in $(seq 100); do
		[ ! -s message ] || break
		sleep 0.1
	done
	grep '_lag{' away.prom >while_away
	"$servers" restart kafka 1 || exit 1
	before=$(wc -l <rounds)
	for _ in $(seq 200); do
		[ "$(wc -l <rounds)" -le $((before + 2)) ] || break
		sleep 0.1
	done
	ok '--every outlives its brokers' test "$(wc -l <rounds)" -gt $((before + 2))
	ok 'and says when they are away' grep -q '^smlkafka: warning: ' message
	ok 'with no figures rather than old ones' test ! -s while_away
	kill $lag
	wait $lag
fi
plan
