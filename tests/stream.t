#!/bin/sh
# How a stream runs: control lines, state, ends, signals, messages, exit statuses; sml-stream(7).
#
# SML_SHORT=1: all of it, for valgrind.
# shellcheck disable=SC2016,SC2086,SC2094,SC2154 # $sml is none of ours; $SML_WRAP is words; $tmp is lib.sh's
. "${0%/*}/lib.sh"

echo_() { run smlecho -k k "$@"; }
control() { run smlecho -k k --control "$@"; }
begin='{"$sml":"begin"}'

# --- control lines

control <<'EOT'
{"$sml":"begin"}
{"k":1}
{ "\u0024sml" : "watermark", "ts": 1700000000000, "why": "forwarded as it is" }
{"$sml":"checkpoint","id":[7]}
{"k":1,"$sml":"end"}
{"$sml":"barrier","id":7}
{"k":1}
{"$sml":"end"}
EOT
is_status 'a stream with control lines' 0
is_out 'known and unknown ones are forwarded in their place; only a first member makes one' <<'EOT'
{"$sml":"begin"}
{"k":1,"nth":1}
{ "\u0024sml" : "watermark", "ts": 1700000000000, "why": "forwarded as it is" }
{"$sml":"checkpoint","id":[7]}
{"k":1,"$sml":"end","nth":2}
{"$sml":"barrier","id":7}
{"k":1,"nth":3}
{"$sml":"end"}
EOT

printf '%s\n' '{"$sml":"hello"}' '{"k":1}' >in
control --stats stats <in
is_out 'any kind may come first' <<'EOT'
{"$sml":"hello"}
{"k":1,"nth":1}
EOT
ok 'control lines are not counted' grep -q '"records":1,' stats

# refused NAME REGEX LINE...: these lines end the run with this message
refused() {
	that=$1 why=$2
	shift 2
	printf '%s\n' "$@" >in
	control --state refused <in
	is_status "$that: refused" 1
	is_err "$that: the message says why" "^smlecho: stdin:$#:[0-9:]* ?.*$why"
	rm -f refused*
}
refused 'injected' 'a control line in a stream that carries none' '{"k":1}' '{"$sml":"end"}'
refused 'begin, not first' 'begin must be the first line' "$begin" "$begin"
refused 'restore, not first' 'restore must be the first line' "$begin" \
	'{"$sml":"restore","id":0}'
refused 'data after the end' 'after the one that ended the stream' "$begin" '{"$sml":"end"}' \
	'{"k":1}'
refused 'control after the end' 'after the one that ended' "$begin" '{"$sml":"end"}' \
	'{"$sml":"end"}'
refused 'a barrier that comes twice' 'barrier 5 is out of sequence: the last was 5' "$begin" \
	'{"$sml":"barrier","id":5}' '{"$sml":"barrier","id":5}'
refused 'a barrier too many on' 'barrier 7 is out of sequence: the last was 5' "$begin" \
	'{"$sml":"barrier","id":5}' '{"$sml":"barrier","id":7}'
refused 'barrier 0' 'barriers count from 1' "$begin" '{"$sml":"barrier","id":0}'
refused 'a barrier without a number' 'an integer is needed' "$begin" '{"$sml":"barrier"}'
refused 'a negative barrier' 'not negative' "$begin" '{"$sml":"barrier","id":-3}'
refused 'a kind that is no string' 'names the kind' "$begin" '{"$sml":null}'
refused 'a watermark without a time' 'a time is needed' "$begin" '{"$sml":"watermark","time":1}'
refused 'the barrier behind the last' 'out of sequence' "$begin" \
	'{"$sml":"barrier","id":9223372036854775807}' '{"$sml":"barrier","id":9223372036854775807}'

printf '%s\n' '{"k":1}' '{"$sml":"end"}' '{"k":1}' >in
for obeys in '' --control '--carry model'; do
	rm -f rejects
	echo_ $obeys --rejects rejects <in
	is_status "an injected control line is a bad record like others ${obeys:-by default}" 3
	is_out 'which ends nothing' <<-EOT
		{"k":1,"nth":1}
		{"k":1,"nth":2}
	EOT
	ok 'and is kept' grep -q '"line":2,"byte":1,"raw":"{\\"$sml\\":\\"end\\"}"' rejects
done

