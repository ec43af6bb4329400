#!/bin/sh
# smlfeat on LMDB: room, damage, faults, other processes, and being killed.
# SML_SHORT=1: fewer rounds, for valgrind; SML_KILLS: how many times put is killed (10).
. "${0%/*}/lib.sh"

# Options, and where the store is

echo '{"k":"a","t":1,"v":1}' >one
run smlfeat put -k k -t t one
ok 'the store is made where there is none, in ./features' test -f features/data.mdb
SML_STORE=lmdb:named smlfeat put -q -k k -t t one
ok 'or where SML_STORE says' test -f named/data.mdb
run smlfeat scan -s lmdb:nowhere
is_status 'what only reads makes none' 1
is_err 'but says that there is none' 'nowhere: cannot be opened: there is no store: is the path right. smlfeat put'
run smlfeat get -k k -f v -s lmdb:mistyped one --overwrite
is_status 'get makes none either' 1
is_err 'and says what to do' 'mistyped: cannot be opened: there is no store: is the path right. smlfeat put'
mkdir folder
for command in scan dump stat sweep 'get -k k'; do
	# shellcheck disable=SC2086 # words
	smlfeat $command -s lmdb:folder <one >out 2>err
done
ok 'nobody who reads leaves anything behind' sh -c '[ ! -e nowhere ] && [ ! -e mistyped ] && [ -z "$(ls -A folder)" ]'
for i in 1 2 3 4 5; do
	rm -rf early
	seq 300 | sed 's/.*/{"k":"n&","t":&,"v":&}/' | smlfeat put -k k -t t -s lmdb:early |
		smlfeat get -k k -t t -f v --as v=now -s lmdb:early >>early.out
done
seq 300 | sed 's/.*/{"k":"n&","t":&,"v":&,"now":&}/' >want
cat want want want want want >wanted
ok 'but it may start before the put that makes one' cmp wanted early.out
smlfeat put -q -k k -t t -s lmdb:early --prefix other: one
mkfifo asks replies
smlfeat get -k k -f v --nest in -s lmdb:early --prefix new: <asks >replies &
exec 5>asks 6<replies
cat one >&5
read -r line <&6
ok 'under a prefix that nobody has put there is nothing' test "$line" = '{"k":"a","t":1,"v":1,"in":{"v":null}}'
smlfeat put -q -k k -t t -s lmdb:early --prefix new: one
cat one >&5
read -r line <&6
ok 'until somebody does' test "$line" = '{"k":"a","t":1,"v":1,"in":{"v":1}}'
exec 5>&- 6<&-
wait
rm -f asks replies
mkdir begun
: >begun/data.mdb
run smlfeat scan -s lmdb:begun
is_err 'one whose maker was killed at once is empty' 'begun: cannot be opened: it is empty'
run smlfeat get -k k -f v -s lmdb:begun one --overwrite
is_err 'to get, too' 'begun: cannot be opened: it is empty: .*smlfeat put completes it'
smlfeat put -q -k k -t t -s lmdb:begun one
run smlfeat get -k k -f v -s lmdb:begun one --overwrite
is_out 'put makes it whole' <<-EOT
	{"k":"a","t":1,"v":1}
EOT
run smlfeat put -k k -s lmdb:one one
is_status 'a file is no store' 1
run smlfeat put -k k -s mysql:x one
is_status 'nor is any other address' 2
run smlfeat put -k k -s lmdb: one
is_status 'nor none' 2
run smlfeat get -k k -f x --default y=1 one
is_status 'a default is for a feature that is asked for' 2
run smlfeat put -k k -f v --ttl-for w=1s one
is_status 'so is a --ttl-for' 2
run smlfeat get -k k -f x --default x=1 --default x=2 one
is_status 'and one is enough' 2
run smlfeat put -k k --ttl-for v=1s --ttl-for v=2s one
is_status 'of both' 2
run smlfeat put -k k --on-failure default one
is_status 'put cannot go on without a store' 2

# Keys

awk 'BEGIN { for (n = 511; n <= 512; n++) {
	k = sprintf("%*s", n, ""); gsub(/ /, "x", k); print "{\"k\":\"" k "\",\"v\":" n "}" } }' >long
