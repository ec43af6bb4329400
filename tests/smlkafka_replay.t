#!/bin/sh
# smlkafka replay: writes dumps again, merged, at their own pace or another, with no byte altered.
# SML_SHORT=1: all of it, for valgrind.
# shellcheck disable=SC2016,SC2094,SC2154 # $sml is none of ours; $tmp is lib.sh's
. "${0%/*}/lib.sh"

replay() { smlkafka replay "$@"; }
run_replay() { run smlkafka replay "$@"; }
full='--speed max'

# --- what goes out

cat >values <<'EOF'
{ "ts" : 1700000000000 , "v":1.50, "t":"\u0041" }
{"v":-0,"ts":1.700000000005e12,"big":123456789012345678901234567890}

{"ts":"2023-11-14T22:13:30Z","v":null}
EOF
# shellcheck disable=SC2086 # words
{
	run_replay $full values
	is_out 'values go out as they are' <<-'EOF'
		{ "ts" : 1700000000000 , "v":1.50, "t":"\u0041" }
		{"v":-0,"ts":1.700000000005e12,"big":123456789012345678901234567890}
		{"ts":"2023-11-14T22:13:30Z","v":null}
	EOF
	is_status 'which is a success' 0
	printf '\357\273\277{"a":1}\r\n\r\n {"b":2} \n{"c":3}' >odd
	run_replay $full <odd
	is_out 'from standard input too, lines as lines are' <<-'EOF'
		{"a":1}
		{"b":2}
		{"c":3}
	EOF
	faulty short=1 smlkafka replay $full --time ts values
	cp .out cut
	run_replay $full values
	ok 'reads of a byte each change nothing' cmp cut .out
}

# The same three messages in each form; the first one is the latest.
cat >envelope <<'EOF'
{"topic":"t","partition":0,"offset":5,"timestamp":1700000020000,"timestamp_type":"create","key":null,"value":"{\"n\": 3,\n\"s\":\"a\\nb\"}\n","headers":[]}
{"topic":"t","partition":0,"offset":6,"timestamp":1700000000000,"timestamp_type":"create","key":"k","value":" {\"n\":1}","headers":[["h",null]]}
{"topic":"t","partition":0,"offset":7,"timestamp":1700000010000,"timestamp_type":"create","key":"k","value":"{\"n\":2,\"s\":\"\u00e9\\u00e9\"}","headers":[]}
EOF
cat >record <<'EOF'
{"topic":"t","partition":0,"offset":5,"timestamp":1700000020000,"timestamp_type":"create","key":null,"value":{"n": 3, "s":"a\nb"},"headers":[]}
{"topic":"t","partition":0,"offset":6,"timestamp":1700000000000,"timestamp_type":"create","key":"k","value":{"n":1},"headers":[["h",null]]}
{"topic":"t","partition":0,"offset":7,"timestamp":1700000010000,"timestamp_type":"create","key":"k","value":{"n":2,"s":"é\u00e9"},"headers":[]}
EOF
cat >kcat <<'EOF'
{"topic":"t","partition":0,"offset":5,"tstype":"create","ts":1700000020000,"broker":1,"key":null,"payload":"{\"n\": 3,\n\"s\":\"a\\nb\"}\n"}
{"topic":"t","partition":0,"offset":6,"tstype":"create","ts":1700000000000,"broker":1,"headers":["h",null],"key":"k","payload":" {\"n\":1}"}
{"topic":"t","partition":0,"offset":7,"tstype":"create","ts":1700000010000,"broker":1,"key":"k","payload":"{\"n\":2,\"s\":\"\u00e9\\u00e9\"}"}
EOF
# shellcheck disable=SC2086
for form in envelope record kcat; do
	run_replay $full $form
	ok "$form: as it is" cmp $form .out
	run_replay $full --format value $form
	is_out "$form: the values, each on a line" <<-'EOF'
		{"n": 3, "s":"a\nb"}
		{"n":1}
		{"n":2,"s":"é\u00e9"}
	EOF
	run_replay $full --from 2023-11-14T22:13:30Z $form
	sed -n '1p;3p' $form >want
	ok "$form: from a time on" cmp want .out
	run_replay $full --until 1700000010000 --stats counts $form
	sed -n 2p $form >want
	ok "$form: before a time" cmp want .out
	ok "$form: what was left out is counted" grep -q '"records":3,"written":1,"skipped":2,' counts
done
# shellcheck disable=SC2086
{
	run_replay $full --from 2023-11-15 record
	is_out 'a day is its first instant' </dev/null
	run_replay $full --time value.n --time-unit s --from 2 --until 3 record
	sed -n 3p record >want
	ok 'any field can be the time, in any unit' cmp want .out
	run_replay $full --format value --time n --from 2 envelope
	is_out 'of the value, where that goes out' <<-'EOF'
		{"n": 3, "s":"a\nb"}
		{"n":2,"s":"é\u00e9"}
	EOF
	run_replay $full --format value values
	ok 'what is no envelope is its own value' sh -c 'grep . values | cmp - .out'
}

