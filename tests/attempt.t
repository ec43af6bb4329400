#!/bin/sh
# A stage under smlrun: attempts and nonces, snapshots, side files, how a stage ends; sml-stream(7).
#
# SML_SHORT=1: all of it, for valgrind.
# shellcheck disable=SC2016,SC2086,SC2154 # $sml is none of ours; $SML_WRAP is words; $tmp is lib.sh's
. "${0%/*}/lib.sh"

a=00000000000000aa b=00000000000000bb
stage() { # NONCE OPTION...: smlecho as a stage of that attempt
	nonce=$1
	shift
	rm -f rejects.$nonce # of a case before
	SML_CONTROL=$nonce run smlecho -k k "$@"
}
restore() { printf '{"$sml":"restore","id":%d%s}\n' $1 "${2:+,\"nonce\":\"$2\"}"; }
barrier() { printf '{"$sml":"barrier","id":%d%s}\n' $1 "${2:+,\"nonce\":\"$2\"}"; }
end='{"$sml":"end"}'
# fails NAME REGEX: the stage ended with this message
fails() {
	is_status "$1" 1
	is_err "$1: the message says why" "$2"
}

# --- the environment

for odd in 2 yes 0123456789ABCDEF 0123456789abcde 0123456789abcdef0; do
	restore 0 | stage $odd
	is_status "SML_CONTROL=$odd is wrong usage" 2
done
is_err 'that names the value' 'SML_CONTROL is "0123456789abcdef0": it holds 1, or the 16 hex'
echo '{"k":1}' | stage ''
is_status 'an empty one is none' 0
for first in '{"k":1}' 'no record' '' '[1]'; do
	printf '%s\n{"k":1}\n' "$first" | stage $a --state s --rejects rejects
	fails "a first line that is no control line is fatal: $first" \
		'SML_CONTROL is set, but the stream does not begin with a control line'
	is_out 'nothing comes out but why' <<-'EOT'
		{"$sml":"failed","tool":"smlecho","status":1,"error":"SML_CONTROL is set, but the stream does not begin with a control line"}
	EOT
done
printf '%0100d\n{"k":1}\n' 1 | stage $a --max-line 50 --rejects rejects
fails 'a first line that is too long' 'does not begin with a control line'
rm -f rejects*

# --- snapshots and locks

{
	restore 0
	echo '{"k":1}'
	barrier 1 $a
	echo '{"k":1}'
	barrier 2 $a
	barrier 3 $a
	echo '{"k":1}'
} | stage $a --state s
is_status 'an attempt' 0
ok 'its snapshots have its nonce, the last two are kept, FILE is not written' \
	test "$(echo s*)" = "s.00000000000000aa.lock s.2.$a s.3.$a"
{
	restore 2 $a
	echo '{"k":1}'
	barrier 3 $b
	barrier 4 $b
} >in
cp s.2.$a two && cp s.3.$a three
stage $b --state s <in
is_status 'a second attempt' 0
ok 'goes on from the snapshot that it names' grep -q '"nth":3' .out
ok 'writes its own, removes what it loaded, and leaves the rest of the first alone' \
	test "$(echo s*)" = "s.$a.lock s.$b.lock s.3.$a s.3.$b s.4.$b"
ok 'the first one'"'"'s is not touched' cmp s.3.$a three
cp two s.2.$a
(flock 9 && stage $b --state s <in) 9<>s.$a.lock
is_status 'a stalled attempt keeps nobody out' 0
cp two s.2.$a
(flock 9 && stage $b --state s <in) 9<>s.$b.lock
fails 'but two stages cannot have one state' "the state s.$b is in use by "

{
	echo '{"$sml":"restore","id":0,"after":5}'
	echo '{"k":1}'
	barrier 6 $b
} | stage $b --state empty
is_status 'a state may start empty in the middle of a stream' 0
ok 'and has the number of its barrier' test "$(echo empty.*)" = "empty.$b.lock empty.6.$b"
printf '%s\n' '{"$sml":"restore","id":0,"after":5}' "$(barrier 1 $b)" | stage $b --state empty
fails 'another number is out of sequence' 'barrier 1 is out of sequence: the last was 5'
for odd in '2,"after":5' '0,"after":-1' '0,"after":"x"'; do
	echo "{\"\$sml\":\"restore\",\"id\":$odd,\"nonce\":\"$a\"}" | stage $b --state s
	ok "no such start: $odd" status_is 1
