#!/bin/sh
# Tools that answer later than they read: the order, what waits for answers, and the end; sml-stream(7).
#
# SML_SHORT=1: all of it, for valgrind.
# shellcheck disable=SC2016,SC2086,SC2094,SC2154 # $sml is none of ours; $SML_WRAP is words; $tmp is lib.sh's
. "${0%/*}/lib.sh"

hold() { run smllater hold "$@"; }
control() { run smllater hold --control "$@"; }
keep() { run smllater keep "$@"; }
begin='{"$sml":"begin"}'

# --- order

seq 1000 | sed 's/.*/{"k":&}/' >many
sed 's/"k":\(.*\)}/"k":\1,"nth":\1}/' many >answered
comes_out() { cmp answered .out && status_is 0; }
hold <many
ok 'every record is answered once, in order' comes_out
hold --most 1 many
ok 'also where one waits at a time' comes_out
hold --delay 1h many
ok 'and those that wait are answered at the end of the input' comes_out
faulty short=1 smllater hold many
ok 'whatever the size of a read' comes_out

yes '{"k":1}' | head -n 100000 >lots # more than a pipe holds, and than is read at once
hold --most 1000 --stats stats lots
ok 'a steady input keeps no answer waiting' grep -Eq '"ready":[1-9]' stats

mkfifo to from
cat >answers <<'EOT'
smllater hold "$@" <to >from &
exec 3>to 4<from
echo '{"k":1}' >&3
IFS= read -r line <&4
printf '{"k":' >&3
echo '2}' >&3
IFS= read -r more <&4
exec 3>&- 4<&-
wait # or it would take what the next case writes
[ "$line$more" = '{"k":1,"nth":1}{"k":2,"nth":2}' ]
EOT
ok 'an answer goes out while the input is silent' timeout 20 sh answers
ok 'also one that only time brings' timeout 20 sh answers --delay 10ms

# --- what waits for all answers

cat >mixed <<'EOT'
{"$sml":"begin"}
{"k":1}
{"k":2,"wrong":true}
{"k":3}
{"$sml":"watermark","ts":1700000000000}
{"k":4,"bad":true}
{"k":5,"wrong":true}
no record
{"k":6}
{"$sml":"what","else":[1]}
{"k":7,"wrong":true}
{"k":8,"a":"a line that is too long for it"}
{"k":9}
{"$sml":"end"}
EOT
cat >mixed.out <<'EOT'
{"$sml":"begin"}
{"k":1,"nth":1}
{"k":3,"nth":2}
{"$sml":"watermark","ts":1700000000000}
{"k":6,"nth":3}
{"$sml":"what","else":[1]}
{"k":9,"nth":4}
{"$sml":"end"}
EOT
cat >mixed.rejects <<'EOT'
{"error":"refused","source":"stdin","line":3,"byte":16,"raw":"{\"k\":2,\"wrong\":true}"}
{"error":"bad at once","source":"stdin","line":6,"byte":14,"raw":"{\"k\":4,\"bad\":true}"}
{"error":"refused","source":"stdin","line":7,"byte":16,"raw":"{\"k\":5,\"wrong\":true}"}
{"error":"a record is a JSON object: it begins with {","source":"stdin","line":8,"byte":1,"raw":"no record"}
{"error":"refused","source":"stdin","line":11,"byte":16,"raw":"{\"k\":7,\"wrong\":true}"}
{"error":"the line is longer than --max-line 39: give a larger one, or, for a JSON array, make lines of it by jq -c '.[]'","source":"stdin","line":12,"raw":{"base64":"eyJrIjo4LCJhIjoiYSBsaW5lIHRoYXQgaXMgdG9vIGxvbmcgZm9yIGl0In0="}}
EOT
keeps_order() {
	cmp mixed.out .out && cmp mixed.rejects rejects && status_is 3 &&
		grep -q '"records":10,"rejected":6,' stats && grep -q '"controls":1,' stats
}
for waits in '' '--delay 1h' '--most 2'; do
	rm -f rejects
	control $waits --max-line 39 --rejects rejects --stats stats <mixed
	ok "control lines, bad records and answers keep their order${waits:+, $waits}" keeps_order