run smlfeat put -q -k k --rejects rejects long
is_status 'a key of more than 511 bytes is refused' 3
ok 'and said to be' grep -q 'a key of 512 bytes: LMDB takes at most 511","source":"long","line":2' rejects
head -n 1 long >longest
run smlfeat get -k k -f v --status s --overwrite longest
ok 'one of 511 is taken' grep -q '"v":511,"s":"hit"' .out
smlfeat put -q -k k --ttl 1s --now 2026-01-01T00:00:00Z longest
run smlfeat sweep --now 2026-01-01T00:00:01Z
is_out 'and swept' <<-EOT
	{"entities":0,"features":0,"misplaced":0}
EOT

smlfeat put -q -k k <<'EOT'
{"k":"names","a,b":1,"c\\d":2}
EOT
echo '{"k":"names"}' >asked
run smlfeat get -k k -f ' a\,b , c\\d' --default 'a\,b=0' asked
is_out 'a name may have a comma in it, behind a backslash; blanks around it are no part of it' <<-'EOT'
	{"k":"names","a,b":1,"c\\d":2}
EOT
run smlfeat get -k k -f x,,y asked
is_status 'a list that lacks a name is wrong usage' 2
run smlfeat get -k k -f x,y,x asked
is_status 'so is one that has one twice' 2

# Members of the record that are its key or time are not features, however they are spelt.
echo '{"k":"m","o":{"t":5},"v":1}' >members
smlfeat put -q -k /k -t o.t -s lmdb:own members
echo '{"k":"n","t":5,"v":1}' >members
smlfeat put -q -k k -t /t -s lmdb:own members
run smlfeat scan -s lmdb:own
is_out 'a member that holds more than the time is a feature' <<-EOT
	{"key":"m","features":{"o":{"value":{"t":5},"time":"1970-01-01T00:00:00.005Z"},"v":{"value":1,"time":"1970-01-01T00:00:00.005Z"}}}
	{"key":"n","features":{"v":{"value":1,"time":"1970-01-01T00:00:00.005Z"}}}
EOT
printf '%s\n' '{"a.b":"k","v":1,"o.t":5}' '{"a":{"b":"l"},"a.b":2,"o":{"t":5},"o.t":6}' |
	smlfeat put -q -k a.b -t o.t -s lmdb:dotted
run smlfeat scan -s lmdb:dotted
is_out 'a member with a dot in its name is none where it holds the key or the time' <<-EOT
	{"key":"k","features":{"v":{"value":1,"time":"1970-01-01T00:00:00.005Z"}}}
	{"key":"l","features":{"a":{"value":{"b":"l"},"time":"1970-01-01T00:00:00.005Z"},"a.b":{"value":2,"time":"1970-01-01T00:00:00.005Z"},"o":{"value":{"t":5},"time":"1970-01-01T00:00:00.005Z"},"o.t":{"value":6,"time":"1970-01-01T00:00:00.005Z"}}}
EOT
printf '{"k":"%s","v":1}\n' b 'a b' a B 'a!' é 10 9 | smlfeat put -q -k k -s lmdb:sorted
smlfeat scan -s lmdb:sorted | sed 's/{"key":"\([^"]*\)".*/\1/' >keys
ok 'scan goes by the bytes of keys' sort -c keys

# Time

echo '{"k":"s","t":1700000000,"v":1}' >seconds
run smlfeat put -k k -t t -s lmdb:units seconds
ok 'the first time decides what a number counts' test ! -s .err
{ echo '{"k":"s","t":5}' && cat seconds; } >doubtful
run smlfeat get -k k -t t -f v --nest f -s lmdb:units doubtful
is_err 'a time that looks like another unit than the one assumed is warned of' 'doubtful:2: warning: the time looks as if it counted s, but ms was assumed, because the first one showed no unit: give --time-unit'
run smlfeat get -k k -t t --time-unit s -f v --nest f -s lmdb:units --now 2001-01-01T00:00:00Z seconds
cp .out before
run smlfeat get -k k -t t --time-unit s -f v --nest f -s lmdb:units seconds
ok 'with -t the clock has no say' cmp before .out
printf '{"k":"c"}\n{"k":"c"}\n' >asked
echo '{"k":"c","v":1}' | smlfeat put -q -k k --ttl 1h --now 2026-01-01T00:00:00Z -s lmdb:clock
run smlfeat get -k k -f v --status s --now 2026-01-01T00:59:59.999999999Z -s lmdb:clock asked
is_out 'without -t the clock tells what has expired' <<-EOT
	{"k":"c","v":1,"s":"hit"}
	{"k":"c","v":1,"s":"hit"}
