#!/bin/sh
# The library of faults itself, with programs of the system: a fault that does not happen proves nothing.
. "${0%/*}/lib.sh"

seq 1000 >in
none='status=none'

faulty '' dd if=in of=out bs=70 $none
is_status 'without faults all goes well' 0
ok 'and nothing is altered' cmp in out

faulty short=3 dd if=in of=out bs=100
is_status 'short transfers are no failure' 0
is_err 'every transfer was a part' '^0\+1298 records out'
ok 'and nothing is lost' cmp in out

faulty eintr=2 dd if=in of=out bs=100
is_err 'interrupted calls are tried again' '^38\+1 records out'
ok 'and nothing is lost by them' cmp in out

faulty write=ENOSPC@100 dd if=in of=out bs=70
is_status 'a full disk is a failure' 1
is_err 'of that name' 'No space left on device'
ok 'after exactly so many bytes' test "$(wc -c <out)" -eq 100
is_err 'the last of them by a short write' '^100 bytes'

faulty read=EIO@140 dd if=in of=out bs=70
is_err 'a read fails' 'Input/output error'
ok 'after what was before it' test "$(wc -c <out)" -eq 140

faulty write=EPIPE@1000 dd if=in of=out bs=100 $none
is_status 'a reader that goes away comes with its signal' 141
ok 'after what it took' test "$(wc -c <out)" -eq 1000

faulty only=/out,read=EIO dd if=in of=out bs=70 $none
is_status 'other files are spared' 0
faulty only=/in,read=EIO dd if=in of=out bs=70 $none
is_err 'the one that was meant is not' 'Input/output error'

faulty fsync=EIO dd if=in of=out conv=fsync $none
is_err 'fsync fails' 'fsync failed'
faulty fsync=EIO@1 dd if=in of=out conv=fsync $none
is_status 'or only a later one' 0
faulty close=EDQUOT dd if=in of=out $none
is_err 'close fails' 'quota exceeded'
faulty rename=EXDEV perl -e 'rename "in", "other" or die $!'
is_err 'rename fails' 'Invalid cross-device link'
ok 'and nothing was renamed' test -e in

faulty count=one sort -S 64K -o out in
faulty count=two sort -S 64K -o out in
ok 'allocations are counted' test "$(cat one)" -gt 10
ok 'the same for the same work' cmp one two
faulty nomem=1+ sort -S 64K -o out in
is_err 'memory is short' 'memory exhausted'
faulty nomem="$(($(cat one) + 1))+" sort -S 64K -o out in
is_status 'but not before it should be' 0

faulty shrot=3 true
is_status 'a fault that there is not is refused' 125
faulty write=ENOSPACE true
is_err 'an error that there is not too' 'write=ENOSPACE: no name of an error'
plan