done

restore 2 | stage $b --state s
fails 'a restore without a nonce' 'restore names no nonce of its snapshot'
ok 'nothing comes out but why' test "$(grep -c . .out)" -eq 1
restore 2 $b | stage $b --state s
fails 'a snapshot of another attempt is not taken' "s.2.$b: .*No such file"
restore 2 $a | SML_CONTROL=1 run smlecho -k k --state s
fails 'a nonce where SML_CONTROL names no attempt' 'has the nonce .*, but SML_CONTROL names no'
for odd in '"xyz"' 7 '"0123456789ABCDEF"' null; do
	printf '{"$sml":"restore","id":2,"nonce":%s}\n' "$odd" | stage $b --state s
	fails "a nonce that is none: $odd" 'a nonce is 16 hexadecimal digits'
done

# barrier_fails NAME REGEX LINE...: these lines end an attempt with this message
barrier_fails() {
	that=$1 why=$2
	shift 2
	printf '%s\n' "$@" >in
	rm -f t.*
	stage $b --state t <in
	fails "$that" "stdin:$#:.*$why"
	ok "$that: nothing was written" test ! -e t.$#.$b
}
barrier_fails 'a barrier of another attempt' "a barrier of the attempt \"$a\", but this is the attempt $b" \
	"$(restore 0)" "$(barrier 1 $a)"
barrier_fails 'a barrier without a nonce' 'a barrier of the attempt ""' "$(restore 0)" "$(barrier 1)"
barrier_fails 'a barrier out of sequence' 'barrier 3 is out of sequence: the last was 1' \
	"$(restore 0)" "$(barrier 1 $b)" "$(barrier 3 $b)"
barrier_fails 'a barrier that does not follow the restore' 'barrier 2 is out of sequence: the last was 0' \
	"$(restore 0)" "$(barrier 2 $b)"
barrier_fails 'a barrier in a stream without a restore' 'begins with a restore' \
	'{"$sml":"begin"}' "$(barrier 1 $b)"

printf '%s\n' '{"k":1}' '{"k":1}' | run smlecho -k k --state f
cp f before
{ restore 0 && echo '{"k":1}' && barrier 1 $a && echo "$end"; } | stage $a --state f
ok 'FILE itself is not loaded' grep -q '"nth":1' .out
ok 'nor saved' cmp f before
{ echo '{"$sml":"begin"}' && echo '{"k":1}' && echo "$end"; } | stage $a --state f
ok 'also if the stream begins with something else' cmp f before

# --- the state's name by default

mkdir states
states() { # NONCE OPTION...: as stage, with SML_STATE
	nonce=$1
	shift
	SML_CONTROL=$nonce SML_STATE=states run smlecho -k k "$@"
}
{ restore 0 && echo '{"k":1}' && barrier 1 $a; } >in
states $a <in
is_status 'with SML_STATE the state needs no name' 0
stem=$(cd states && echo smlecho-*.1.$a) stem=${stem%.1.*}
ok 'it is named by the program and a digest' expr "$stem" : 'smlecho-[0-9a-f]\{16\}$'
states $a --rejects rejects --max-line 1000 <in
ok 'options that shape no results change nothing' test "$(echo states/*.1.$a)" = "states/$stem.1.$a"
states $a --twice k <in
ok 'others have another one' test "$(echo states/*.1.$a | wc -w)" -eq 2
restore 1 $a | states $b
is_status 'a restore goes on from there' 0
(flock 9 && states $b <in) 9<>states/$stem.$b.lock
fails 'two stages that are alike are refused' 'in use by .*of two stages that are alike one needs --state "\$SML_STATE/NAME"'
SML_CONTROL=$a SML_STATE=absent run smlecho -k k <in
fails 'a folder that is not there' 'absent/smlecho-.*: No such file or directory$'
states $a --state states/second <in
ok 'a name of one'"'"'s own there' test -f states/second.1.$a
states $a --state second <in
is_status 'a state elsewhere is wrong usage' 2
states $a -o out <in
is_status 'and so is an output of one'"'"'s own' 2
printf '{"k":1}\n' >file
states $a file
is_status 'what reads a file is no stage' 0
ok 'and has no state there' test "$(echo states/*.1.$a | wc -w)" -eq 3
SML_STATE=states run smlecho -k k <file
is_status 'without SML_CONTROL, SML_STATE says nothing' 0
rm -r states rejects*