EOT
run smlfeat get -k k -f v --status s -s lmdb:clock asked
is_out 'the real one, too' <<-EOT
	{"k":"c","v":null,"s":"expired"}
	{"k":"c","v":null,"s":"expired"}
EOT
run smlfeat stat -s lmdb:clock --now 2026-01-01T01:00:00Z
ok 'stat counts' grep -q '^{"entities":1,"features":1,"deletions":0,"expired":1,"bytes":[0-9]*,"oldest":"2026-01-01T00:00:00Z","newest":"2026-01-01T00:00:00Z"}$' .out
run smlfeat sweep -s lmdb:clock
is_out 'sweep goes by the clock where put did' <<-EOT
	{"entities":1,"features":1,"misplaced":0}
EOT
cat >ahead <<'EOT'
{"k":"now","t":"2020-01-01T00:00:00Z","v":1}
{"k":"then","t":"2150-01-01T00:00:00Z","v":1}
EOT
smlfeat put -q -k k -t t --ttl 36500d -s lmdb:future ahead
run smlfeat sweep -s lmdb:future
is_out 'an event of the year 2150 sweeps nothing before its time' <<-EOT
	{"entities":0,"features":0,"misplaced":0}
EOT
run smlfeat scan -s lmdb:future
ok 'nor does scan hide anything' test "$(wc -l <.out)" -eq 2
run smlfeat stat -s lmdb:future
ok 'nor does stat count it' grep -q '"expired":0' .out
run smlfeat stat -s lmdb:future --event-time-only
ok 'unless the event times alone are to decide' grep -q '"expired":1' .out
run smlfeat scan -s lmdb:future --event-time-only
ok 'so with scan' test "$(wc -l <.out)" -eq 1
run smlfeat sweep -s lmdb:future --event-time-only
is_out 'and sweep' <<-EOT
	{"entities":1,"features":1,"misplaced":0}
EOT
cat >ahead <<'EOT'
{"k":"a","t":"2020-01-01T00:00:00Z","v":1}
{"k":"a","t":"2100-01-01T00:00:00Z","v":"wrong"}
{"k":"a","t":"2020-01-01T00:00:01Z","v":2}
EOT
run smlfeat put -k k -t t --max-ahead 1h --rejects refused -s lmdb:sane ahead
is_status 'with --max-ahead an event of the year 2100 is a bad record' 3
run smlfeat scan -s lmdb:sane
is_out 'and does not win over those that follow' <<-EOT
	{"key":"a","features":{"v":{"value":2,"time":"2020-01-01T00:00:01Z"}}}
EOT
ok 'it is in --rejects, with the place of its time' \
	grep -q '"the time is ahead of all before it by .*--max-ahead 1h","source":"ahead","line":2,"byte":14,' refused
run smlfeat del -q -k k -t t --max-ahead 1h --rejects refused -s lmdb:sane ahead
echo '{"k":"a","t":"2020-01-01T00:00:02Z","v":3}' | smlfeat put -q -k k -t t -s lmdb:sane
run smlfeat scan -s lmdb:sane
is_out 'nor does its deletion' <<-EOT
	{"key":"a","features":{"v":{"value":3,"time":"2020-01-01T00:00:02Z"}}}
EOT
run smlfeat put -k k --max-ahead 1h -s lmdb:sane ahead
is_status 'without -t there is nothing to compare' 2
echo '{"k":"c","t":"yesterday","v":1}' >bad
run smlfeat put -k k -t t bad
is_err 'a bad time is said' '^smlfeat: bad:1:15: t: '
printf '{"k":"c","t":1,"v":1}\n{"k":"c","t":11,"v":1}\n{"k":"c","t":5,"w":1}\n' |
	smlfeat put -q -k k -t t --ttl 6ms --stats stats -s lmdb:late
