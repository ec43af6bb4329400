#!/bin/sh
# smldrift: results as SciPy's, alarms once an episode, runs that go on where they stopped.
# SML_SHORT=1: fewer places to stop at, for valgrind.
golden=$(cd "${0%/*}/smldrift" && pwd)
. "${0%/*}/lib.sh"

drift() { smldrift -d ks -f v "$@"; }
run_drift() { run smldrift -d ks -f v "$@"; }
small='--window 50 --min 20 --alpha 0.001'

# Records from the first column of a golden stream.
records() { sed '/^#/d; s/ .*//; s/.*/{"v":&}/' "$golden/$1.txt"; }
records keep >in

# Results: drift, statistic and p-value of each record, as a golden stream has them.
equals_scipy() {
	sed 's/.*"drift":{"drift":\(.*\),"statistic":\(.*\),"p_value":\(.*\)}}/\1 \2 \3/' .out >results
	grep -v '^#' "$golden/$1.txt" | paste -d ' ' - results | awk '
		function far(is, should, by) { return is - should > by || should - is > by }
		$2 != $5 || ($3 == "null") != ($6 == "null") || far($6, $3, 1e-12) ||
		    far($7, $4, 1e-10 * $4) { print NR ": " $0; bad = 1 }
		END { exit bad || NR != 600 }'
}

# shellcheck disable=SC2086 # words
run_drift $small --annotate in
ok 'each record has the result that SciPy gives' equals_scipy keep
# shellcheck disable=SC2086
run_drift $small --annotate --after reset in
ok 'also where the window became the reference' equals_scipy reset

# shellcheck disable=SC2086
run_drift $small in
is_out 'one alarm an episode, with the record counted from 0' <<-EOF
	{"drift":true,"detector":"ks","field":"v","index":188,"statistic":0.4,"p_value":0.0005822568814776493}
	{"drift":true,"detector":"ks","field":"v","index":284,"statistic":0.4,"p_value":0.0005822568814776493}
	{"drift":true,"detector":"ks","field":"v","index":435,"statistic":0.4,"p_value":0.0005822568814776493}
EOF
# shellcheck disable=SC2086
run_drift $small --after reset in
is_out 'fewer where the reference moves along' <<-EOF
	{"drift":true,"detector":"ks","field":"v","index":188,"statistic":0.4,"p_value":0.0005822568814776493}
	{"drift":true,"detector":"ks","field":"v","index":418,"statistic":0.4,"p_value":0.0005822568814776493}
EOF

# Fields, missing values, bad records

tiny='--window 3 --min 2 --alpha 0.15'
cat >odd <<-EOF
	{"v":1,"at":"a"}
	{"v":null}
	{"at":"b","v":2}
	{"x":0}
	{"v":3e0,"at":5}
	{"v":9}
	{"v":9.5,"at":"\u0041"}
	{}
	{"v":8,"at":"\u0042"}
EOF
# shellcheck disable=SC2086
run_drift $tiny --annotate odd
is_out 'a record without the number is passed on untested' <<-EOF
	{"v":1,"at":"a","drift":{"drift":false,"statistic":null,"p_value":1}}
	{"v":null,"drift":{"drift":false,"statistic":null,"p_value":1}}
	{"at":"b","v":2,"drift":{"drift":false,"statistic":null,"p_value":1}}
	{"x":0,"drift":{"drift":false,"statistic":null,"p_value":1}}
	{"v":3e0,"at":5,"drift":{"drift":false,"statistic":null,"p_value":1}}
	{"v":9,"drift":{"drift":false,"statistic":null,"p_value":1}}
	{"v":9.5,"at":"\u0041","drift":{"drift":false,"statistic":1,"p_value":0.19999999999999998}}
	{"drift":{"drift":false,"statistic":null,"p_value":1}}
	{"v":8,"at":"\u0042","drift":{"drift":true,"statistic":1,"p_value":0.09999999999999999}}
EOF
# shellcheck disable=SC2086
run_drift $tiny -t at odd
is_out 'an alarm tells the time as the record spells it' <<-EOF
	{"drift":true,"detector":"ks","field":"v","index":8,"time":"\u0042","statistic":1,"p_value":0.09999999999999999}