# --- marks

mark() { printf '{"$sml":"mark","id":%d}\n' $1; }
{
	restore 0
	echo '{"k":1}'
	mark 1
	echo '{"k":1}'
	barrier 2 $a
	mark 3
	mark 4
	echo '{"k":1}'
	barrier 5 $a
	barrier 6 $a
} >in
rm -f s*
stage $a --state s <in
is_status 'marks and barriers are one sequence' 0
ok 'marks are forwarded in place' test "$(sed -n '3p;6p;7p' .out)" = "$(mark 1 && mark 3 && mark 4)"
ok 'only barriers write snapshots, and remove the one before the last' \
	test "$(echo s.*)" = "s.$a.lock s.5.$a s.6.$a"
barrier_fails 'a mark out of sequence' 'mark 3 is out of sequence: the last was 1' \
	"$(restore 0)" "$(barrier 1 $b)" "$(mark 3)"
barrier_fails 'a barrier that repeats a mark' 'barrier 1 is out of sequence: the last was 1' \
	"$(restore 0)" "$(mark 1)" "$(barrier 1 $b)"
barrier_fails 'mark 0' 'marks count from 1' "$(restore 0)" "$(mark 0)"

# --- side files

here=$(pwd -P)
# Paths are from the root; without $here they are as they were given.
lengths() { jq -c --arg here "$here/" '.file | select(. != null) | [(.path | .[($here | length):]), .length, .part]' "$@"; }
printf 'older\ntorn' >rejects
rm -f s.*
{
	restore 0
	echo bad
	barrier 1 $a
	echo '{"k":1}'
	barrier 2 $a
	echo worse
	barrier 3 $a
	echo '{"k":2}'
	echo worst
} | stage $a --state s --rejects rejects
is_status 'a side file in an attempt' 3
ok 'is not written' test "$(cat rejects)" = 'older
torn'
bytes() { wc -c | tr -d ' '; }
one=$(head -n 2 rejects.$a | bytes) two=$(head -n 3 rejects.$a | bytes)
ok 'but a part of it is, behind the line that somebody was killed in' \
	test "$(sed 's/.*"raw"://' rejects.$a)" = "$(printf '\n"bad"}\n"worse"}\n"worst"}')"
ok 'the snapshot has the length, and that of the part' \
	test "$(lengths s.2.$a s.3.$a)" = "$(printf '["rejects",%d,%d]\n' $((10 + one)) $one $((10 + two)) $two)"
ok 'in the lines after the first' jq -es '.[1] | has("file")' s.3.$a
# What smlrun does after the commit of barrier 2.
head -c $one rejects.$a >>rejects
{
	restore 2 $a
	echo worse
	barrier 3 $b
	barrier 4 $b
} >in
stage $b --state s --rejects rejects <in
is_status 'the next attempt' 3
ok 'begins a part of its own' test "$(sed 's/.*"raw"://' rejects.$b)" = '"worse"}'
ok 'that goes on at the length that was committed' \
	test "$(lengths s.4.$b)" = "$(printf '["rejects",%d,%d]' $((10 + two)) $((two - one)))"
cat rejects.$b >>rejects
ok 'together they are what one run would have written' \
	test "$(sed 's/.*"raw"://' rejects)" = "$(printf 'older\ntorn\n"bad"}\n"worse"}')"