# Whoever can write the first line must not be able to command the run.
printf '%s\n' '{"k":1}' | echo_ --state s --rejects rejects
cp s good
cp rejects rejects.good
echo '{"$sml":"restore","id":0}' | echo_ --state s --rejects rejects
is_status 'a first line that would forget everything is a bad record' 3
ok 'the state is kept' jq -es 'map(.key.count? // empty) == [1]' s
ok 'and so are the rejects' cmp rejects rejects.good -n "$(wc -c <rejects.good)"
rm s good rejects*
printf '%s\n' "$begin" '{"k":1}' '{"$sml":"end"}' >in
echo_ in
is_status 'control lines are not obeyed by default, in a file' 1
is_err 'and the message says where and how' \
	'^smlecho: in:1:1: a control line, which is obeyed only with --control'
echo_ <in
is_err 'nor on standard input' '^smlecho: stdin:1:1: a control line, which'
control in
is_status '--control obeys them' 0
driven() { SML_CONTROL=1 run smlecho -k k "$@"; }
driven <in
is_status 'and so does SML_CONTROL, on standard input' 0
echo '{"$sml":"end"}' >injects
printf '%s\n' "$begin" '{"k":1}' >in
driven - injects <in
is_status 'but not in a file behind it' 1
is_err 'which injects nothing' '^smlecho: injects:1:1: a control line'
driven injects
is_err 'nor in a file alone' '^smlecho: injects:1:1: a control line'
echo '{"k":1}' | driven --rejects rejects
is_status 'under it a first line that is no control line is fatal' 1
is_err 'and said' 'SML_CONTROL is set, but the stream does not begin with a control line'

printf '%s\n' '{"$sml":"model","name":"m","model":{}}' '{"k":1}' '{"$sml":"begin"}' >in
echo_ --carry model <in
is_err '--carry model forwards models; begin stands first' 'stdin:3: begin must be'
sed '$d' in | echo_ --carry model
is_out 'they are not records' <<'EOT'
{"$sml":"model","name":"m","model":{}}
{"k":1,"nth":1}
EOT
printf '%s\n' "$begin" '{"$sml":"end"}' '{"k":1}' | echo_ --carry model --rejects rejects
is_status 'others are bad records' 3
is_out 'and command nothing' <<'EOT'
{"$sml":"begin"}
{"k":1,"nth":1}
EOT

printf '%s\n' '{"k":1,"v":2}' | control -k k --twice valeu --default valeu=1
is_err 'a field that no record has is told of' 'no record had the field "valeu"; the first had "k", "v"'
echo '{"k":1}' | control --drain
is_status '--drain needs --state' 2

# --- barriers and snapshots

printf '%s\n' "$begin" '{"k":1}' '{"$sml":"barrier","id":41}' '{"k":1}' '{"$sml":"barrier","id":42}' \
	'{"$sml":"barrier","id":43}' '{"k":1}' >in
: >s.007 && : >s.40x
control --state s <in
is_status 'barriers write snapshots' 0
ok 'the last two are kept, and what is no snapshot' test "$(echo s.*)" = \
	's.007 s.40x s.42 s.43 s.lock'
rm s.007 s.40x
printf '%s\n' "$begin" '{"k":1}' '{"$sml":"barrier","id":44}' | control --state s
is_status 'a first barrier beside snapshots fails' 1
is_err 'and names the way' 'begins with a restore'
ok 'they are still there' test -f s.42 -a -f s.43 -a ! -f s.44
printf '%s\n' '{"$sml":"barrier","id":1}' '{"$sml":"barrier","id":2}' '{"$sml":"end"}' >in
control --state begun <in
ok 'a stream may begin with a barrier' test "$(echo begun.*)" = 'begun.1 begun.2 begun.lock'
echo '{"k":1}' | echo_ --state plain
control --state plain <in
is_status 'but not where a state would be forgotten' 1
is_err 'and says so' 'a barrier, but the state came from plain'

printf '%s\n' '{"$sml":"restore","id":42}' '{"k":1}' '{"$sml":"barrier","id":43}' >in
cp s.43 s.before
control --state s <in
is_status 'a restore' 0
is_out 'goes on behind its barrier' <<'EOT'
{"$sml":"restore","id":42}
{"k":1,"nth":3}
{"$sml":"barrier","id":43}
EOT
ok 'and that snapshot is written anew' test "$(grep -c . s.43)" -eq 3