EOF
# shellcheck disable=SC2086
run_drift $tiny -t when odd
is_out 'or null where it has none' <<-EOF
	{"drift":true,"detector":"ks","field":"v","index":8,"time":null,"statistic":1,"p_value":0.09999999999999999}
EOF
# shellcheck disable=SC2086
run_drift $tiny --default v=2 -t at odd
is_out 'a missing number may have a default' <<-EOF
	{"drift":true,"detector":"ks","field":"v","index":6,"time":"\u0041","statistic":1,"p_value":0.09999999999999999}
EOF
run smldrift -d ks -f 'a.1' --window 1 --annotate --nest n --as p_value=p <<-EOF
	{"a":[7,1]}
	{"a":[7,2]}
EOF
is_out 'fields are paths, what is added has the name that was asked for' <<-EOF
	{"a":[7,1],"n":{"drift":false,"statistic":null,"p":1}}
	{"a":[7,2],"n":{"drift":false,"statistic":1,"p":1}}
EOF

printf '{"v":1}\n{"v":"1"}\n{"v":2}\n' >text
run_drift --annotate text
is_status 'text is a bad record' 1
is_err 'and the message says where' '^smldrift: text:2:6: a number is needed, not a string'
run_drift --annotate --window 1 --rejects bad text
is_status 'which --rejects takes' 3
is_out 'and the rest goes on' <<-EOF
	{"v":1,"drift":{"drift":false,"statistic":null,"p_value":1}}
	{"v":2,"drift":{"drift":false,"statistic":1,"p_value":1}}
EOF
printf '{"v":1}\n{"v":2,"drift":0}\n{"v":1}\n' >named
rm -f bad
run_drift --annotate --window 1 --rejects bad named
is_out 'a record that has the name already is not counted' <<-EOF
	{"v":1,"drift":{"drift":false,"statistic":null,"p_value":1}}
	{"v":1,"drift":{"drift":false,"statistic":0,"p_value":1}}
EOF
run_drift --annotate --window 1 --overwrite named
is_out 'or is overwritten' <<-EOF
	{"v":1,"drift":{"drift":false,"statistic":null,"p_value":1}}
	{"v":2,"drift":{"drift":false,"statistic":1,"p_value":1}}
	{"v":1,"drift":{"drift":false,"statistic":0,"p_value":1}}
EOF

# References

head -n 50 in >reference
tail -n +51 in >rest
# shellcheck disable=SC2086
drift $small --annotate in | tail -n +51 >want
# shellcheck disable=SC2086
run_drift $small --annotate --reference reference rest
ok 'a file of the first records is the same reference' cmp want .out
printf '{"v":4}\n{}\n{"v":null}\n{"v":6}' >two
echo '{"v":5}' >five
run_drift --min 1 --annotate --reference two five
is_out 'a reference may have any size, and records without the number' <<-EOF
	{"v":5,"drift":{"drift":false,"statistic":0.5,"p_value":1}}
EOF
run_drift --min 1 --annotate --reference two --default v=4 five
is_out 'a default holds in the reference too' <<-EOF
	{"v":5,"drift":{"drift":false,"statistic":0.75,"p_value":0.8}}
EOF
run_drift --reference nowhere in
is_status 'a reference that is not there is a failure' 1
is_err 'with its name' '^smldrift: cannot open nowhere: No such file'
run_drift --reference text in
is_status 'so is one that holds text' 1
is_err 'with its line' '^smldrift: text:2:6: a number is needed'
echo '{"w":1}' >none
run_drift --reference none in
is_status 'and one without the number' 1
is_err 'which says what to do' '^smldrift: none has no value of v'

# Exit status, usage, counts

# shellcheck disable=SC2086
{
	run_drift $small --exit-code in
	is_status '--exit-code exits 4 at an alarm' 4
	run_drift $small --exit-code reference
	is_status 'and 0 without' 0
	rm -f bad
	run_drift $small --exit-code --rejects bad text in
	is_status 'an alarm wins over rejects' 4
	run_drift $small --stats counts in
}
counts_are() { grep -q '"tests":531,"drifts":[1-9][0-9]*,"alarms":3[,}]' counts || { cat counts; false; }; }
ok '--stats counts tests and alarms' counts_are
run_drift --detector kz in
is_status 'a detector that there is not is wrong usage' 2
run smldrift -d ks -f v,w in
is_status 'one field is watched' 2
run_drift --window 0 in
is_status 'a window holds a value' 2
run_drift --alpha 1.5 in
is_status 'alpha is a probability' 2