sed '$d' rejects >shorter
cp rejects whole
cat shorter >rejects
restore 4 $b | stage $a --state s --rejects rejects
fails 'a side file that lost what was committed' 'rejects: has [0-9]+ bytes, but [0-9]+ when the state was saved'
cp whole rejects
SML_CONTROL=$b run smlecho -k k --state s --rejects rejects <in
fails 'a nonce that is not new' "rejects.$b exists: each stage needs a file of its own"
restore 4 $b | stage $a --state s
{ restore 4 $b && barrier 5 $a; } | stage $a --state s
ok 'the length of a file that this stage does not have is kept' \
	test "$(lengths s.5.$a)" = "$(printf '["rejects",%d,0]' $((10 + two)))"
rm -f rejects*
{ restore 0 && echo bad && barrier 1 $a; } | stage $a --state s --rejects rejects
ok 'a file that is not there yet begins at 0' \
	test "$(lengths s.1.$a)" = "$(bytes <rejects.$a | sed 's/.*/["rejects",&,&]/')"
ok 'and is not made' test ! -e rejects
{ restore 0 && echo bad && barrier 1 $a; } | stage $a --state s --rejects /dev/null
is_status 'a device has no part' 3
ok 'and no length' test -z "$(lengths s.1.$a)"
rm -f s.* rejects*

