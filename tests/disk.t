#!/bin/sh
# Descriptors that fail, and transfers that are short.  A run is right, or reports that it is not, and a
# state is the old one or the new one.  Tried with smlecho, because all tools write by the same modules.
# shellcheck disable=SC2086 # $learn is a command and its options
. "${0%/*}/lib.sh"

{
	seq 1 200 | sed 's/.*/{"k":"\\u0061 &","v":&.5}/'
	echo 'no record'
	seq 1 50 | sed 's/.*/{"k":"a &"}/'
} >in
head -n 100 in >part
smlecho -k k --twice v --default v=1 --rejects rejects.want --state want in >out.want
[ $? -eq 3 ] || exit 1
smlecho -k k --twice v --default v=1 --rejects rejects --state old part >/dev/null || exit 1

# failing FAULTS [OPTION...]: a run with these faults, which goes on from the state "old"
failing() {
	faults=$1
	shift
	cp old state
	: >rejects
	faulty "$faults" smlecho -k k --twice v --default v=1 --rejects rejects --state state "$@" in
}
unharmed() { cmp old state && ! ls state.[!l]* 2>/dev/null; }

# fails NAME FAULTS REGEX
fails() {
	that=$1
	failing "$2"
	is_status "$that: a failure" 1
	is_err "$that: is said" "^smlecho: .*$3"
	ok "$that: once" test "$(grep -c . .err)" -eq 1
	ok "$that: the old state is as it was, and alone" unharmed
}

failing ''
is_status 'without faults all goes well' 3
cp .out good
cp state new
cp rejects rejects.good
goes_well() { cmp .out good && cmp rejects rejects.good && cmp state new; }
for faults in short=1 short=7,eintr=3 eintr=2; do
	failing "$faults"
	is_status "$faults is no failure" 3
	ok 'output, side file and state are the same' goes_well
done

fails 'a read that fails' read=EIO@3000,only=/in 'cannot read in: Input/output error'
for after in 0 1 500 4000; do
	fails "a full disk after $after bytes of output" write=ENOSPC@$after,only=/.out \
		'cannot write standard output: No space left on device; the state was not saved'
	ok 'what was written before is right' cmp .out good -n "$(wc -c <.out)"
	fails "a full disk after $after bytes of state" write=ENOSPC@$after,only=tmp 'state.*: No space'
done
fails 'a device that fails on output' write=EIO,only=/.out 'standard output: Input/output error'
fails 'a device that fails on state' write=EIO,only=tmp 'state.*Input/output error'
fails 'output that cannot be synced' fsync=EIO,only=/.out 'standard output: Input/output error'
fails 'a state that cannot be synced' fsync=EIO,only=tmp 'state.*Input/output error'
fails 'a state that cannot be renamed' rename=EACCES 'state.*Permission denied'
failing close=EDQUOT,only=/state
is_status 'a state that cannot be closed, though it was synced' 1
is_err 'is said' 'state: cannot be closed: .*quota exceeded'
ok 'and the new one is there' cmp state new
fails 'a full disk under --rejects' write=ENOSPC,only=/rejects 'rejects: No space left on device'
yes 'no record' | head -n 20000 >bad
faulty write=ENOSPC,only=/rejects smlecho -k k --rejects rejects --stats stats bad
ok 'rejects have nowhere to go: the run does not read on' jq -e '.records < 2000' stats
fails 'rejects that cannot be synced' fsync=EIO,only=/rejects 'rejects: Input/output error'

faulty close=EIO,only=/.out smlecho -k k part
is_status 'output that cannot be closed' 1
is_err 'is said' 'cannot write standard output: Input/output error'
faulty close=EIO,only=/rejects smlecho -k k --rejects rejects part
is_status 'rejects that cannot be closed' 1
is_err 'are named' '^smlecho: rejects: Input/output error'
faulty read=EIO,only=/old smlecho -k k --twice v --default v=1 --state old part
is_status 'a state that cannot be read' 1
is_err 'is named' 'old: .*Input/output error'

# At a barrier the snapshot must be on disk before the line is forwarded.
printf '%s\n' '{"$sml":"begin"}' '{"k":1}' '{"$sml":"barrier","id":1}' >marked
for faults in write=ENOSPC@10,only=tmp fsync=EIO,only=tmp rename=EIO fsync=EIO,only=/.out; do
	rm -f b b.*
	faulty $faults smlecho -k k --control --state b marked
	is_status "a barrier under $faults" 1
	ok 'is not forwarded' test "$(grep -c barrier .out)" -eq 0
	ok 'and leaves no snapshot behind' test ! -e b.1
done

# A new file is durable once its folder is on disk.
mkdir folder
faulty fsync=EIO,only=/folder smlecho -k k --state folder/s part
is_status 'a folder that cannot be synced' 1
is_err 'is said, for the state may be lost' 'folder/s: the folder of the new file cannot be synced: Input/output error'

# --- one commit point: a state and the model that belongs to it

seq 5 | sed 's/.*/{"x":&,"y":&}/' >five
learn='smllearn -y y -f x -m m --state s --quiet'
steps() { jq .steps m; }
for n in 1 2; do
	rm -f m s
	faulty rename=EIO@$n $learn five
	is_status "the rename after $n others fails" 1
	ok 'no temporary file is left' test ! -e "$(echo ./*.tmp)"
	$learn five
	ok 'and the same input, given again, counts once' test "$(steps)" = 5
done
rm -f m s
smllearn -y y -f x -m m --quiet five
faulty rename=EIO@2 $learn five
$learn five
ok 'what the model knew before the state counts too' test "$(steps)" = 10
cp m before
faulty write=ENOSPC@1,only=tmp $learn five
is_status 'a full disk' 1
ok 'is met before anything is replaced' cmp m before
plan