# State

{
	sed -n '30,42p; 200,210s/:/:9/p' in
	printf '{"v":null}\n{"w":1}\n'
	sed -n '216,228p' in
} >short
lines=$(wc -l <short)

# Stops after each number of records: the two runs together write what one run writes.
goes_on() {
	set -- --window 8 --min 4 --alpha 0.2 "$@"
	drift "$@" short >whole || return
	[ -s whole ] || return
	stop=0
	while [ $stop -le "$lines" ]; do
		rm -f state
		head -n $stop short | drift --state state "$@" >parts || return
		tail -n +$((stop + 1)) short | drift --state state "$@" >>parts || return
		diff whole parts || { echo "stopped after $stop"; return 1; }
		stop=$((stop + ${SML_SHORT:+19} + 1))
	done
}
ok 'a run goes on after any record: annotated' goes_on --annotate
ok 'a run goes on after any record: annotated, reset' goes_on --annotate --after reset
ok 'a run goes on after any record: alarms' goes_on
ok 'a run goes on after any record: alarms, reset' goes_on --after reset
ok 'a run goes on after any record: with a reference' goes_on --reference reference

# A state that is loaded and saved is the same again.
state_stays() {
	rm -f state
	head -n 70 in | drift --window 30 --min 5 --state state >/dev/null || return
	drift --window 30 --min 5 --state state </dev/null || return
	cp state first
	drift --window 30 --min 5 --state state </dev/null && cmp first state
}
ok 'loading and saving changes nothing' state_stays
large_windows_stay() {
	rm -f state
	seq 5300 | awk '{ print "{\"v\":" $1 * 7919 % 10007 "}" }' >large
	set -- --window 2500 --min 2100 --annotate
	drift "$@" large >whole || return
	head -n 4700 large | drift --state state "$@" >parts || return
	tail -n +4701 large | drift --state state "$@" >>parts && cmp whole parts
}
ok 'windows of several lines of state go on too' large_windows_stay

run_drift --window 30 --min 5 --alpha 0.01 --state first in
is_status 'a state of other options is refused' 1
is_err 'with the option' 'alpha'
sed '2s/[0-9]/7/' first >damaged
run_drift --window 30 --min 5 --state damaged in
is_status 'a damaged state is refused' 1
ok 'and nothing is written' cmp /dev/null .out

bad_then_mended() {
	rm -f state
	head -n 40 in >start
	tail -n +41 in >rest
	{ cat start; echo '{"v":"text"}'; cat rest; } >broken
	drift --window 20 --state state --annotate broken >parts 2>/dev/null && return 1
	drift --window 20 --state state --annotate rest >>parts || return
	drift --window 20 --annotate in | diff - parts
}
ok 'a run that stopped at a bad record goes on with the mended one' bad_then_mended

# Barriers: what comes after barrier 1 comes again after a restore to it.
# shellcheck disable=SC2016 # no variable
barriers() {
	rm -f state state.*
	{
		echo '{"$sml":"begin"}'
		sed 20q short
		echo '{"$sml":"barrier","id":1}'
		tail -n +21 short
		echo '{"$sml":"end"}'
	} | drift --control --window 12 --min 5 --annotate --state state >whole || return
	{
		echo '{"$sml":"restore","id":1}'
		tail -n +21 short
		echo '{"$sml":"end"}'
	} | drift --control --window 12 --min 5 --annotate --state state | tail -n +2 >again || return
	sed '1,/barrier/d' whole | diff - again && [ -s again ]
}
ok 'a restore goes on behind its barrier' barriers

# Faults