ok 'what had expired already is counted' grep -q '"written":3,"older":0,"expired":1' stats

smlfeat get -k k -f v -s lmdb:late --overwrite --metrics metrics.prom one >/dev/null
ok 'who only reads knows how large the store is' \
	grep -Eq '^sml_store_bytes\{.*\} [1-9][0-9]{3,}$' metrics.prom

# Room

seq 3000 | sed 's/.*/{"k":"k&","v":"&-................................................................"}/' >many
run smlfeat put -k k -s lmdb:small --map-size 1Mi --depth 100 many many many many
is_status 'a store that may not grow is full' 1
is_err 'says so, and what to do' 'small: the store has grown to its --map-size of 1048576 bytes: '
mv .out passed
ok 'some records had gone on' test -s passed
run smlfeat get -k k -f v --nest in -s lmdb:small passed
ok 'all of those are in it' sh -c '! grep -q "\"v\":null" .out && [ "$(wc -l <.out)" -gt 0 ]'
run smlfeat put -q -k k -s lmdb:small many
is_status 'and it goes on with more room' 0
run smlfeat scan -s lmdb:small
ok 'holding everything' test "$(wc -l <.out)" -eq 3000

large=$(head -c 100000 /dev/zero | tr '\0' x)
for i in $(seq 900); do
	printf '{"k":"%s","v":"%s"}\n' "$i" "$large"
done >large
mkfifo slow answers
(
	echo '{"k":"w","v":1}'
	read -r line <answers
	echo '{"k":"w","v":2}'
) | smlfeat put -k k -s lmdb:grown >slow &
mkfifo asks replies
smlfeat get -k k -f v -s lmdb:grown <asks >replies &
exec 3<slow 5>asks 6<replies
read -r line <&3
run smlfeat put -q -k k -s lmdb:grown --sync never --stats stats large
is_status 'a store grows by itself' 0
ok 'which is counted' grep -q '"map_growths":[1-9]' stats
echo go >answers
read -r line <&3
ok 'a writer goes on in what another one made larger' test "$line" = '{"k":"w","v":2}'
echo '{"k":"900"}' >&5
read -r line <&6
ok 'and so does a reader' test "$line" = "{\"k\":\"900\",\"v\":\"$large\"}"
echo '{"k":"w"}' >&5
read -r line <&6
ok 'which sees what is new' test "$line" = '{"k":"w","v":2}'
exec 3<&- 5>&- 6<&-
wait

# Records that wait for their transaction are limited in bytes, not only in number.
wide() { awk 'BEGIN { x = "x"; while (length(x) < 1000000) x = x x
	for (i = 0; i < 500; i++) print "{\"k\":" i ",\"v\":" i ",\"x\":\"" x "\"}" }'; }
within() { prlimit --as=400000000 "$@"; }
if [ -n "${SML_SHORT-}" ] || ! within smlfeat --version >/dev/null 2>&1; then
	skip 'long records do not pile up in memory' 'too slow, or the sanitizer needs more memory'
else
	puts_wide() { wide | within smlfeat put -k k -f v -s lmdb:wide | wc -l >count && [ "$(cat count)" -eq 500 ]; }
	ok 'long records do not pile up in memory' puts_wide
fi

# Damage

smlfeat put -q -k k -s lmdb:sound many
copy() { rm -rf broken && cp -r sound broken; }
copy
LC_ALL=C sed -i 's/smlfeat 1/smlfeat 2/g' broken/data.mdb
run smlfeat put -k k -s lmdb:broken one
is_status 'a store of another version is refused' 1
is_err 'with both' 'format is "smlfeat 2", not "smlfeat 1"'
run smlfeat get -k k -f v -s lmdb:broken one
is_status 'to a reader, too' 1
copy
head -c 40960 /dev/urandom >broken/data.mdb
run smlfeat get -k k -f v -s lmdb:broken one
is_err 'a file of something else is refused' 'broken: .* it is no LMDB store'
copy
LC_ALL=C sed -i 's/"1234-..../"1234-..:./' broken/data.mdb
echo '{"k":"k1234"}' >asked
run smlfeat get -k k -f v -s lmdb:broken asked
is_status 'a value that changed on disk is not given' 1
is_err 'and said' 'broken: the store is damaged at the key "k1234"'
is_out 'with no record' </dev/null
run smlfeat dump -s lmdb:broken
is_status 'nor dumped' 1
run smlfeat dump -s lmdb:broken --rejects rejects.dump
is_status 'but the others are, with --rejects' 3
ok 'all of them' test "$(wc -l <.out)" -eq 2999
ok 'and its key is known' grep -q '"raw":"k1234"}$' rejects.dump
run smlfeat del -q -k raw -s lmdb:broken rejects.dump
is_status 'del does not touch it' 1
run smlfeat del -q -k raw -s lmdb:broken --foreign --ttl 1s --now 2026-01-01T00:00:00Z rejects.dump
is_status 'unless by --foreign' 0
run smlfeat dump -s lmdb:broken
is_status 'and the store is sound again' 0
run smlfeat sweep -s lmdb:broken
is_out 'as a sweep finds it' <<-EOT
	{"entities":1,"features":1,"misplaced":0}
