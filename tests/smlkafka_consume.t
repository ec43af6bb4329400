#!/bin/sh
# smlkafka consume: messages unchanged, ends that are reached, and nothing lost in a group
# (kill_nine, nothing_is_lost: kill -9; stalls: a reader that does not read).
# SML_STOPS=100: more stops. SML_KILLS=50: more kills.
# SML_SHORT=1: only what runs under $SML_WRAP, for valgrind.
# shellcheck disable=SC2015,SC2016,SC2094,SC2154 # $sml is none of ours, topics no files; $tmp is lib.sh's
. "${0%/*}/lib.sh"
with_kafka secure

produce() { smlkafka produce "$@"; }
consume() { smlkafka consume --timeout 30s "$@"; }
run_consume() { run smlkafka consume --timeout 30s "$@"; }
# numbers FIRST LAST TOPIC [PARTITIONS]: envelopes of {"n":…}, to the partitions in turn, a second apart
numbers() {
	seq "$1" "$2" | awk -v topic="$3" -v parts="${4:-1}" '{
		printf "{\"topic\":\"%s\",\"partition\":%d,\"timestamp\":%.0f,", topic, $1 % parts,
		    1700000000000 + 1000 * $1
		printf "\"value\":\"{\\\"n\\\":%d}\"}\n", $1 }'
}

# --- what a line is

topic forms 1
cat >forms <<'EOF'
{"topic":"forms","partition":0,"offset":0,"timestamp":1700000000000,"timestamp_type":"create","key":"k\u0000é","value":"{\"a\":1.50, \"b\":\"\\u0041\"}","headers":[["h","v"],["h",null],["h",""],["é",{"base64":"/w=="}]]}
{"topic":"forms","partition":0,"offset":1,"timestamp":1700000000001,"timestamp_type":"create","key":null,"value":" {\n\"a\" :\r\n[ ] }\n","headers":[]}
{"topic":"forms","partition":0,"offset":2,"timestamp":1700000000002,"timestamp_type":"create","key":"","value":null,"headers":[]}
{"topic":"forms","partition":0,"offset":3,"timestamp":1700000000003,"timestamp_type":"create","key":{"base64":"gA=="},"value":"","headers":[]}
{"topic":"forms","partition":0,"offset":4,"timestamp":1700000000004,"timestamp_type":"create","key":null,"value":{"base64":"AAH/"},"headers":[]}
{"topic":"forms","partition":0,"offset":5,"timestamp":1700000000005,"timestamp_type":"create","key":null,"value":"[1,2]","headers":[]}
{"topic":"forms","partition":0,"offset":6,"timestamp":1700000000006,"timestamp_type":"create","key":null,"value":"1,\"v\":2","headers":[]}
{"topic":"forms","partition":0,"offset":7,"timestamp":1700000000007,"timestamp_type":"create","key":null,"value":"{\"$sml\":\"end\"}","headers":[]}
{"topic":"forms","partition":0,"offset":8,"timestamp":1700000000008,"timestamp_type":"create","key":null,"value":"{\n\"\\u0024sml\":\"model\"}","headers":[]}
{"topic":"forms","partition":0,"offset":9,"timestamp":1700000000009,"timestamp_type":"create","key":null,"value":"null","headers":[]}
{"topic":"forms","partition":0,"offset":10,"timestamp":1700000000010,"timestamp_type":"create","key":null,"value":"{\"a\":\"line\nbreak\"}","headers":[]}
{"topic":"forms","partition":0,"offset":11,"timestamp":1700000000011,"timestamp_type":"create","key":null,"value":"{}","headers":[]}
EOF
produce --format envelope forms || exit 1