done
rm rejects
faulty short=1 smllater hold --control --max-line 39 --rejects rejects --stats stats <mixed
ok 'byte by byte, too' keeps_order
sed 's/stdin/mixed/' mixed.rejects >in && mv in mixed.rejects
rm rejects
hold --control --max-line 39 --rejects rejects --stats stats mixed
ok 'and in a file with --control' keeps_order

# ends NAME OUT REGEX: without --rejects the run ends at the last of these lines, after the others are written
ends() {
	cat >in
	hold --delay 1h in
	is_status "$1: stops the run" 1
	ok "$1: what is before it comes out, and nothing else" test "$(cat .out)" = "$2"
	is_err "$1: the message has its place" "^smllater: in:$3"
	ok "$1: there is one message" test "$(grep -c . .err)" -eq 1
}
ends 'a record that is bad at once' '{"k":1,"nth":1}' '2:14: bad at once' <<'EOT'
{"k":1}
{"k":2,"bad":true}
{"k":3}
EOT
ends 'a record that is refused later' '{"k":1,"nth":1}' '2:16: refused' <<'EOT'
{"k":1}
{"k":2,"wrong":true}
{"k":3}
EOT
ends 'a record that no --rejects takes' '{"k":1,"nth":1}' '2:17: broken' <<'EOT'
{"k":1}
{"k":2,"broken":true}
{"k":3}
EOT
ends 'a line that is no record' '{"k":1,"nth":1}' '2:1: a record is' <<'EOT'
{"k":1}
x
{"k":3}
EOT
ends 'an injected control line' '{"k":1,"nth":1}' '2:1: a control line, which is obeyed only with --control' <<'EOT'
{"k":1}
{"$sml":"end"}
EOT
ends 'a name that is there already' '{"k":1,"nth":1}' '2:[0-9]*: ' <<'EOT'
{"k":1}
{"k":2,"nth":1}
{"k":3}
EOT
ends 'a record refused before a bad one' '' '1:10: refused' <<'EOT'
{"wrong":true}
x
EOT

printf '%s\n' '{"k":1,"wrong":true}' '{"k":2}' '{"k":3}' >in
hold --most 1 in
is_status 'a record refused while the next one is read' 1
is_out 'stops the run before both' </dev/null

# --- ends

signalled() { # STEPS OPTION...
	steps=$1
	shift
	(
		wrap=${SML_WRAP-} SML_WRAP=
		run feed $steps in $wrap smllater "$@"
	)
}
printf '%s\n' '{"k":1}' '{"k":2}' '{"k":1}' >in # 24 bytes
signalled 20,TERM hold --delay 1h
is_status 'SIGTERM ends a run by the signal' 143
is_out 'when all that was read is answered' <<'EOT'
{"k":1,"nth":1}
{"k":2,"nth":2}
EOT
signalled 20,TERM keep --delay 1h --state term
is_status 'with --state it is a good end' 0
ok 'that saves, half a line included' jq -es '.[0].snapshot | .rest == "{\"k\"" and .records == 2' term

run sh -c 'exec smllater hold many >/dev/full'
is_status 'a full disk, with answers to come' 1
ok 'is said once' test "$(grep -c 'No space left' .err)" -eq 1
{ smllater hold --delay 1h lots 2>.err; echo $? >.status; } | head -n 1 >.out
is_status 'a reader that goes away ends the run by SIGPIPE' 141
faulty read=EIO@4000 smllater hold --delay 1h many
is_status 'a read that fails' 1
ok 'loses nothing that was read before' test "$(tail -n 1 .out)" = "$(sed -n "$(grep -c . .out)p" answered)"
ok 'and there was some' test -s .out

# --- state