EOT
copy
truncate -s 16384 broken/data.mdb
run smlfeat scan -s lmdb:broken
is_status 'a file that was cut short is a failure' 1
is_err 'and said' 'broken: .*damaged|cut short'

# check reads in a child process, because a damaged store may crash LMDB.
awk '{ print "{\"k\":\"k" NR "\",\"t\":" NR ",\"v\":\"" NR "-....\"}" }' many >timed
smlfeat put -q -k k -t t --ttl 1h -s lmdb:checked timed
run smlfeat check -s lmdb:checked
is_status 'check finds a sound store sound' 0
is_out 'and counts' <<-EOT
	{"entities":3000,"damaged":0}
EOT
rm -rf broken && cp -r checked broken
LC_ALL=C sed -i 's/"1234-..../"1234-..:./; s/"2345-..../"2345-..:./' broken/data.mdb
run smlfeat check -s lmdb:broken
is_status 'damage is a failure' 1
is_out 'that is counted' <<-EOT
	{"entities":2998,"damaged":2}
EOT
is_err 'and said: each entity' 'the key "k1234"'
is_err 'by its key' 'the key "k2345"'
run env --ignore-signal=CHLD smlfeat check -s lmdb:broken
is_status 'also where the parent ignores SIGCHLD' 1
# shellcheck disable=SC2154 # lib.sh sets it
python3 "$tests/smlfeat/damage.py" index
run smlfeat check -s lmdb:broken
is_out 'an index that is wrong about an entity is damage, too' <<-EOT
	{"entities":3000,"damaged":1}
EOT
is_err 'and said' 'wrong entries in the index of what expires: 1;'
ok 'there is a file that crashes LMDB' python3 "$tests/smlfeat/damage.py" crash
ASAN_OPTIONS=$ASAN_OPTIONS:handle_segv=0:handle_abort=0 smlfeat check -s lmdb:broken 2>.err
ok 'check survives it' test $? -eq 1
is_err 'and says so' 'smlfeat: the store is damaged: reading it ended in a crash \('
# The messages do not fit into a pipe, so the run waits in the middle.
LC_ALL=C sed 's/-\.\.\.\."/-..:."/g' checked/data.mdb >broken/data.mdb
mkfifo messages
ended() {
	smlfeat check -s lmdb:broken >counts 2>messages &
	pid=$!
	exec 7<messages
	read -r line <&7
	# shellcheck disable=SC2046 # ps writes blanks
	kill $(ps -o pid= --ppid $pid)
	cat <&7 >rest
	wait $pid
	[ $? -eq 143 ] && [ "$(wc -l <rest)" -lt 2999 ] && [ ! -s counts ]
}
ok 'a check that a signal ends counts nothing' ended

# Permissions: as another user if root runs the test.
nobody=
[ "$(id -u)" -ne 0 ] || nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
chmod 755 .
chmod -R a-w sound
# shellcheck disable=SC2086 # words
if $nobody smlfeat --version >/dev/null 2>&1; then
	run $nobody smlfeat put -k k -s lmdb:sound one
	is_status 'a read-only folder is a failure' 1
	is_err 'and said' 'sound: cannot be opened: Permission denied'
else
	skip 'a read-only folder is a failure' 'somebody else cannot run smlfeat here'