# A file that is not a snapshot of this program and these options is neither replaced nor removed.
cp s.43 own.43
for odd in 'somebody else'"'"'s' "$(sed 's/"key":"k"/"key":"x"/' own.43)"; do
	printf '%s\n' "$odd" >s.43
	cp s.43 odd
	control --state s <in
	is_status 'a barrier whose snapshot would take the place of another file' 1
	is_err 'is refused' 's.43 is not a snapshot of this program and these options'
	ok 'and the file is left alone' cmp s.43 odd
done
cp own.43 s.43
echo mine >s.41
control --state s <in
is_status 'a file that has the name of an old snapshot' 0
ok 'is not removed' test "$(cat s.41)" = mine
rm s.41 own.43

# restore_fails NAME REGEX ID [OPTION...]
restore_fails() {
	that=$1 why=$2 id=$3
	shift 3
	printf '%s\n' "{\"\$sml\":\"restore\",\"id\":$id}" '{"k":1}' >in
	cp s.42 kept
	control "$@" <in
	is_status "$that: fails closed" 1
	is_err "$that: with the reason" "$why"
	ok "$that: nothing comes out" test ! -s .out
	ok "$that: the snapshot is untouched" cmp s.42 kept
}
restore_fails 'a snapshot that is missing' 's\.41: .*No such file' 41 --state s
restore_fails 'other options' 's.42 was saved with --twice none, and this run has "v"' 42 --state s \
	--twice v
restore_fails 'without --state' 'begins with a restore, which needs --state' 42
restore_fails 'no number' 'an integer is needed' '"x"' --state s
cp s.42 s.50
restore_fails 'the snapshot of another barrier' 'is the snapshot of barrier 42, not 50' 50 --state s
head -c 100 s.42 >s.51
restore_fails 'a snapshot that was cut' 's\.51' 51 --state s
sed 's/"count":2/"count":3/' s.42 >s.52
restore_fails 'a snapshot that was changed' 's\.52' 52 --state s

rm -f s s.*
echo '{"k":1}' >in
control --state s <in
printf '%s\n' "$begin" '{"$sml":"barrier","id":1}' >in
control --state s <in
is_status 'a barrier where FILE itself was loaded is refused' 1
is_err 'with the reason' 'a stream with barriers begins with a restore'

# --- state

printf '%s\n' '{"k":1}' '{"k":2}' '{"k":1}' >in
rm -f s s.*
echo_ --state s <in
echo_ --state s <in
is_out 'a second run goes on' <<EOT
{"k":1,"nth":3}
{"k":2,"nth":2}
{"k":1,"nth":4}
EOT
ok 'the state is text, a JSON object a line' jq -es 'length == 4 and .[0].snapshot.records == 6' s
cp s good

# state_fails NAME REGEX: the file s is refused
state_fails() {
	cp s damaged
	echo_ --state s --rejects rejects <in
	is_status "$1: refused" 1
	is_err "$1: with the reason" "^smlecho: .*$2"
	ok "$1: it is left as it was" cmp s damaged
	cp good s
}
: >s
state_fails 'an empty state' 's: an empty file is no snapshot'
head -n 3 good >s
state_fails 'a state without its last line' 's: cut short or added to'
head -c -1 good >s
state_fails 'a state that lost its last byte' 's: '
{ cat good; echo; } >s
state_fails 'a state with a line more' 's: cut short or added to'
sed 's/"count":4/"count":5/' good >s
state_fails 'a state that was changed by hand' 's: '
echo '{"some":"other file"}' >s
state_fails 'another file' 's: '
mkdir d
echo_ --state d <in
is_status 'a folder: refused' 1

# reseal: writes a state of these bytes with the right last line, so that other checks must find the fault
reseal() {
	sed '$d' good | sed "$1" >s
	printf '{"lines":%d,"xxh64":"%s"}\n' "$(wc -l <s)" "$(xxhsum -H64 -q s | sed 's/.*= //; s/ .*//')" >>s
}
if command -v xxhsum >/dev/null; then
	reseal 's/"tool":"smlecho"/"tool":"smlother"/'
	state_fails 'the state of another program' 's is the state of smlother, not of smlecho'
	reseal 's/"format":1/"format":2/'
	state_fails 'a newer format' 's has format 2 of .*this program reads format 1'
	reseal 's/"snapshot"/"snapshots"/'
	state_fails 'a state that begins with something else' 's: no snapshot of sml'
else
	skip 'states of other programs and formats' 'xxhsum is not there'
fi
echo_ --state s --twice v <in
is_err 'other options are refused' 'saved with --twice'
echo_ --state s --max-line 100 --rejects rejects <in
is_status 'options that shape no result are not compared' 0