# --- several files

# If times are equal the topic decides, then the partition, then the offset; each file keeps its order.
message() { printf '{"topic":"%s","partition":%d,"offset":%d,"timestamp":%d,"value":%s}\n' "$@"; }
message b 0 1 1000 '"b0"' >b0
message b 0 2 4000 '"b0"' >>b0
message b 2 1 1000 '"b2"' >b2
message b 2 7 500 '"late in its partition"' >>b2
message b 10 0 1000 '"b10"' >b10
message a 3 9 1000 '"a3"' >a3
message a 3 10 3000 '"a3"' >>a3
message a 3 11 1000 '"late too"' >>a3
: >empty
cat >merged <<'EOF'
{"topic":"a","partition":3,"offset":9,"timestamp":1000,"value":"a3"}
{"topic":"b","partition":0,"offset":1,"timestamp":1000,"value":"b0"}
{"topic":"b","partition":2,"offset":1,"timestamp":1000,"value":"b2"}
{"topic":"b","partition":2,"offset":7,"timestamp":500,"value":"late in its partition"}
{"topic":"b","partition":10,"offset":0,"timestamp":1000,"value":"b10"}
{"topic":"a","partition":3,"offset":10,"timestamp":3000,"value":"a3"}
{"topic":"a","partition":3,"offset":11,"timestamp":1000,"value":"late too"}
{"topic":"b","partition":0,"offset":2,"timestamp":4000,"value":"b0"}
EOF
# shellcheck disable=SC2086
{
	run_replay $full b0 b2 empty b10 a3
	is_golden_file() { ok "$1" same merged; }
	is_golden_file 'files are merged by time, topic, partition and offset'
	run_replay $full a3 b10 b2 b0
	is_golden_file 'whatever their order on the command line'
	mkfifo pipe
	cat b2 >pipe &
	run_replay $full a3 - pipe b0 <b10
	is_golden_file 'pipes too'
	printf '{"ts":2,"n":1}\n{"ts":9,"n":2}\n' >one
	printf '{"ts":2,"n":3}\n{"ts":8,"n":4}\n' >two
	run_replay $full --time ts two one
	is_out 'values by time, then by the order of the files' <<-'EOF'
		{"ts":2,"n":3}
		{"ts":2,"n":1}
		{"ts":8,"n":4}
		{"ts":9,"n":2}
	EOF
	run_replay $full one two
	is_status 'values without --time cannot be merged' 1
	is_err 'which the message says' '^smlkafka: one:1:1: this is no envelope: name the field of its time by --time'
}

# --- bad records