# A program without a state.
mkdir states
routed() { # NONCE [OPTION...]
	SML_CONTROL=$1 SML_STATE=states run smlroute -k id -a a=50 -a b=50 --out a=a.out --exposure seen
}
for id in 1 2 3 4 5 6; do echo '{"id":'$id'}'; done >six
{ restore 0 && cat six && barrier 1 $a && cat six; } >in
routed $a <in
is_status 'a program without a state that writes side files' 0
routes=$(cd states && echo ./*.1.$a) routes=${routes%.1.*}
ok 'has a snapshot of their lengths' test "$(lengths states/$routes.1.$a | wc -l)" -eq 2
ok 'of what they had at the barrier' test "$(lengths states/*.1.$a | grep seen)" = \
	"$(head -n 6 seen.$a | bytes | sed 's/.*/["seen",&,&]/')"
head -n 6 seen.$a >seen
lengths states/*.1.$a | sed -n 's/.*a.out",\([0-9]*\).*/\1/p' >n
head -c "$(cat n)" a.out.$a >a.out
{ restore 1 $a && cat six && barrier 2 $b; } >in
routed $b <in
is_status 'a restore' 0
ok 'goes on there' test "$(lengths states/*.2.$b | sort)" = \
	"$(for f in a.out seen; do echo "[\"$f\",$(($(bytes <$f) * 2)),$(bytes <$f)]"; done)"
c=00000000000000cc
restore 1 $a | SML_CONTROL=$c SML_STATE=states run smlroute -k id -a a=50 -a b=50 --out a=a.out --exposure other
fails 'with other side files it has no snapshot' 'states/smlroute-.*: No such file'
rm -rf states seen* a.out* other*
# By hand, without an attempt: the files themselves are cut back.
mkdir states
byhand() {
	SML_CONTROL=1 SML_STATE=states run smlroute -k id -a a=100 --exposure seen
}
{ restore 0 && cat six && barrier 1 && cat six; } | byhand
{ restore 1 && cat six && barrier 2; } | byhand
is_status 'without nonces' 0
ok 'side files are cut back to the snapshot' test "$(wc -l <seen)" -eq 12
rm -r states seen

# --- models

jq -nc 'range(40) | {x: ., y: (2 * .)}' >points
learn() { SML_CONTROL=$1 run smllearn -y y -f x -m model --state l; }
run smllearn -y y -f x -m want points
{ restore 0 && head -n 20 points && barrier 1 $a && tail -n 20 points && barrier 2 $a; } | learn $a
is_status 'a model in an attempt' 0
ok 'is not written' test ! -e model
ok 'nor locked' test ! -e model.lock
as_want() { # SNAPSHOT: its model is the one that a plain run makes
	jq -j '.replaces.text // empty' "$1" >got && test -s got && cmp want got
}
ok 'but is in the snapshot, for whoever commits it' as_want l.2.$a
ok 'with its path from the root, and its permissions' \
	jq -es --arg here "$here" '.[-2].replaces | .path == $here + "/model" and .mode == 384' l.2.$a
{ restore 1 $a && tail -n 20 points && barrier 2 $b; } | learn $b
ok 'a restore goes on from the state' as_want l.2.$b
{ restore 0 && cat points && barrier 1 $b && echo "$end" && barrier 2 $b; } | learn $b
ok 'also in the snapshot behind the end' as_want l.2.$b
ok 'nothing is left behind' test "$(ls -d want*)" = 'want
want.lock'

# --- what cannot be read again, and what a stage's children see

# repeats NAME REGEX COMMAND...: the command ends at a mark with this message
repeats() {
	that=$1 why=$2
	shift 2
	{ restore 0 && echo '{"k":"x","id":1,"t":1,"v":1}' && mark 1; } >in
	SML_CONTROL=$a run "$@" <in
	fails "$that refuses marks" "$why: smlrun needs --snapshot-every 1"
	{ restore 0 && echo '{"k":"x","id":1,"t":1,"v":1}' && barrier 1 $a; } >in
	SML_CONTROL=$a run "$@" <in
	is_status "$that takes barriers" 0
}
model='a=100:exec:sed -u "s/.*/{\"prediction\":\"$SML_CONTROL$SML_STATE.\"}/"'
repeats 'smlroute with a co-process' 'a co-process may answer otherwise when it is asked again' smlroute -k id -a "$model"
SML_STATE=$tmp SML_CONTROL=$a run smlroute -k id --exec-env SML_CONTROL,SML_STATE -a "$model" <in
ok 'no child sees SML_CONTROL and SML_STATE' grep -q '"prediction":"\."' .out
echo '{"k":"x","t":1,"v":1}' | smlfeat put -q -k k -t t
repeats 'smlfeat get' 'the store may answer otherwise when it is asked again' smlfeat get -k k -f v --overwrite
repeats_not() { # COMMAND...
	{ restore 0 && echo '{"k":"x","id":1,"t":1,"v":1}' && mark 1; } >in
	SML_CONTROL=$a run "$@" <in
	is_status "a mark: $*" 0
}
repeats_not smlroute -k id -a a=100
repeats_not smlroute -k id -a a=100:const:1
repeats_not smlfeat put -k k -t t
SML_STATE=$tmp SML_CONTROL=$a run smlfeat put -k k <in
is_status 'smlfeat put by the clock is wrong usage with SML_STATE' 2
is_err 'and says what it needs' 'put needs -t under smlrun'
SML_STATE=$tmp SML_CONTROL=$a run smlfeat del -k k <in
is_status 'and so is del' 2
SML_STATE=$tmp SML_CONTROL=$a run smlfeat put -k k --layout string -s redis+unix:nowhere --on-failure stop <in
is_status 'but not with --layout string, which takes no -t' 75

# --- how it ends

# out_is NAME LINE...: these are the last lines of the output
out_is() {
	that=$1
	shift
	printf '%s\n' "$@" >want
	tail -n $# .out >got
	ok "$that" diff want got
}
done='{"$sml":"done","tool":"smlecho","status":0}'
printf '{"k":1}\n' | run smlecho -k k --state f # two records are in it now, and there are three
cp f before
{ restore 0 && echo '{"k":1}' && echo "$end"; } | stage $a --state s
is_status 'a good end' 0
out_is 'says so, behind the end' "$end" "$done"
{ restore 0 && echo '{"k":1}' && barrier 1 $a; } | stage $a --state s
is_status 'an input that ends without an end line is no failure' 0
out_is 'and says so' "$(barrier 1 $a)" "$done"
stage $a --state s </dev/null
is_status 'nor is an empty one' 0
out_is 'that says so too' "$done"
{ restore 0 && echo '{"k":1}' && printf '{"k":1'; } | stage $a --state s
is_status 'half a line that a killed stage has left is no bad record' 0
ok 'nor a record' test "$(grep -c nth .out)" -eq 1
{ restore 0 && echo no && echo "$end"; } | stage $a --state s --rejects rejects
out_is 'the status is the program'"'"'s' "$end" '{"$sml":"done","tool":"smlecho","status":3}'
{ restore 0 && barrier 1 $a && echo "$end" && barrier 2 $a && echo "$done"; } | stage $a --state s
is_status 'behind the end there may be a barrier, and how others ended' 0
out_is 'which are obeyed and forwarded' "$end" "$(barrier 2 $a)" "$done" "$done"
ok 'the barrier has its snapshot' test -f s.2.$a
for more in '{"k":1}' no "$end" '{"$sml":"mark","id":2}' '{"$sml":"hello"}'; do
	{ restore 0 && barrier 1 $a && echo "$end" && printf '%s\n' "$more"; } |
		stage $a --state s --rejects rejects
	fails "anything else is an error: $more" 'stdin:4: a line after the one that ended the stream'
done

{ restore 0 && echo '{"k":1}' && echo '{"k":"\"\u00e9' && echo '{"k":1}' && barrier 1 $a; } |
	stage $a --state s
is_status 'a bad record ends a stage' 1
ok 'its last line says why, and shows the record' jq -es 'length == 3 and (.[2] | .["$sml"] == "failed" and
	.tool == "smlecho" and .status == 1 and .record and (.error | test("string")) and .raw == "{\"k\":\"\\\"\\u00e9")' .out
