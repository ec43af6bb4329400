#!/bin/sh
# Pipes that are stopped from outside, at any moment: sml-stream(7), Ends.
#
# SML_SHORT=1: fewer moments, for valgrind; SML_ROUNDS=100: more.
. "${0%/*}/lib.sh"
rounds=${SML_ROUNDS:-${SML_SHORT:+2}}
rounds=${rounds:-12}
# shellcheck disable=SC2154 # lib.sh sets it
stop() { SML_WRAP=${SML_WRAP-} python3 "$tests/stop.py" "$@"; }

seq 1 60000 | sed 's/.*/{"k":"&","v":"a few more bytes to write, and to read again"}/' >in
ok 'SIGTERM to a whole pipe of tools with states: nothing is lost, nothing twice' \
	stop group "$rounds"
ok 'SIGTERM to one in the middle: it reads its pipe to the end' stop middle "$((rounds / 4 + 1))"
ok 'a second SIGTERM while the reader stalls: what it did not take goes out first next time' \
	stop stall "$((rounds / 2 + 1))"

ok 'kill -9 of a tool that owns its output (-o, --save-every): nothing is lost, nothing twice' \
	stop kill "$((2 * rounds))"

ok 'SIGTERM to a pipe of smlfeat put and get: all that was read is stored, and found once' \
	stop store "$((rounds / 2))"

# An output file of the tool.
printf '%s\n' '{"k":1}' '{"k":2}' '{"k":1}' >three
smlecho -k k three >want.three
echo old >own
run smlecho -k k -o own three
is_status '-o writes to a file' 0
ok 'which begins empty without --state' cmp own want.three
ok 'and nothing comes out elsewhere' test ! -s .out
printf 'torn' >own
run smlecho -k k --output own --state owned three
ok 'with --state it is appended to' test "$(head -n 1 own)" = torn
ok 'on a new line' sh -c 'tail -n +2 own | cmp - want.three'
printf '{"k":"lost' >>own
run smlecho -k k -o own --state owned --drain </dev/null
ok 'and cut back to what the state knows' sh -c 'tail -n +2 own | cmp - want.three'
truncate -s 3 own
run smlecho -k k -o own --state owned three
is_status 'one that has become shorter is refused' 1
is_err 'by name' 'own: has 3 bytes, but [0-9]+ when the state was saved'
run smlecho -k k -o /dev/full three
is_err 'one that is full is named' 'cannot write /dev/full: No space left on device'
run smlecho -k k -o three three
is_status 'it is no input' 2
flock own smlecho -k k -o own three 2>.err
ok 'nor that of another process' grep -q 'own is in use by process' .err

# States saved during the run.
for wrong in 0 -3 1x '' 0s; do
	run smlecho -k k --state every --save-every "$wrong" three
	is_status "--save-every \"$wrong\" is wrong usage" 2
done
run smlecho -k k --save-every 3 three
is_status 'so is one without --state' 2
every() { # OPTION...: waits for the state of a run that goes on
	rm -f every
	smlecho -k k --state every "$@" <to >out 2>err &
	pid=$!
	exec 3>to
	cat three >&3
	for _ in $(seq 1500); do
		jq -es '.[0].snapshot.records == 3' every && break
		sleep 0.02
	done
	kill -KILL $pid
	wait $pid # or it could take what the next case writes
	exec 3>&-
	jq -es '.[0].snapshot | .records == 3 and .rest == ""' every
}
mkfifo to
ok 'a state is saved after so many records' every --save-every 3
ok 'or after so long, though no record comes' every --save-every 50ms

# A pipe that does not end within --grace.
late() { # OPTION...: SIGTERM, and the pipe stays open
	rm -f late
	: >out # not what the last one wrote
	${SML_WRAP-} smlecho -k k --state late "$@" <to >out 2>err &
	pid=$!
	exec 3>to
	printf '{"k":1}\n' >&3
	until grep -q nth out; do sleep 0.02; done
	kill -TERM $pid
}
late --grace 2s
wait $pid
ok 'a pipe that stays open and silent: all was read, and is saved when --grace is over' test $? -eq 0
ok 'so many records' jq -es '.[0].snapshot.records == 1' late
late --grace 1s
printf '{"k":2}\n{"k":' >&3
wait $pid
ok 'a pipe that is not read to its end within --grace is a failure' test $? -eq 1
ok 'what is left is named' grep -q '^smlecho: stdin: 5 bytes were left unread 1 s after a signal (--grace), and nothing was saved: start again from the last states of all stages$' err
ok 'and nothing is saved' jq -es '.[0].snapshot.records == 0' late
exec 3>&-
plan