cat >bad <<'EOF'
{"ts":1,"n":1}
{"ts":2,"n":2
{"$sml":"end"}
{"\u0024sml":"barrier","id":1}
{"ts":"noon","n":3}
{"n":4}
{"ts":3,"n":5}
EOF
# shellcheck disable=SC2086
{
	run_replay $full bad
	is_status 'a bad line ends the run' 1
	is_err 'with its place' '^smlkafka: bad:2:14: '
	is_out 'behind what was before it' <<-'EOF'
		{"ts":1,"n":1}
	EOF
	rm -f rejects
	run_replay $full --time ts --from 0 --rejects rejects --stats counts bad
	is_status 'or goes aside' 3
	is_out 'and the rest is replayed' <<-'EOF'
		{"ts":1,"n":1}
		{"ts":3,"n":5}
	EOF
	sed -En 's/.*"source":"bad","line":([0-9]+).*"raw":(.*)\}$/\1 \2/p' rejects >.out
	is_out 'with its place and its bytes; a control line among data is one' <<-'EOF'
		2 "{\"ts\":2,\"n\":2"
		3 "{\"$sml\":\"end\"}"
		4 "{\"\\u0024sml\":\"barrier\",\"id\":1}"
		5 "{\"ts\":\"noon\",\"n\":3}"
		6 "{\"n\":4}"
	EOF
	ok 'all are counted' grep -q '"records":7,"written":2,"skipped":0,"rejected":5,' counts
	{
		echo '{"ts":1}'
		head -c 3000 /dev/zero | tr '\0' x
		printf '\n{"ts":2}\n'
	} >long
	run_replay $full --max-line 100 long
	is_status 'a line can be too long' 1
	is_err 'which its place shows' '^smlkafka: long:2: the line is longer than --max-line 100: give a larger one, .*; --rejects FILE sets it aside$'
	rm -f rejects
	run_replay $full --max-line 100 --rejects rejects <long
	is_out 'and go aside' <<-'EOF'
		{"ts":1}
		{"ts":2}
	EOF
	ok 'whole' sh -c 'sed "s/.*base64\":\"//; s/\".*//" rejects | base64 -d | wc -c | grep -qx 3000'

	{
		message t 0 1 1000 null
		message t 0 2 1000 '{"base64":"AAH/"}'
		message t 0 3 1000 '"{\"$sml\":\"end\"}"'
		message t 0 4 1000 '{"$sml":"end"}'
		message t 0 5 1000 '"[1]"'
		message t 0 6 1000 '"{\"a\":1} {}"'
		message t 0 7 1000 '12'
		message t 0 8 1000 '"{\"a\":\"\n\"}"'
		message t 0 9 1000 '"{\"ok\":1}"'
	} >tombs
	rm -f rejects
	run_replay $full --format value --rejects rejects tombs
	is_out 'a value that is no JSON object, or a control line, is bad' <<-'EOF'
		{"ok":1}
	EOF
	ok 'each of them' test "$(wc -l <rejects)" -eq 8
	run_replay $full tombs
	ok 'none of which matters inside an envelope' cmp tombs .out
	message t 0 1 -1 '"no time"' >timeless
	run_replay --from 0 timeless
	is_err 'a message without a time cannot be paced' '^smlkafka: timeless:1:[0-9]*: the message has no time'
}

# --- times moved

cat >moved <<'EOF'
{"topic":"t","partition":0,"offset":5,"timestamp":1700000000000,"timestamp_type":"create","value":{"at":"2023-11-14T22:13:20.250Z", "timestamp":7}}
{"topic":"t","partition":0,"offset":6,"timestamp":1700000001500,"timestamp_type":"create","value":{"at": "2023-11-14 22:13:19Z"}}
{"topic":"t","partition":0,"offset":7,"tstype":"create","ts":1700000003000,"payload":"x"}
EOF
# shellcheck disable=SC2086
{
	run_replay $full --shift now --now 2026-01-01T00:00:00.0009Z moved
	is_out '--shift rewrites the times and nothing else' <<-'EOF'
		{"topic":"t","partition":0,"offset":5,"timestamp":1767225600000,"timestamp_type":"create","value":{"at":"2023-11-14T22:13:20.250Z", "timestamp":7}}
		{"topic":"t","partition":0,"offset":6,"timestamp":1767225601500,"timestamp_type":"create","value":{"at": "2023-11-14 22:13:19Z"}}
		{"topic":"t","partition":0,"offset":7,"tstype":"create","ts":1767225603000,"payload":"x"}
	EOF
	sed '$d' moved >nested
	run_replay $full --shift now --time value.at --now 2026-01-01 nested
	is_out 'of any field, in its own form' <<-'EOF'
		{"topic":"t","partition":0,"offset":5,"timestamp":1700000000000,"timestamp_type":"create","value":{"at":"2026-01-01T00:00:00Z", "timestamp":7}}
		{"topic":"t","partition":0,"offset":6,"timestamp":1700000001500,"timestamp_type":"create","value":{"at": "2025-12-31T23:59:58.750Z"}}
	EOF
	run_replay $full --shift now --time at --format value --now 2026-01-01T00:00:00Z nested
	is_out 'and of the value alone' <<-'EOF'
		{"at":"2026-01-01T00:00:00Z", "timestamp":7}
		{"at": "2025-12-31T23:59:58.750Z"}
	EOF
	printf '%s\n' '{"s":100,"x":1}' '{"s":102.5}' >seconds
	run_replay $full --shift now --time s --time-unit s --now 5000.7 seconds
	is_status 'now is a time of its own' 0
	is_out 'seconds stay whole' <<-'EOF'
		{"s":5,"x":1}
		{"s":7.5}
	EOF
	replay $full --loop --shift now --time s --time-unit s --now 2026-01-01 seconds | head -n 5 >.out
	is_out 'a loop goes on in time' <<-'EOF'
		{"s":1767225600,"x":1}
		{"s":1767225602.5}
		{"s":1767225603,"x":1}
		{"s":1767225605.5}
		{"s":1767225606,"x":1}
	EOF
	replay $full --loop seconds | head -n 5 >.out
	is_out 'or repeats the same bytes' <<-'EOF'
		{"s":100,"x":1}
		{"s":102.5}
		{"s":100,"x":1}
		{"s":102.5}
		{"s":100,"x":1}
	EOF
	run_replay --loop $full empty
	is_status 'a loop over nothing ends' 0
	printf '%s\n' '{"s":9223372036}' '{"s":-9223372036}' >far
	rm -f rejects
	run_replay $full --shift now --time s --time-unit s --now 2026-01-01 --rejects rejects far
	is_status 'a time that cannot be moved is a bad record' 3
}

# --- pace

# arrivals COMMAND...: the ms at which each line is written, by a clock that moves only in waits
# (preload/clock.c)
arrivals() { LD_PRELOAD=$SML_BIN/../build/tests/clock.so "$@"; }
# on_time MS...: the lines come at these times: none early, and none late by more than the rounding of a wait
on_time() {
	printf '%s\n' "$@" | paste - arrived | awk '{ late = $2 - $1
		if (late < 0 || late > 1) bad++
		n++ } END { exit bad > 0 || n != NR || n != '$#' }' || { cat arrived; false; }
}
for at in 0 400 401 100 900; do
	message t 0 1 "$((1700000000000 + at))" '"x"'