run_consume -t forms -e --format envelope
ok 'an envelope holds a message as it was' same forms
is_status 'and everything passes' 0
run_consume -t forms -e --rejects bad
sed 's/|$//' >want <<'EOF'
{"a":1.50, "b":"\u0041"}
 { "a" :  [ ] } |
{}
EOF
ok 'a value goes out as it is, on one line' same want
is_status 'what is no record goes to --rejects' 3
cat >want <<'EOF'
2 a tombstone has no value: --format record or envelope shows it
3 the value is empty, and a record is a JSON object
4 not UTF-8
5 a record is a JSON object: it begins with {; a JSON array, it seems: jq -c '.[]' makes lines of its elements
6 a record is a JSON object: it begins with {; CSV, it seems: mlr --icsv --ojsonl cat
7 a control line among the messages
8 a control line among the messages
9 a record is a JSON object: it begins with {
10 a control character must be escaped in a string
EOF
rejects_are() { sed 's/^{"error":"\([^"]*\)".*"offset":\([0-9]*\),.*/\2 \1/' bad | diff -u want -; }
ok 'with the reason; a control line too, however it is spelt' rejects_are
rejects_are_envelopes() {
	sed 's/^{"error":"[^"]*",/{/' bad >rest
	grep -Ev '"offset":(0|1|11),' forms | diff - rest
}
ok 'and an envelope otherwise' rejects_are_envelopes
run_consume -t forms -e --rejects bad
appended() { [ "$(wc -l <bad)" -eq 18 ]; }
ok 'a second run adds its rejects: none is deleted' appended
rm -f bad
run_consume -t forms -e --rejects bad --format record
is_out 'a record holds the value as JSON' <<'EOF'
{"topic":"forms","partition":0,"offset":0,"timestamp":1700000000000,"timestamp_type":"create","key":"k\u0000é","value":{"a":1.50, "b":"\u0041"},"headers":[["h","v"],["h",null],["h",""],["é",{"base64":"/w=="}]]}
{"topic":"forms","partition":0,"offset":1,"timestamp":1700000000001,"timestamp_type":"create","key":null,"value": { "a" :  [ ] } ,"headers":[]}
{"topic":"forms","partition":0,"offset":2,"timestamp":1700000000002,"timestamp_type":"create","key":"","value":null,"headers":[]}
{"topic":"forms","partition":0,"offset":5,"timestamp":1700000000005,"timestamp_type":"create","key":null,"value":[1,2],"headers":[]}
{"topic":"forms","partition":0,"offset":11,"timestamp":1700000000011,"timestamp_type":"create","key":null,"value":{},"headers":[]}
EOF
run_consume -t forms -e
is_status 'without --rejects a bad record is a failure' 1
is_err 'with its topic, partition and offset' '^smlkafka: forms:0:2: a tombstone'
run_consume -t forms -e -o 10
is_err 'and byte' '^smlkafka: forms:0:10:11: a control character'
run_consume -t forms -e -o 8 -c 1 --carry model
is_out '--carry model lets models through' <<'EOF'
{"$sml":"begin"}
{ "\u0024sml":"model"}
EOF
run_consume -t forms -e -o 7 --carry model
is_status 'and no other control line' 1

# --- where it begins and ends

topic part 2
numbers 1 20 part 2 | produce --format envelope
lines() { tr -dc '0-9\n' <.out | tr '\n' ' '; }
reads() { [ "$(lines)" = "$1" ] || { lines; cat .err; false; }; }
run_consume -t part:1 -e
ok 'a partition alone' reads '1 3 5 7 9 11 13 15 17 19 '
run_consume -t part:0 -o 7 -e
ok 'from an offset' reads '16 18 20 '
run_consume -t part:0 -o -2 -e
ok 'from so many before the end' reads '18 20 '
run_consume -t part:0 -o @2023-11-14T22:13:35.5Z -e
ok 'from a time' reads '16 18 20 '
run_consume -t part:0 -o end -e
ok 'from the end' reads ''
run_consume -t part:0 -o beginning --until 3
ok 'until an offset, which is not read' reads '2 4 6 '
run_consume -t part:0 -o beginning --until @1700000006000
ok 'until a time, which is not read' reads '2 4 '
run_consume -t part:0 -o beginning -c 3
ok 'a count' reads '2 4 6 '
all_of_it() { [ "$(consume -e "$@" | sort | uniq -c | grep -c '^ *1 ')" -eq 20 ]; }
ok 'all partitions' all_of_it -t part
ok 'each once, however often it is named' all_of_it -t part:0 -t part -t part:1,0
ok 'by expression' all_of_it -t '^par.$'
run_consume -t '^none$' -e
is_status 'an expression may match nothing' 0
run_consume -t '^none$' -e -G none
is_status 'in a group too' 0
run_consume -t '^none$'
is_err 'which without -e and a group is a mistake' '^smlkafka: no topic matches'
run_consume -t part:2 -e
is_err 'a partition that is not there' '^smlkafka: topic part has no partition 2: it has 0 to 1'
run_consume -t part:0 -o 11 --until 12
is_err 'an offset that is not there' 'topic part, partition 0: offset 11 is not there'
is_status 'is a failure' 1

topic trimmed 1
numbers 1 10 trimmed | produce --format envelope
brokers commit trimmed trimmed 0 2
brokers trim trimmed 0 5
run_consume -t trimmed -o 2 -e
ok 'an offset that was deleted is the first' reads '6 7 8 9 10 '
is_err 'which is said' 'partition 0: offset 2 is no longer there; reading begins at the first, 5$'
run_consume -t trimmed -G trimmed -e
ok 'that of a group too' reads '6 7 8 9 10 '
is_err 'which is said' 'offset 2, where the group stopped, is no longer there; reading begins at the first, 5$'
run_consume -t trimmed -o 11 -e
is_err 'one beyond the end is said, under -e' 'offset 11 is not there: it has 5 to 10; there is nothing to read$'
brokers commit beyond trimmed 0 11
run_consume -t trimmed -G beyond -e
is_status 'and of a group is a failure' 1
is_err 'which says what to do' 'offset 11, where the group stopped, is not there: it has 5 to 10 \(smlkafka offsets --to'
topic untimed 1
echo '{"topic":"untimed","partition":0,"timestamp":-1,"value":"{}"}' | produce --format envelope
consume -t untimed -e --format envelope | produce --format envelope
run_consume -t untimed -e --format envelope
no_times() { [ "$(grep -c '"timestamp":-1,' .out)" -eq 2 ] || { cat .out; false; }; }
ok 'a message without a timestamp stays one' no_times

# While somebody goes on writing.
ends_while_others_write() {
	while numbers 1 100 busy; do sleep 0.01; done | smlkafka produce --format envelope &
	writer=$!
	sleep 0.5
	timeout 60 smlkafka consume -t busy -e >busy.out
	status=$?
	kill $writer
	wait $writer
	[ $status -eq 0 ]
}
topic busy 1
ok 'the end is fixed at the start' ends_while_others_write

topic empty 2
run_consume -t empty -e
is_status 'an empty topic has an end' 0
run_consume -t empty -e -G nobody
is_status 'in a group too' 0
run_consume -t empty -e --merge
is_status 'merged too' 0
topic marked 1
brokers transact marked 0 commit '{"n":1}' '{"n":2}' 2>/dev/null
brokers transact marked 0 abort '{"n":3}' 2>/dev/null
# The broker writes the marker some time later.
sees_the_marker() {
	for _ in $(seq 50); do
		run_consume -t marked -e
		! reads '1 2 ' >/dev/null || return 0
		sleep 0.1
	done
	reads '1 2 '
}
ok 'transaction markers do not hide the end' sees_the_marker
run_consume -t marked -e -X isolation.level=read_uncommitted
ok 'what was aborted is read where that is asked for' reads '1 2 3 '
run_consume -t marked -e -G marked
ok 'a group reads to the end' reads '1 2 '
run_consume -t marked -e -G marked
ok 'and commits it' reads ''
run_consume -t marked -o -1 -e
ok '-o -N is N messages, not offsets' reads '2 '
topic gaps 1
# shellcheck disable=SC2046 # a word a record
{
	brokers transact gaps 0 commit '{"n":1}' '{"n":2}' '{"n":3}' 2>/dev/null
	brokers transact gaps 0 abort $(seq 150) 2>/dev/null
	brokers transact gaps 0 commit '{"n":4}' 2>/dev/null
}
run_consume -t gaps -o -3 -e
ok 'however many were aborted between them' reads '2 3 4 '
run_consume -t gaps -o -3 -e -G gaps
ok 'in a group too' reads '2 3 4 '
run_consume -t gaps -o -9 -e
ok 'or all that there are' reads '1 2 3 4 '
topic short 1
numbers 1 4 short | produce --format envelope
run_consume -t short -o 9 -e -G short
numbers 5 6 short | produce --format envelope
run_consume -t short -e -G short
ok 'which is where the partition ends, wherever it was to begin' reads '5 6 '

# --- in the order of time

topic merged 3
for p in 0 1 2; do
	numbers $((100 + 7 * p)) $((200 - 5 * p)) merged | sed "s/\"partition\":0/\"partition\":$p/"
done | produce --format envelope
by_time() {
	consume -t merged -e --merge --format envelope "$@" |
		sed 's/.*"partition":\([0-9]*\),"offset":\([0-9]*\),"timestamp":\([0-9]*\).*/\3 \1 \2/' >keys
	sort -n -k 1 -k 2 -k 3 keys | diff - keys && [ "$(wc -l <keys)" -eq 267 ]
}
ok '--merge: by time, partition and offset' by_time
ok 'in a group too' by_time -G merged
topic other 1
numbers 150 160 other | produce --format envelope
merges_with_the_idle() {
	consume -t merged -t other -t empty -o beginning --merge --merge-wait 300ms -c 278 >idle
	[ "$(wc -l <idle)" -eq 278 ]
}
ok 'a partition that stays empty is waited for no longer than --merge-wait' merges_with_the_idle

# --- what can be wrong

one_line() { [ "$(wc -l <.err)" -eq 1 ] || { cat .err; false; }; }
run_consume -t parr -e
is_status 'a topic that is not there is a failure' 1
is_err 'with the one that was meant' '^smlkafka: there is no topic "parr"; did you mean "part"\?$'
ok 'in one line' one_line
run smlkafka consume -b 127.0.0.1:1 -t part -e --timeout 1s
is_status 'nobody at the address: try again' 75
is_err 'which the message names' '^smlkafka: no broker answers: 127.0.0.1:1: .*refused$'
ok 'in one line' one_line
secure="-b $(cat kafka/secure) -F conf"
cat >conf <<EOF
# of the tests
security.protocol=sasl_ssl
ssl.ca.location=$tmp/kafka/ca.pem

sasl.mechanisms = SCRAM-SHA-256
sasl.username=ann
sasl.password=secret
EOF
# shellcheck disable=SC2086 # words
{
	run_consume $secure -t part:0 -e -c 1
	is_status 'a password in a file that everybody can read' 2
	is_err 'has its line' '^smlkafka: conf:7: sasl.password in a file that everybody can read'
	chmod o-r conf
	run_consume $secure -t part:0 -e -c 1
	ok 'SASL over TLS' reads '2 '
	run_consume $secure -X sasl.mechanisms=PLAIN -t part:0 -e -c 1
	ok '-X goes before -F' reads '2 '
	sed -i 's/=secret/=wrongsecret/' conf
	run_consume $secure -t part:0 -e
	is_status 'a wrong password is a failure' 1
	is_err 'which the message says' 'uthentication failed'
	ok 'without the password' sh -c '! grep -q wrongsecret .err'
	ok 'in one line' one_line
	sed -i '/password/d' conf
	run env KAFKA_SASL_PASSWORD=secret smlkafka consume $secure -t part:0 -e -c 1
	ok 'a secret may come from the environment' reads '2 '
	run_consume $secure -X sasl.password=wrongsecret -t part -e
	is_status 'and none from the command line' 2
	run_consume $secure -X topic.sasl.password=wrongsecret -t part -e
	is_status 'by its other name neither' 2
	run_consume $secure -X sasl.password:wrongsecret -t part -e
	is_status 'nor misspelt' 2
	ok 'and it is not shown' sh -c '! grep -q wrongsecret .err'
	sed -i '/ca.location/d' conf
	run env KAFKA_SASL_PASSWORD=secret smlkafka consume $secure -t part:0 -e
	is_status 'a certificate of an unknown authority is a failure' 1
	is_err 'which the message says' 'certificate verify failed'
	ok 'in one line' one_line
}
run_consume -t part:0 -e -c 1 -X topic.metadata.refresh.interval.ms=1000
ok 'a setting that begins with topic. is taken whole' reads '2 '
run_consume -t part:0 -e -c 1 -X topic.consume.callback.max.messages=1
ok "and kcat's prefix aside" reads '2 '
run_consume -t part -X no.such=1
is_err 'a setting that there is not' '^smlkafka: -X no.such: librdkafka has no setting "no.such"'
is_status 'is wrong usage' 2
echo 'a line' >wrong
run_consume -t part -F wrong
is_err 'a line of -F has a number' '^smlkafka: wrong:1: '
run timeout 20 smlkafka consume -t part -F /dev/zero
is_status '-F is a regular file' 1
run_consume -t part -X enable.auto.offset.store=true
is_err 'no setting can break a promise' '^smlkafka: enable.auto.offset.store must be false here'
run env KAFKA_BROKERS= smlkafka consume -t part
is_err 'somebody must be asked' '^smlkafka: needs -b BROKERS'
for wrong in '-t part:x' '-t part: -o 1' '-t ^(' '-t part -o soon' '-t part --until -3' \
	'-t part:0 -G g' '-t part --instance i' '-t part --carry model --format record'; do
	# shellcheck disable=SC2086
	run_consume $wrong
	is_status "wrong usage: $wrong" 2
done
full() { smlkafka consume -t part -e >/dev/full 2>message; [ $? -eq 1 ] && grep -q 'No space left' message; }
ok 'a full disk is a failure' full
run_consume -t part -e --stats counts
counted() { grep -q '"records":20,"rejected":0,"bytes":151' counts || { cat counts; false; }; }
ok '--stats counts' counted
topic large 1 1 max.message.bytes=8000000
perl -e 'print qq({"v":"), "x" x 3000000, qq("}\n)' | produce -t large
for form in value record; do
	rm -f rejects
	run_consume -t large -e --format $form --rejects rejects --max-memory 1Mi
	is_status "a $form that --max-memory has no room for ends the run" 1
	is_err 'and the option is named' '--max-memory 1048576 allows: raise it'
	ok 'it is no reject' test ! -s rejects
done

[ -z "${SML_SHORT-}" ] || plan

one_writer() {
	smlkafka consume -t part --rejects shared 2>shared.err &
	writer=$!
	until grep -q "FLOCK .* $writer " /proc/locks; do sleep 0.1; done
	run_consume -t forms -e --rejects shared
	kill $writer
	wait $writer
	status_is 1 && [ ! -s shared ]
}
ok 'two runs do not write their rejects into one file' one_writer

# --- groups

# Prints how many different numbers there are.
count_in() { grep -oh '{"n":[0-9]*}' "$@" | sort -u | wc -l; }
# Writes 20,000 numbers a second, for so many times 20 ms.
paced() {
	perl -e '$| = 1; for (1 .. $ARGV[0]) { printf "{\"n\":%d}\n", $n++ for 1 .. 400;
		select undef, undef, undef, 0.02 }' "$1" | produce -t "$2"
}
quick='-X session.timeout.ms=1000 -X heartbeat.interval.ms=300'
kills=${SML_KILLS:-6}
kill_nine() {
	# shellcheck disable=SC2086 # words
	smlkafka consume -t killed -G killed -o beginning $quick >>killed &
	victim=$!
	sleep "$(awk -v seed="$$$1" 'BEGIN { srand(seed); print 0.2 + 1.5 * rand() }')"
	kill -9 $victim
	wait $victim
}
nothing_is_lost() {
	topic killed 3
	paced $((50 * kills)) killed &
	writer=$!
	for i in $(seq "$kills"); do kill_nine "$i"; done
	wait $writer
	# The rest; the group may still be waiting for the killed member. This one may be slow.
	for _ in 1 2 3; do
		consume -t killed -G killed -e >>killed && break
		echo "status $?"
	done
	[ "$(count_in killed)" -eq $((20000 * kills)) ] || { count_in killed; return 1; }
}
ok "kill -9, $kills times: nothing is lost" nothing_is_lost
nothing_is_lost_in_company() {
	topic company 4
	paced 300 company &
	writer=$!
	smlkafka consume -t company -G company -o beginning >stays &
	stays=$!
	for i in 1 2; do
		smlkafka consume -t company -G company -o beginning >comes.$i &
		comes=$!
		until [ -s comes.$i ]; do sleep 0.1; done
		sleep 0.3
		kill $comes
		wait $comes
	done
	wait $writer
	kill $stays
	wait $stays
	consume -t company -G company -e >last
	[ "$(count_in stays comes.1 comes.2 last)" -eq 120000 ] &&
		[ "$(cat stays comes.1 comes.2 last | wc -l)" -eq 120000 ] ||
		{ count_in stays comes.1 comes.2 last; wc -l stays comes.1 comes.2 last; false; }
}

# SIGTERM to all programs of a pipe, as systemd and timeout send it: the last of them reads its pipe to the end.
topic whole 2
seq 200000 | sed 's/.*/{"n":&,"pad":"01234567890123456789012345678901234567890123456789"}/' | produce -t whole
split() { smlroute -k n -a a=50 -a b=50; }
stops_as_a_whole() {
	midway=0
	for i in $(seq "${SML_STOPS:-3}"); do
		: >routed
		setsid sh -c "smlkafka consume -t whole -G whole$i -o beginning $quick |
			smlroute -k n -a a=50 -a b=50 >>routed" &
		group=$!
		until [ -s routed ]; do sleep 0.01; done
		kill -s TERM -- "-$group"
		wait $group
		while kill -s 0 -- "-$group" 2>/dev/null; do sleep 0.01; done
		midway=$((midway + ($(wc -l <routed) < 200000)))
		# shellcheck disable=SC2086
		consume -t whole -G "whole$i" -e $quick | split >>routed
		[ "$(grep -o '{"n":[0-9]*' routed | sort -u | wc -l)" -eq 200000 ] || return
	done
	[ $midway -gt 0 ]
}
ok 'SIGTERM to consume and the program behind it: nothing is lost' stops_as_a_whole
ok 'members come and go in good order: nothing is lost or read twice' nothing_is_lost_in_company

topic left 1
numbers 1 20000 left | produce --format envelope
leaves_at_once() {
	smlkafka consume -t left -G left -o beginning | head -n 1 | grep -q 1 || return
	# By then it may have written everything into the pipe.
	timeout 20 smlkafka consume -t left -G left -e >rest
}
ok 'a reader that goes away: the group is left at once' leaves_at_once
until_read() { until tail -n 1 "$1" | grep -q '{"n":20000}'; do sleep 0.1; done; }
leaves_at_the_signal() {
	smlkafka consume -t left -G signal -o beginning >first &
	reader=$!
	until_read first
	kill $reader
	wait $reader
	[ $? -eq 143 ] && timeout 20 smlkafka consume -t left -G signal -e >rest && [ ! -s rest ]
}
ok 'SIGTERM: all that was written is committed, the group is left' leaves_at_the_signal
static_member() {
	smlkafka consume -t left -G static --instance a -o beginning >first &
	reader=$!
	until_read first
	sleep 1.5 # a commit
	kill -9 $reader
	wait $reader
	timeout 20 smlkafka consume -t left -G static --instance a -e >rest && [ ! -s rest ]
}
ok 'a static member is back at once after kill -9' static_member

topic wide 1
seq 20000 | awk '{ printf "{\"n\":%d,\"pad\":\"%0200d\"}\n", $1, 0 }' | produce -t wide
sleeps() {
	# shellcheck disable=SC2086
	smlkafka consume -t wide -G sleeper -e $quick -X max.poll.interval.ms=1500 2>sleeper |
		(sleep "${SML_SLEEP:-4}"; cat) | wc -l | grep -qx 20000 || return
	[ ! -s sleeper ] && [ -z "$(consume -t wide -G sleeper -e)" ]
}
ok 'a reader that sleeps longer than max.poll.interval.ms does no harm' sleeps

# A pipe that nobody reads is soon full: the messages after that were taken by nobody.
is_whole() { grep -c '^{"n":[0-9]*,"pad":"0*"}$'; }
stalls() {
	mkfifo stalled
	# shellcheck disable=SC2086
	smlkafka consume -t wide -G stalled -o beginning $quick >stalled &
	victim=$!
	exec 3<stalled
	sleep 3 # a commit, of what was written
	kill -9 $victim
	wait $victim
	cat <&3 >taken
	exec 3<&-
	[ "$(is_whole <taken)" -lt 20000 ] || return
	for _ in 1 2 3; do
		# shellcheck disable=SC2086
		consume -t wide -G stalled -e $quick >rest && break
	done
	[ "$(sort -u taken rest | is_whole)" -eq 20000 ] || { wc -l taken rest; false; }
}
ok 'a reader that stalls, then kill -9: what it was not given is not committed' stalls

ends_in_company() {
	# shellcheck disable=SC2086
	smlkafka consume -t wide -G ends -e $quick |
		{ read -r line; echo "$line"; sleep 2; cat; } | sort -u >ends &
	reader=$!
	sleep 0.5
	# shellcheck disable=SC2086
	smlkafka consume -t part -G ends $quick >/dev/null &
	other=$!
	wait $reader
	kill $other
	wait $other
	[ "$(wc -l <ends)" -eq 20000 ] || { wc -l <ends; false; }
}
ok '-e: a rebalance is no end' ends_in_company

# --- topics that change

fresh='-X topic.metadata.refresh.interval.ms=300'
topic grows 1
numbers 1 3 grows | produce --format envelope
later() { # PARTITION FIRST LAST
	numbers "$2" "$3" grows | sed "s/\"partition\":0/\"partition\":$1/" | produce --format envelope
}
await() { for _ in $(seq 300); do ! "$@" || return 0; sleep 0.1; done; return 1; }
stands_at() { smlkafka offsets -G "$1" 2>/dev/null | grep -q "\"current\":$2,"; }
has() { grep -q "$1" "$2"; }
reads_new_partitions() {
	# shellcheck disable=SC2086
	smlkafka consume -t grows -G grows $fresh >grown 2>grown.err &
	reader=$!
	await stands_at grows 3 || return
	brokers grow grows 2
	later 1 4 6
	await has '{"n":6}' grown
	kill $reader
	wait $reader
	[ "$(tr -dc '0-9\n' <grown | paste -s -d ' ')" = '4 5 6' ] || { cat grown grown.err; false; }
}
ok 'a group reads a partition that appears later from its beginning' reads_new_partitions
brokers grow grows 3
later 2 7 9
run timeout 30 smlkafka consume -t grows -G grows -c 3
ok 'also one that appeared while nobody was there' reads '7 8 9 '
warns_of_new_partitions() {
	# shellcheck disable=SC2086
	smlkafka consume -t grows -o beginning $fresh >grown 2>grown.err &
	reader=$!
	await has '{"n":9}' grown
	brokers grow grows 4
	await has 'topic grows has 4 partitions now, and had 3: the new ones are not read' grown.err
	seen=$?
	kill $reader
	wait $reader
	return $seen
}
ok 'without a group one is told of it' warns_of_new_partitions

topic remade 1
numbers 1 100 remade | produce --format envelope
commits_nothing_into_another_topic() {
	# The positions are stored, but not committed, when the topic is deleted.
	smlkafka consume -t remade -G remade -o beginning -X auto.commit.interval.ms=600000 >made 2>made.err &
	reader=$!
	await has '{"n":100}' made || return
	brokers drop remade
	topic remade 1
	numbers 1001 "$1" remade | produce --format envelope
	kill $reader
	wait $reader
	run_consume -t remade -G remade -o beginning -e
	[ "$(lines)" = "$(seq -s ' ' 1001 "$1") " ] || { lines; cat .err made.err; false; }
}
ok 'a topic that was made anew is read from its beginning' commits_nothing_into_another_topic 1010

ends_with_its_topic() { # [OPTION]
	topic gone 1
	numbers 1 100 gone | produce --format envelope
	# shellcheck disable=SC2086
	smlkafka consume -t gone -o beginning $fresh "$@" >ended 2>ended.err &
	reader=$!
	await has '{"n":100}' ended || return
	brokers drop gone
	for _ in $(seq 600); do kill -0 $reader 2>/dev/null || break; sleep 0.1; done
	kill -9 $reader 2>/dev/null
	wait $reader
	[ $? -eq 1 ] && grep -q 'topic gone was deleted, or made anew, while it was read' ended.err ||
		{ cat ended.err; false; }
}
ok 'a topic that is deleted ends the run' ends_with_its_topic
ok 'in a group too' ends_with_its_topic -G gone

# --- a broker that goes and comes

topic away 1
survives() {
	numbers 1 1000 away | produce --format envelope
	: >away
	# shellcheck disable=SC2086
	smlkafka consume -t away -G away -o beginning $quick >away 2>away.err &
	reader=$!
	until grep -q '{"n":1000}' away; do sleep 0.1; done
	"$servers" "$1" "$tmp/kafka" 1
	sleep "$3"
	"$servers" "$2" "$tmp/kafka" 1 || exit 1
	numbers 1001 2000 away | produce --format envelope
	for _ in $(seq 300); do ! grep -q '{"n":2000}' away || break; sleep 0.1; done
	kill $reader
	wait $reader
	[ "$(count_in away)" -eq 2000 ] || { count_in away; cat away.err; false; }
}
ok 'a broker that dies and comes back: nothing is lost' survives kill restart 0
ok 'one that stands still for a while' survives pause resume "${SML_SLEEP:-4}"
plan
