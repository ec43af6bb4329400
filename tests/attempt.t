#!/bin/sh
# A stage under smlrun: attempts and their nonces, snapshots, side files, how it ends; sml-stream(7).
#
# SML_SHORT=1: all of it, for valgrind.
# shellcheck disable=SC2016,SC2086,SC2154 # $sml is none of ours; $SML_WRAP is words; $tmp is lib.sh's
. "${0%/*}/lib.sh"

a=00000000000000aa b=00000000000000bb
stage() { # NONCE OPTION...: smlecho as a stage of that attempt
	nonce=$1
	shift
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
	ok 'nothing comes out' test ! -s .out
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
fails 'but two stages cannot have one state' "the state s.$b is in use by process"

restore 2 | stage $b --state s
fails 'a restore without a nonce' 'restore names no nonce of its snapshot'
ok 'nothing comes out' test ! -s .out
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
plan