flock s.lock smlecho -k k --state s <in >.out 2>.err
echo $? >.status
is_status 'two runs cannot have one state' 1
is_err 'and the second names the first' 'the state s is in use by process [0-9]+ \(flock\)'

echo nothing >rejects
rm s
echo_ --state s --rejects rejects <in
ok 'with --state files beside are appended to' grep -q nothing rejects
: >rejects
cp s t
echo 'no record' >bad
echo_ --state t --rejects rejects <bad
: >rejects
echo_ --state t --rejects rejects <in
is_status 'a file beside that lost what the state knows of' 1
is_err 'is named' 'rejects: has 0 bytes, but [0-9]+ when the state was saved'
echo nothing >rejects
echo_ --rejects rejects <bad
ok 'without --state as well' test "$(grep -c . rejects)" -eq 2
printf '{"error":"torn' >rejects
echo_ --rejects rejects <bad
ok 'behind a line that somebody was killed in, on a line of its own' \
	test "$(sed -n '2s/,.*//p' rejects)" = '{"error":"a record is a JSON object: it begins with {"'
flock rejects smlecho -k k --rejects rejects <in >.out 2>.err
echo $? >.status
is_status 'two processes cannot write one file' 1
is_err 'and the second names the first' 'rejects is in use by process [0-9]+ \(flock\)'
flock /dev/null smlecho -k k --rejects /dev/null <bad >.out 2>.err
echo $? >.status
is_status 'a device may be shared' 3

rm -f three.*
echo_ --state three --rejects three.rejects -o three.out <bad
ok 'a state knows the lengths of all files beside' \
	test "$(jq -c '.file // empty | [.path, .length]' three | sort | tr -d '\n')" = \
	"[\"three.out\",0][\"three.rejects\",$(wc -c <three.rejects)]"

# --- ends

printf '{"k":1}' >one
printf '{"k":2}' >two
echo_ one - two <in
is_status 'several files are read in turn, - is standard input' 0
is_out 'a file without a last newline ends its line all the same' <<EOT
{"k":1,"nth":1}
{"k":1,"nth":2}
{"k":2,"nth":1}
{"k":1,"nth":3}
{"k":2,"nth":2}
EOT
echo_ </dev/null
is_status 'an empty input is no error' 0
is_out 'and makes no output' </dev/null
echo 'x' >>two
echo_ one two
is_err 'a message names the file that is read, its line and byte' '^smlecho: two:1:8: '

run sh -c 'exec smlecho -k k <&-'
is_status 'closed standard input' 1
is_err 'is said' 'cannot read (stdin|standard input): Bad file descriptor'
run sh -c 'exec smlecho -k k one >&-'
is_status 'closed standard output' 1
is_err 'is said too' 'cannot write standard output: Bad file descriptor'
run sh -c 'exec smlecho -k k --state new <one >&-'
ok 'and the state is the one before the first record' jq -es '.[0].snapshot.records == 0' new
run sh -c 'exec smlecho -k k --state new --rejects new.r one 2>&-'
is_status 'closed standard error matters to nobody' 0
ok 'no file took its place' test ! -s new.r
echo_ missing
is_status 'a file that is not there' 1
is_err 'is named' 'cannot read missing: No such file'
echo_ one d
is_status 'a folder' 1
is_err 'is named before anything is read' 'cannot read d: it is a directory'
ok 'nothing came out' test ! -s .out
if [ "$(id -u)" != 0 ]; then
	chmod 0 one
	echo_ one
	is_err 'a file that may not be read is named' 'cannot read one: Permission denied'
	chmod 644 one
fi

# --- writing

run sh -c 'exec smlecho -k k one >/dev/full'
is_status 'a full disk, met at the end' 1
is_err 'is said' 'cannot write standard output: No space left on device'
yes '{"k":1}' | head -n 100000 >many
run sh -c 'exec smlecho -k k --state full many >/dev/full'
is_status 'a full disk, met on the way' 1
ok 'is said once' test "$(grep -c . .err)" -eq 1
ok 'and saves nothing of it' jq -es '.[0].snapshot.records == 0' full
run sh -c 'exec smlecho -k k --rejects /dev/full bad'
is_status 'a full disk under --rejects' 1
is_err 'names the file' '/dev/full: No space left on device'
gone() { # status of a smlecho whose reader goes away
	{ smlecho -k k "$@" many 2>.err; echo $? >.status; } | head -n 1 >.out
}
gone
is_status 'a reader that goes away ends the run by SIGPIPE' 141
ok 'without a word' test ! -s .err
gone --state pipe
is_status 'with --state it is a failure' 1
is_err 'that is said' 'Broken pipe; the state was not saved'
ok 'and nothing of it is saved' jq -es '.[0].snapshot.records == 0' pipe