fi
chmod -R u+w sound

# Faults

for fault in write=ENOSPC@9000 write=EIO fsync=EIO fsync=EIO@3; do
	rm -rf full
	smlfeat put -q -k k -s lmdb:full one
	faulty "$fault,only=.mdb" smlfeat put -k k -s lmdb:full --depth 500 many
	is_status "$fault: a failure" 1
	is_err "$fault: is said" 'full: cannot be (written|opened): (Input/output|No space)'
	mv .out passed
	run smlfeat get -k k -f v --nest in --status s -s lmdb:full passed
	ok "$fault: what went on is stored" sh -c '! grep -v "\"s\":\"hit\"" .out'
	run smlfeat put -q -k k -s lmdb:full many
	is_status "$fault: and it goes on" 0
done
{
	echo '{"$sml":"begin"}'
	cat one
	echo '{"$sml":"barrier","id":1}'
	cat one
} >control
rm -rf synced
smlfeat put -q -k k -t t -s lmdb:synced one
faulty fsync=EIO,only=.mdb smlfeat put -k k -t t --control --sync barrier -s lmdb:synced control
is_status '--sync barrier: a sync that fails is a failure' 1
is_out 'which the barrier does not outlive' <<-EOT
	{"\$sml":"begin"}
	{"k":"a","t":1,"v":1}
EOT
faulty fsync=EIO,only=.mdb smlfeat put -k k -t t --control --sync never -s lmdb:synced control
is_status '--sync never: nothing is synced' 0
smlfeat put -k k -t t many -s lmdb:synced >/dev/full 2>message
ok 'a full output is a failure' test $? -ne 0
faulty short=1,only=many smlfeat put -k k -s lmdb:cut many
ok 'short reads alter nothing' cmp .out many

# One of the allocations is simdjson's own; if it fails, std::terminate ends the program.
says_that_memory_is_short() {
	head -n 3 many >few
	"$@" few >/dev/null || return
	faulty count=allocations "$@" few
	step=$((${SML_SHORT:+40} + 1))
	for i in $(seq 1 $step "$(cat allocations)"); do
		faulty nomem="$i" "$@" few
		[ "$(cat .status)" = 0 ] || grep -Eq 'ut of memory|Cannot allocate|^terminate called' .err ||
			{ echo "allocation $i"; cat .status .err; return 1; }
	done
}
ok 'memory that is short is said by put' says_that_memory_is_short smlfeat put -k k --ttl 1s -s lmdb:nomem
ok 'and by get' says_that_memory_is_short smlfeat get -k k -f v --overwrite --cache 2 -s lmdb:nomem

copies() { for _ in $(seq "$1"); do cat many; done; }
allocations() {
	copies "$1" >copied
	faulty count="count.$1" smlfeat get -k k -f v --nest in -s lmdb:full copied
}
allocations 8
allocations 16
ok 'no record of get costs an allocation' cmp count.8 count.16

# Other processes

# Its output does not fit into a pipe, so the scan waits in the middle.
seq 15000 | sed 's/.*/{"k":"k&","v":"&-................................................................"}/' >most
smlfeat put -q -k k -s lmdb:read --sync never most
mkfifo blocked
smlfeat scan -s lmdb:read >blocked &
reader=$!
exec 7<blocked
read -r line <&7
before=$(wc -c <read/data.mdb)
kill -9 $reader
wait $reader 2>/dev/null
for i in 1 2 3; do
	smlfeat put -q -k k -s lmdb:read --sync never --depth 500 most
done
exec 7<&-
after=$(wc -c <read/data.mdb)
ok 'a reader that was killed keeps no space' test "$after" -lt $((before * 3))

# A scan also ends in the middle if its reader goes away, or a signal comes.
smlfeat dump -s lmdb:read --stats stats 2>.err | head -n 1 >line
ok 'dump | head -n 1 ends there' sh -c '[ "$(grep -o "entities\":[0-9]*" stats | tr -dc 0-9)" -lt 15000 ]'
stopped() {
	smlfeat "$1" -s lmdb:read >blocked &
	pid=$!
	exec 7<blocked
	read -r line <&7
	kill $pid
	cat <&7 >rest
	wait $pid
	[ $? -eq 143 ] && [ "$(wc -l <rest)" -lt 14999 ] && [ "$(tail -c 4 rest)" = '}}}' ]
}
ok 'SIGTERM ends dump after a whole line' stopped dump
ok 'and scan' stopped scan
smlfeat put -q -k k --ttl 1s --now 2026-01-01T00:00:00Z -s lmdb:past --sync never many
: <blocked &
exec 7>blocked
wait
smlfeat scan -s lmdb:past >&7
ok 'where nothing is left to show a scan ends with its reader, too' test $? -eq 141
exec 7>&-