# shellcheck disable=SC2086
{
	faulty short=1 smldrift -d ks -f v $small --annotate in
	cp .out cut
	run_drift $small --annotate in
	ok 'reads of a byte each change nothing' cmp cut .out
}
full() { drift --annotate in >/dev/full 2>message; [ $? -eq 1 ] && grep -q 'No space left' message; }
ok 'a full disk is a failure' full
head -n 20 in | drift --window 5 --state kept >/dev/null
cp kept before
faulty write=ENOSPC@50,only=.tmp smldrift -d ks -f v --window 5 --state kept in
is_status 'a state that cannot be written is a failure' 1
ok 'and leaves the former one' cmp before kept

# Buffers have reached their size after some hundred KiB.
copies() { for _ in $(seq "$1"); do cat in; done; }
allocations() {
	copies "$1" >copied
	faulty count="count.$1" smldrift -d ks -f v --window 5 --annotate copied
}
allocations 1
allocations 80
allocations 160
ok 'no record costs an allocation' cmp count.80 count.160
# One of the allocations is simdjson's own; if it fails, std::terminate ends the program.
says_that_memory_is_short() {
	for i in $(seq "$(cat count.1)"); do
		faulty nomem="$i" smldrift -d ks -f v --window 5 --reference two reference
		[ "$(cat .status)" = 0 ] || grep -Eq 'out of memory|^terminate called' .err ||
			{ echo "allocation $i"; cat .err; return 1; }
	done
}
ok 'memory that is short is said, whenever it is' says_that_memory_is_short
# A field that no record has

seq 5 | sed 's/.*/{"v":&,"w":1}/' >five
run smldrift -d ks -f vv five
is_status 'a field that no record has is an error, as in smllearn' 1
is_err 'which names what there is' '^smldrift: no record had the field "vv"; the first had "v", "w"'
run smldrift -d ks -f vv --state misspelt five
is_status 'under a state too' 1
run smldrift -d ks -f v </dev/null
is_status 'no record at all is none' 0
rm -f known && smldrift -d ks -f v --state known five
echo '{"w":1}' >lacks
run smldrift -d ks -f v --state known lacks
is_status 'nor is a run whose state has seen it' 0
is_err 'which is warned' 'warning: no record had the field "v"'
echo '{"v":null}' >null
run smldrift -d ks -f v null
is_status 'nor a field that is null' 0

# Integers beyond 2^53 are compared as they are

seq 20 | sed 's/.*/{"v":9007199254740992}/' >low
seq 20 | sed 's/.*/{"v":9007199254740993}/' >high
cat low high >apart
run smldrift -d ks -f v --window 20 apart
is_out 'values that share a double are apart' <<'E'
{"drift":true,"detector":"ks","field":"v","index":39,"statistic":1,"p_value":1.4508889103849681e-11}
E
cp .out whole
rm -f parted
head -n 31 apart | smldrift -d ks -f v --window 20 --state parted >out
tail -n 9 apart | smldrift -d ks -f v --window 20 --state parted >>out
ok 'also when a state was between' cmp whole out

# States that were tampered with, and sealed again

reseal() {
	sed '$d' sound | sed "$1" >s
	printf '{"lines":%d,"xxh64":"%s"}\n' "$(wc -l <s)" "$(xxhsum -H64 -q s | sed 's/.*= //; s/ .*//')" >>s
}
if command -v xxhsum >/dev/null; then
	seq 7 | sed 's/.*/{"x":&,"s":"yes"}/; 2s/yes/no/' >seven
	rm -f sound && smldrift -d ks -f x --window 3 --state sound seven >/dev/null
	reseal ''
	run smldrift -d ks -f x --window 3 --state s seven
	is_status 'what is only sealed again is taken' 0
	reseal 's/"values":\[1,/"values":[null,/'
	run smldrift -d ks -f x --window 3 --state s seven
	is_status 'a state is refused for a value that is null' 1
	reseal 's/"values":\[1,/"values":["inf",/'
	run smldrift -d ks -f x --window 3 --state s seven
	is_status 'a state is refused for one without end' 1
	reseal 's/"next":[0-9]*/"next":3/'
	run smldrift -d ks -f x --window 3 --state s seven
	is_status 'a state is refused for a place beyond the window' 1
else
	skip 'states that were tampered with' 'xxhsum is not there'
fi

plan