# --- flushing

mkfifo to from
cat >answers <<'EOT'
smlecho -k k <to >from &
exec 3>to 4<from
echo '{"k":1}' >&3
IFS= read -r line <&4
printf '{"k":' >&3
echo '1}' >&3
IFS= read -r more <&4
exec 3>&- 4<&-
wait
[ "$line$more" = '{"k":1,"nth":1}{"k":1,"nth":2}' ]
EOT
ok 'a record is answered before the next one comes' timeout 20 sh answers

# --- signals

printf '%s\n' '{"k":1}' '{"k":2}' '{"k":1}' >in # 24 bytes
signalled() { # STEPS OPTION...
	steps=$1
	shift
	(
		wrap=${SML_WRAP-} SML_WRAP=
		run feed $steps in $wrap smlecho -k k "$@"
	)
}
signalled 20,TERM
is_status 'SIGTERM ends a run by the signal' 143
is_out 'when the whole lines are out' <<EOT
{"k":1,"nth":1}
{"k":2,"nth":1}
EOT
signalled 20,TERM --state term
is_status 'with --state it is a good end' 0
ok 'that saves, half a line included' jq -es '.[0].snapshot.rest == "{\"k\""' term
signalled 12,INT,24
is_status 'the first SIGINT lets a pipe come to its end' 130
is_out 'the writer had it too' <<EOT
{"k":1,"nth":1}
{"k":2,"nth":1}
{"k":1,"nth":2}
EOT
signalled 12,INT,24 --state int
is_status 'and then, with --state,' 0
ok 'all is saved' jq -es '.[0].snapshot.records == 3' int
signalled 12,INT,TERM,24 --state second
is_status 'a second signal ends it there' 0
ok 'half a line is kept' jq -es '.[0].snapshot | .records == 1 and .rest == "{\"k\""' second
signalled 12,INT,TERM,24
ok 'without --state it ends it at once' test "$(cat .status)" -gt 128
signalled 12,TERM+TERM,24
is_status 'two at a time, as timeout(1) sends them, are one' 143
is_out 'all is read and written' <<EOT
{"k":1,"nth":1}
{"k":2,"nth":1}
{"k":1,"nth":2}
EOT
signalled 12,TERM+TERM,24 --state pair
is_status 'also with --state' 0
ok 'all is saved' jq -es '.[0].snapshot.records == 3' pair
# The input is a terminal, not a pipe: SIGINT acts as SIGTERM.
if command -v script >/dev/null; then
	interrupted() {
		: >tty.out
		{
			printf '{"k":1}\n'
			until grep -q nth tty.out; do sleep 0.05; done
			printf '\003'
			until [ -e tty ]; do sleep 0.05; done
		} | timeout 20 script -qec 'smlecho -k k --state tty' /dev/null >tty.out
		jq -es '.[0].snapshot.records == 1' tty
	}
	ok 'SIGINT from a terminal saves and ends' interrupted
else
	skip 'SIGINT from a terminal' 'script(1) is not there'
fi

# --- the same on any machine

printf '%s\n' '{"k":"\u00e9","v":0.5}' '{"k":"I","v":1e21}' '{"k":"é","v":-12345.678}' 'i' >in
rm rejects
echo_ --twice v --rejects rejects <in
cp .out plain && cp rejects plain.rejects
as_plain() { cmp .out plain && cmp rejects plain.rejects; }
for zone in Asia/Kolkata America/St_Johns; do
	rm rejects
	TZ=$zone echo_ --twice v --rejects rejects <in
	ok "the same bytes in the time zone $zone" as_plain
done
if localedef -i tr_TR -f UTF-8 "$tmp/tr_TR.UTF-8" >/dev/null 2>&1; then
	rm rejects
	LOCPATH=$tmp LC_ALL=tr_TR.UTF-8 echo_ --twice v --rejects rejects <in
	ok 'the same bytes in Turkish, with its comma' as_plain
else
	skip 'the same bytes in Turkish' 'its locale cannot be made here'
fi
plan