printf '%s\n' '{"k":1}' '{"k":2}' '{"k":3,"wrong":true}' '{"k":4}' '{"k":5,"bad":true}' '{"k":6}' >in
keep --state s --continue --delay 1h in
is_status 'a run that stops at a record that was kept' 1
is_out 'has written what is before it' <<'EOT'
{"k":1,"nth":1}
{"k":2,"nth":2}
EOT
ok 'and goes on before it' jq -es '.[0].snapshot | .offset == 16 and .line == 3 and .records == 2' s
sed 's/"wrong":true/"wrong":null/' in >mended
keep --state s --continue --delay 1h in
is_err 'the next run stops there again' '^smllater: in:3:16: refused'
keep --state s --continue --delay 1h mended
is_status 'the next one stops at the next bad record' 1
is_out 'behind what the first one had not written' <<'EOT'
{"k":3,"wrong":null,"nth":1}
{"k":4,"nth":2}
EOT
keep --state s --continue --delay 1h --rejects rejects mended
is_status 'which can go aside' 3
is_out 'and the rest follows' <<'EOT'
{"k":6,"nth":1}
EOT

printf '%s\n' '{"k":1,"wrong":true}' '{"k":2,"broken":true}' >in
rm -f s
keep --state s --continue --most 1 in
is_status 'a record that is broken behind one that is refused' 1
ok 'the run goes on before the first of them' jq -es '.[0].snapshot | .offset == 0 and .records == 0' s
ok 'and tells of that one alone' test "$(sed 's/refused.*/refused/' .err)" = 'smllater: in:1:16: refused'

printf '%s\n' '{"k":1}' '{"k":2,"away":true}' '{"k":3}' >in
rm -f s rejects
keep --state s --continue --rejects rejects in
is_status 'a server that is away: try again' 75
is_err 'its message has the record it failed at' '^smllater: in:2: the server is away'
ok 'no record is to blame' test ! -s rejects
is_out 'what was answered is out' <<'EOT'
{"k":1,"nth":1}
EOT
sed 's/true/null/' in >mended
keep --state s --continue mended
is_out 'and the next run goes on' <<'EOT'
{"k":2,"away":null,"nth":1}
{"k":3,"nth":2}
EOT

# --- control lines of other programs, and its own

cat >in <<'EOT'
{"$sml":"restore","id":41}
{"k":1}
{"$sml":"barrier","id":42}
{"k":2}
{"$sml":"barrier","id":43}
EOT
control --delay 1h --stats stats <in
is_status 'a program without a state has nothing to restore' 0
is_out 'and forwards barriers behind what they follow' <<'EOT'
{"$sml":"restore","id":41}
{"k":1,"nth":1}
{"$sml":"barrier","id":42}
{"k":2,"nth":2}
{"$sml":"barrier","id":43}
EOT
ok 'at which it can commit' grep -q '"commits":2,' stats
keep --control <in
is_status 'one that could have a state refuses to forget it' 1
is_err 'and says so' 'begins with a restore, which needs --state'
sed 's/43/44/' in >out-of-order
control <out-of-order
is_err 'barriers are in sequence there, too' 'barrier 44 is out of sequence'
{ cat in; echo '{"$sml":"restore","id":43}'; } >twice
control <twice
is_err 'a restore stands in the first line' 'restore must be the first line'

printf '%s\n' '{"k":1}' '{"k":2}' >in
hold --publish in
is_out 'a stream with control lines of its own begins as one' <<'EOT'
{"$sml":"begin"}
{"k":1,"nth":1}
{"$sml":"answered"}
{"k":2,"nth":2}
{"$sml":"answered"}
{"$sml":"finished"}
EOT
hold --publish </dev/null
is_out 'an empty one as well' <<'EOT'
{"$sml":"begin"}
{"$sml":"finished"}
EOT
{ echo '{"$sml":"model"}'; cat in; } >carries
control --publish <carries
ok 'one that carries some already does not' test "$(head -n 2 .out)" = '{"$sml":"model"}
{"k":1,"nth":1}'
{ cat in; echo '{"$sml":"end"}'; } >injects
control --publish <injects
is_err 'and none can be injected' 'stdin:3:1: a control line in a stream that carries none'
rm -f s
keep --publish --state s in
ok 'the first run of a stream announces them' test "$(head -n 1 .out)" = "$begin"
keep --publish --state s in
ok 'the one that goes on does not' test "$(head -n 1 .out)" = '{"k":1,"nth":1}'
plan