cp .out in
stage $a --state t --overwrite <in
is_status 'the next stage ends too' 1
is_err 'with a message of its own' '^smlecho: ends, because "smlecho" failed$'
ok 'and adds nothing to it' test "$(tail -n 1 .out)" = "$(tail -n 1 in)"
{ restore 0 && printf '{"k":"\377"\n'; } | stage $a --state s
ok 'a record that is no UTF-8 is shown as --rejects shows it' jq -es '.[1].raw.base64 == "eyJrIjoi/yI="' .out
{ restore 0 && printf '{"k":%070000d\n' 0; } | stage $a --state s
ok 'a long one is not' jq -es '.[1] | .record and (has("raw") | not)' .out
{ restore 0 && barrier 2 $a; } | stage $a --state s
ok 'no record is at fault where none is' jq -es '.[1] | (has("record") or has("raw") | not) and
	(.error | test("out of sequence"))' .out
control_out() { # the same by hand
	{ echo '{"$sml":"begin"}' && echo no; } | run smlecho -k k --control
	test "$(cat .out)" = '{"$sml":"begin"}'
}
ok 'without SML_CONTROL nobody is told' control_out
{ restore 0 && echo no && echo "$end"; } | stage $a --state s --rejects /dev/full
ok 'a side file that cannot be written is a failure' jq -es '.[2] | .["$sml"] == "failed" and
	(.error | test("No space left"))' .out
{ restore 0 && seq 4000 | sed 's/.*/{"id":&}/' && echo "$end"; } |
	SML_CONTROL=$a run smlroute -k id -a a=100 --out a=/dev/full
ok 'but no record'"'"'s' jq -es '.[-1] | .["$sml"] == "failed" and
	(.error | test("No space left")) and (has("record") or has("raw") | not)' .out
{ restore 0 && echo '{"x":1}' && echo "$end"; } | SML_CONTROL=$a run smllearn -y nay -f x --state n
fails 'what is known only at the end is a failure too' 'no record had the target "nay"; they had "x"'
out_is 'that the last line knows of' '{"$sml":"failed","tool":"smllearn","status":1,"error":"no record had the target \"nay\"; they had \"x\""}'

# --- signals

{ restore 0 && printf '{"k":1}\n%.0s' 1 2 3 && echo "$end"; } >in
signalled() { # STEPS: feeds in to a stage
	wrap=${SML_WRAP-}
	(
		SML_WRAP=
		SML_CONTROL=$a run feed "$1" in $wrap smlecho -k k --state s
	)
}
for first in TERM INT; do
	signalled 40,$first,60,70
	is_status "a stage ignores the first $first" 0
	ok 'and ends with its input' grep -q '"nth":3' .out
done
signalled 40,TERM,INT,60,70
is_status 'a second signal is obeyed as the first one elsewhere' 0
ok 'to the end of the pipe' grep -q '"nth":3' .out
ok 'FILE is not saved even then' test ! -e s
plan