done >paced
arrivals smlkafka replay paced >arrived
ok 'records come at the pace of their times, late ones at once' on_time 0 400 401 401 900
arrivals smlkafka replay --speed 4 paced >arrived
ok 'or some times as fast' on_time 0 100 100 100 225
arrivals smlkafka replay --speed 0.5 --until 1700000000401 paced >arrived
ok 'or slower' on_time 0 800 800
arrivals smlkafka replay --rate 10/s paced >arrived
ok 'or at a rate' on_time 0 100 200 300 400
message t 1 1 1700000000200 '"y"' >other
arrivals smlkafka replay paced other >arrived
ok 'files are paced together' on_time 0 200 400 401 401 900
arrivals smlkafka replay --speed 4 --loop paced | head -n 8 >arrived
ok 'and a loop goes on as it was' on_time 0 100 100 100 225 225 325 325
seq 3000 | sed 's/.*/{"n":&}/' >many
arrivals smlkafka replay --rate 10000/s many >arrived
ok 'a rate of ten thousand a second' sh -c 'test "$(tail -n 1 arrived)" -eq 300'
ok 'a batch for each ms' sh -c 'uniq -c arrived | awk "{ if (\$1 > 10) big++ } END { exit big + 0 }"'
not_early() {
	perl -MTime::HiRes=time -e '$begun = time; system(@ARGV) == 0 && time - $begun >= 0.9 or exit 1' \
		smlkafka replay paced
}
ok 'nothing comes early by the real clock' not_early

# --- ends

message t 0 1 1700000000000 '"now"' >slow
message t 0 2 1700003600000 '"in an hour"' >>slow
stop_by() {
	run env --default-signal timeout -s "$1" 3 smlkafka replay slow
	grep -q '"now"' .out && [ "$(wc -l <.out)" -eq 1 ]
}
ok 'SIGTERM ends a wait; what was due is out' stop_by TERM
is_status 'and it is what the replay dies of' 124
ok 'SIGINT too' stop_by INT
goes_with_its_reader() { timeout 60 sh -c 'smlkafka replay slow | head -n 1' >.out; }
ok 'a reader that goes away ends a wait' goes_with_its_reader
full_disk() { replay --speed max values >/dev/full 2>message; [ $? -eq 1 ] && grep -q 'No space left' message; }
ok 'a full disk is a failure' full_disk
run_replay --speed max values nowhere
is_status 'so is a file that is not there' 1
is_out 'before anything is written' </dev/null

# --- wrong usage

usage() {
	name=$1
	shift
	run_replay "$@"
	is_status "$name: wrong usage" 2
}
usage 'no speed' --speed 0 values
usage 'a speed that is none' --speed fast values
usage 'a rate without its second' --rate 100 values
usage 'a shift to anywhere' --shift there values
usage 'now without a shift' --now 2026-01-01 values
usage 'a time that is none' --from yesterday values
usage 'standard input twice' - -
usage 'a loop over standard input' --loop -
usage 'a loop over a pipe' --loop pipe
usage 'a shift of what is left behind' --shift now --format value values

# --- memory

# Buffers have reached their size after some hundred KiB.
allocations() {
	seq "$1" | awk '{ while ((getline line <"values") > 0) print line; close("values") }' >copied
	faulty count="count.$1" smlkafka replay --speed max --time ts --shift now copied copied
}
allocations 10000
allocations 40000
ok 'no record costs an allocation' cmp count.10000 count.40000
# One of the allocations is simdjson's own; if it fails, std::terminate ends the program.
says_that_memory_is_short() {
	for i in $(seq "$(cat count.10000)"); do
		faulty nomem="$i" smlkafka replay --speed max --format value envelope record
		[ "$(cat .status)" = 0 ] || grep -Eq 'out of memory|^terminate called' .err ||
			{ echo "allocation $i"; cat .err; return 1; }
	done
}
ok 'memory that is short is said, whenever it is' says_that_memory_is_short
plan