mkfifo feed
smlfeat put -k k -s lmdb:live <feed >got &
writer=$!
exec 8>feed
head -n 5 many >&8
for i in $(seq 1200); do
	[ "$(wc -l <got)" -eq 5 ] && break
	sleep 0.05
done
head -n 5 many >five
ok 'records go on when there are no more for the moment' cmp five got
run smlfeat scan -s lmdb:live
ok 'and are stored' test "$(wc -l <.out)" -eq 5
echo '{"k":"last","v":1}' >&8
kill $writer
wait $writer 2>/dev/null
status=$?
exec 8>&-
ok 'SIGTERM ends it' test $status -eq 143
run smlfeat get -k k --nest in -f v --status s -s lmdb:live got
ok 'with everything that it passed on stored' sh -c '! grep -v "\"s\":\"hit\"" .out'

(smlfeat put -k k -s lmdb:gone many many many many; echo $? >went) | head -n 1 >/dev/null
ok 'a reader that goes away ends it' test "$(cat went)" -eq 141
run smlfeat scan -s lmdb:gone
is_status 'and leaves a sound store' 0

# Killed at random moments: what was passed on is stored unchanged, and no transaction is stored in part.
seq 20000 | awk '{ print "{\"k\":\"k" $1 % 3000 "\",\"t\":" $1 ",\"v\":[" $1 "," $1 "],\"w\":" $1 "}" }' >events
killed() {
	kills=${SML_KILLS:-${SML_SHORT:+2}}
	for round in $(seq "${kills:-10}"); do
		rm -rf killed
		: >passed # not what the last one passed on
		smlfeat put -k k -t t -s lmdb:killed --depth 200 "$@" <events >passed &
		put=$!
		sleep "$(awk "BEGIN { srand($round); print rand() * 0.25 }")"
		kill -9 $put 2>/dev/null
		wait $put 2>/dev/null
		# Whole lines only; the last time of each key.
		head -c "$(wc -c <passed)" passed | sed -n '/}$/p' >whole
		# On a machine under load it may not have reached the store yet, which is no error.
		[ -s whole ] || continue
		smlfeat get -k k -t t -f v,w --nest in --status s -s lmdb:killed whole >found || return
		awk -F'[:,]' '{ t = $4 + 0; v = $15; sub(/[^0-9].*/, "", v)
			if (!/"s":"hit"/ || !match($0, /"in":.*"w":[0-9]+/)) { print; exit 1 } }' found ||
			return
		# Both features of an entity come from one event, at least as new as the last one passed on.
		sed 's/.*"k":"\(k[0-9]*\)","t":\([0-9]*\).*"in":{"v":\[\([0-9]*\),\([0-9]*\)\],"w":\([0-9]*\).*/\1 \2 \3 \4 \5/' \
			found | awk '$3 != $4 || $3 != $5 || $3 < $2 { print; bad = 1 } END { exit bad }' ||
			return
		smlfeat dump -s lmdb:killed >dumped || return
	done
}
ok 'killed at any moment: what went on is stored, and nothing is torn' killed
ok 'also where the disk is not waited for' killed --sync never

# Counts

run smlfeat put -q -k k -s lmdb:counted --metrics counted.prom many
ok '--metrics tell of transactions' grep -q '^sml_commits_total{tool="smlfeat",run="counted"} [1-9]' counted.prom
run smlfeat get -k k -f v --overwrite -s lmdb:counted --cache 10 --metrics counted.prom many
ok 'and of hits, with those of the cache' sh -c 'grep -q "^sml_hits_total{.*} 3000$" counted.prom &&
	grep -q "^sml_cache_misses_total{.*} 3000$" counted.prom'
plan
