#!/bin/sh
# smlfeat on Redis: the contract of stores on a real server, on two and on the string layout, and
# what only Redis has. Faults are in smlfeat_faults.t.
here=$(cd "${0%/*}" && pwd)
. "${0%/*}/lib.sh"
. "$here/smlfeat_contract.sh"
redis=$here/servers/redis

needs redis
mkdir one two
"$redis" start one tcp && "$redis" start two || exit 1
at=redis+unix:$PWD/one/socket
cli() { redis-cli -s "$PWD/one/socket" --raw "$@"; }

contract redis -s "$at"
cli flushall >flushed
contract 'two servers' -s "a=$at" -s "b=redis+unix:$PWD/two/socket"
contract_plain 'string layout' -s "$at" --layout string

ask() { printf '{"k":"%s"}\n' "$@"; }

# What is in Redis, and for how long

cli flushall >flushed
cat >in <<-'EOT'
	{"k":"ann","t":1700000000123456789,"n":12.50,"s":"x"}
	{"k":"ann","t":1700000000123456790,"s":null}
EOT
smlfeat put -q -s "$at" -k k -t t --time-unit ns --ttl 1h in
ok 'an entity is a hash, its features JSON that redis-cli shows' sh -c '
	redis-cli -s one/socket --raw hget features:ann n |
		grep -Fqx "{\"t\":1700000000123456789,\"x\":1700003600123456789,\"v\":12.50}" &&
	redis-cli -s one/socket --raw hget features:ann s |
		grep -Fqx "{\"t\":1700000000123456790,\"x\":1700003600123456790,\"v\":null}"'
ok 'with -t the server does not expire it' test "$(cli pttl features:ann)" -eq -1

# lives KEY LEAST MOST: the key's time to live is between these, in ms
lives() { [ "$(cli pttl "$1")" -gt "$2" ] && [ "$(cli pttl "$1")" -le "$3" ]; }
put() { smlfeat put -q -s "$at" -k k "$@"; }
echo '{"k":"b","x":1,"y":2}' >in
put --ttl 100s in
ok 'without -t it does, by --ttl' lives features:b 90000 100000
put --ttl 50s in
ok 'a shorter one does not shorten it' lives features:b 90000 100000
put --ttl 50s --ttl-for x=300s in
ok 'a longer one lengthens it' lives features:b 290000 300000
put --ttl 50s --ttl-for x=0 in
ok 'a feature that never expires keeps it' test "$(cli pttl features:b)" -eq -1
put --ttl 50s in
ok 'for good' test "$(cli pttl features:b)" -eq -1
echo '{"k":"c","t":5,"x":1}' >in
put -t t --server-ttl 90s in
ok '--server-ttl is what it says, also with -t' lives features:c 80000 90000
put --server-ttl 0 --ttl 5s in
ok 'and 0 is none' test "$(cli pttl features:c)" -eq -1
cli flushall >flushed
echo '{"k":"d","x":1}' >in
put --ttl 1h in
ok 'the clock is no event time: without -t sweeps go by the clock' test "$(cli exists features:)" -eq 0
echo '{"k":"l","t":5,"x":1}' >in
put -t t --ttl 1h in
smlfeat dump -s "$at" >dumped
cli flushall >flushed
smlfeat load -s "$at" dumped
ok 'what is loaded, of whatever time, is not dropped by the server' sh -c '
	[ "$(redis-cli -s one/socket pttl features:l)" -eq -1 ] &&
	[ "$(redis-cli -s one/socket pttl features:d)" -eq -1 ]'
smlfeat load -s "$at" --server-ttl 1h dumped
ok 'unless --server-ttl says so, of a new key' test "$(cli pttl features:l)" -eq -1
cli del features:l >/dev/null
smlfeat load -s "$at" --server-ttl 1h dumped
ok 'which then is' lives features:l 3500000 3600000
echo '{"k":"d","x":1}' >in
cli del features:d >/dev/null
put --ttl 1ms in
sleep 0.05
ask d >asked
run smlfeat get -s "$at" -k k -f x --status s asked
is_out 'what the server has dropped is a miss' <<-'EOT'
	{"k":"d","x":null,"s":"miss"}
EOT

# One entity, many times and names: what the script compares

cat >in <<-'EOT'
	{"k":"e","t":-1,"x":1}
	{"k":"e","t":-2,"x":2}
	{"k":"e","t":-10,"x":3}
	{"k":"e","t":0,"x":4}
	{"k":"e","t":999999999999999999,"x":5}
	{"k":"e","t":1000000000000000000,"x":6}
	{"k":"e","t":999999999999999998,"x":7}
	{"k":"e","t":9007199254740993000,"x":8}
	{"k":"e","t":9007199254740992999,"x":9}
EOT
put -t t --time-unit ns --stats stats in
ok 'times are compared as integers, not as doubles' grep -q '"written":5,"older":4' stats
ok 'the last one that was newer stands' \
	test "$(cli hget features:e x)" = '{"t":9007199254740993000,"v":8}'
awk 'BEGIN { printf "{\"k\":\"wide\",\"t\":1"; for (i = 0; i < 5000; i++)
	printf ",\"f%d\":%d", i, i; print "}" }' >in
put -t t in
ask wide >asked
smlfeat get -s "$at" -k k asked >out
ok 'an entity may have thousands of features' test "$(tr , '\n' <out | wc -l)" -eq 5001
awk 'BEGIN { for (j = 0; j < 9; j++) { printf "{\"k\":\"wide\",\"t\":2"
	for (i = 0; i < 7000; i++) printf ",\"g%d.%d\":%d", j, i, i; print "}" } }' >in
run smlfeat put -q -s "$at" -k k -t t in
is_status 'but not more than 65535' 1
is_err 'which is said' 'more than 65535 features'
cli del features:wide >/dev/null
seq 300 | awk '{ printf "{\"k\":\"q\",\"t\":%d,\"it'"'"'s\\\\n\":%d,\"\303\251\":[%d]}\n",
	$1 % 100, $1, $1 }' >in
put -t t in
ask q >asked
run smlfeat get -s "$at" -k k asked
is_out 'names that come again and again may hold anything' <<-'EOT'
	{"k":"q","features":{"it's\\n":299,"é":[299]}}
EOT

# What is not ours

cli set features:string x >/dev/null
cli hset features:foreign x 1 y '{"t":1,"v":2}' >/dev/null
cli hset features:break x '{"t":1,"v":[1,
2]}' >/dev/null
ask string foreign break ann >asked
run smlfeat get -s "$at" -k k -f x --rejects rejects asked
is_status 'another type, or what smlfeat did not write, makes a bad record' 3
is_out 'of that key alone' <<-'EOT'
	{"k":"ann","x":null}
EOT
ok 'with a reason each' sh -c 'grep -c "WRONGTYPE\|no feature that smlfeat wrote" rejects | grep -qx 3'
echo '{"k":"string","x":1}' >in
run smlfeat put -s "$at" -k k in
is_status 'put does not overwrite it' 1
is_err 'and says why' 'in:1: .*the key holds another type in Redis.*WRONGTYPE'
cli hset features:mixed z 3 y '{"t":1,"v":2}' >/dev/null
run smlfeat dump -s "$at"
is_status 'what smlfeat did not write stops a walk' 1
is_err 'which names the key and the way on' 'key "features:[a-z]*": .*; --rejects FILE goes on without it'
# The server is full: nothing is under the prefix, and nobody reads.
cli eval 'for i = 1, 10000 do redis.call("set", "x" .. i, i) end' 0 >filled
mkfifo nobody
: <nobody &
exec 7>nobody
wait
smlfeat scan -s "$at" --prefix none: >&7
ok 'a scan that finds nothing ends with its reader' test $? -eq 141
exec 7>&-
cli eval 'for i = 1, 10000 do redis.call("del", "x" .. i) end' 0 >filled

for command in dump scan stat sweep; do
	rm -f rejects
	run smlfeat $command -s "$at" --now 2023-11-14T22:13:21Z --rejects rejects
	[ $command != dump ] || run smlfeat dump -s "$at" --rejects rejects
	is_status "$command --rejects goes on without it" 3
	ok 'with each such key in the file' \
		sh -c 'grep -c "\"error\":\".*key ..features:string.*\"raw\":\"string\"" rejects | grep -qx 1'
	[ $command = stat ] || [ $command = sweep ] ||
		ok 'and all others in the output' sh -c 'grep -q "^{\"key\":\"e\"" .out'
done
rm -f rejects
smlfeat dump -s "$at" --rejects rejects >/dev/null
run smlfeat del -q -s "$at" -k raw rejects
is_status 'del leaves what smlfeat did not write' 1
run smlfeat del -q -s "$at" -k raw -f x --foreign rejects
is_status 'and has no part of it to remove' 2
run smlfeat del -q -s "$at" -k raw --foreign --ttl 1s rejects
is_status 'but with --foreign it removes it' 0
run smlfeat dump -s "$at"
is_status 'so that everything goes on' 0
ok 'with nothing of it left but the marks of deletions' sh -c '
	[ "$(redis-cli -s one/socket hkeys features:string)" = "$(redis-cli -s one/socket hkeys features:mixed)" ] &&
	[ "$(redis-cli -s one/socket hlen features:foreign)" -eq 1 ]'
cli del features:foreign features:break features:mixed features:string >/dev/null
cli set 'features*' x >/dev/null
run smlfeat dump -s "$at" --prefix 'features*'
is_status 'a prefix is no pattern' 1
is_err 'but text' 'does not hold a time.*redis-cli del'
cli del 'features*' >/dev/null

# The server's own refusals

run smlfeat get -s rediss://localhost -k k asked
is_status 'rediss:// is refused' 2
is_err 'with advice' 'has no TLS.*tunnel'
run smlfeat get -s redis://u:secret@localhost -k k asked
is_status 'a password in the URL is refused' 2
ok 'and not shown' sh -c '! grep -q secret "$0"' "$PWD/.err"
for url in http://u:secret@localhost a=b:secret@localhost redis://h:secret redis://h/db?password=secret; do
	for several in '' b=lmdb:x; do
		# shellcheck disable=SC2086 # words
		run smlfeat get -s "$url" ${several:+-s $several} -k k asked
		ok "nor that of another address${several:+, among several}" \
			sh -c '[ "$(cat .status)" = 2 ] && ! grep -q secret .err'
	done
done
run smlfeat put -s "$at" -k k -t t --layout string in
is_status '-t with --layout string is wrong usage' 2
run smlfeat get -s "$at" -k k --max-age 1h --layout string in
is_status '--max-age with --layout string too' 2
run smlfeat put -s lmdb:classic -k k --layout string in
is_status 'so is a store in LMDB' 2
is_err 'which the message says' '--layout string is for Redis'
run smlfeat del -s "$at" -k k -f a --layout string in
is_status 'and del -f, which would delete everything' 2
is_err 'that says why' 'all features in one value'

"$redis" start full --maxmemory 2mb --maxmemory-policy noeviction || exit 1
seq 30000 | sed 's/.*/{"k":"k&","x":"a value of some length for number &"}/' >in
run smlfeat put -q -s "redis+unix:$PWD/full/socket" -k k in
is_status 'a server without memory ends the run' 1
is_err 'and says so' 'the server is out of memory .*OOM'
ok 'but promises nothing of --rejects, which takes no such record' sh -c '! grep -q -e --rejects .err'
"$redis" stop full

mkdir replica
"$redis" start replica replica=one || exit 1
until redis-cli -s replica/socket info replication | grep -q master_link_status:up; do
	sleep 0.1
done
run smlfeat put -s "redis+unix:$PWD/replica/socket" -k k in
is_status 'a replica takes no writes' 1
is_err 'and says so' 'read-only replica: write to its master.*READONLY'
ask e >asked
run smlfeat get -s "redis+unix:$PWD/replica/socket" -k k -f x asked
is_out 'but answers' <<-'EOT'
	{"k":"e","x":8}
EOT
"$redis" stop replica

# Who may, and which database

"$redis" start secret tcp password='p w' || exit 1
port=$(cat secret/port)
echo '{"k":"a","x":1}' >in
ask a >asked
run smlfeat put -s "redis://localhost:$port" -k k in
is_status 'a server that wants a password does not get along without' 1
is_err 'and is told how' 'wants a password: set SML_REDIS_PASSWORD'
SML_REDIS_PASSWORD=wrong run smlfeat put -s "redis://localhost:$port" -k k in
is_err 'a wrong one is refused' 'refuses the user.s name or the password'
SML_REDIS_PASSWORD='p w' run smlfeat put -s "redis://localhost:$port/3" -k k in
is_status 'the right one comes from the environment' 0
printf 'p w\nmore\n' >password
run smlfeat get -s "redis://127.0.0.1:$port/3" --password-file password -k k -f x asked
is_status 'a file that others can read holds no password' 2
is_err 'and the message says so' 'password: everybody can read this password: chmod'
chmod 640 password
run smlfeat get -s "redis://127.0.0.1:$port/3" --password-file password -k k -f x asked
is_out 'or a file, and the database from the URL' <<-'EOT'
	{"k":"a","x":1}
EOT
run smlfeat get -s "redis://127.0.0.1:$port" --password-file password -k k -f x asked
is_out 'of which there are several' <<-'EOT'
	{"k":"a","x":null}
EOT
run smlfeat get -s "redis://127.0.0.1:$port/99" --password-file password -k k -f x asked
is_err 'up to a number' 'DB index is out of range'
run smlfeat get -s "redis://127.0.0.1:$port" --password-file /dev/zero -k k -f x asked
is_err 'a file without end holds no password' 'smlfeat: /dev/zero: its first line holds no password'
head -c 5000 /dev/zero | tr '\0' p >long
chmod 600 long
run smlfeat get -s "redis://127.0.0.1:$port" --password-file long -k k -f x asked
is_err 'nor does one with a line that is too long' 'smlfeat: long: its first line is too long for a password'
run smlfeat get -s "redis://127.0.0.1:$port" --password-file none -k k -f x asked
is_err 'a file that is not there is said to be so' 'none: No such file'
"$redis" stop secret

"$redis" start acl acl || exit 1
at=redis+unix:$PWD/acl/socket
SML_REDIS_PASSWORD=secret run smlfeat put -s "$at?user=ann" -k k in
is_status 'a user has a name and a password' 0
run smlfeat get -s "$at?user=bob" -k k -f x asked
is_out 'or only a name, and need not be allowed to do more than what is asked' <<-'EOT'
	{"k":"a","x":1}
EOT
run smlfeat put -s "$at?user=bob" -k k in
is_err 'what a user may not do is said' 'does not let this user do that.*NOPERM'
SML_REDIS_PASSWORD=secret run smlfeat put -s "$at?user=ann" --prefix other: -k k in
is_err 'also of keys' 'does not let this user do that.*NOPERM'
"$redis" stop acl

# One more store

at=redis+unix:$PWD/one/socket
cli flushall >flushed
redis-cli -s two/socket flushall >flushed
of_two() {
	command=$1
	shift
	smlfeat "$command" -s "a=$at" -s "b=redis+unix:$PWD/two/socket" "$@"
}
of_three() { of_two "$@" -s c=lmdb:third; }
seq 3000 | sed 's/.*/{"k":"k&","v":&}/' >in
sed 's/}/,"is":"hit"}/' in >want
of_two put -q -k k in
before=$(cli dbsize)
of_two dump >dumped
of_three load dumped
moved=$(smlfeat scan -s lmdb:third | wc -l)
ok 'a store that is added takes its share' test "$moved" -gt 900 -a "$moved" -lt 1100
ok 'from all others, and nothing else moves' test "$(cli dbsize)" -eq "$before"
seq 3000 | sed 's/.*/{"k":"k&"}/' >asked
of_three get -k k -f v --status is asked >out
ok 'everything is found' cmp want out
ok 'once' test "$(of_three scan | wc -l)" -eq 3000
run smlfeat sweep -s "a=$at" -s "b=redis+unix:$PWD/two/socket" -s c=lmdb:third
is_out 'what is left where it does not belong is swept' <<-EOT
	{"entities":0,"features":0,"misplaced":$moved}
EOT
ok 'from all stores' test "$(($(cli dbsize) + $(redis-cli -s two/socket dbsize) + moved))" -eq 3000
of_three get -k k -f v --status is --metrics metrics asked >out
ok 'and nothing else is' cmp want out
ok 'each store has its metrics' sh -c '
	grep "^sml_store_latency_p99_seconds{" metrics | sed "s/.*store=\"\(.\)\"} 0[.].*/\1/" |
		tr -d "\n" | grep -qx ab'
echo '{"k":"a"}' | smlfeat get -k k -s "$at" --metrics metrics >out
ok 'that say how a run has ended: nothing is pending' grep -q '^sml_store_pending{.*} 0$' metrics
run smlfeat get -s "a=$at" -s "$at" -k k asked
is_status 'each has a name' 2

# Values that are not times

cli hset features:times a '{"t":-9223372036854775808,"v":1}' >/dev/null
cli hset features:times b '{"t":1,"x":9223372036854775807,"v":1}' >/dev/null
ask times >asked
for name in a b; do
	run smlfeat get -s "$at" -k k -f $name asked
	is_status 'a time that smlfeat cannot have written is refused' 1
done
cli del features:times >/dev/null
cli set features:empty '' >/dev/null
ask empty >asked
for names in '' '-f x'; do
	# shellcheck disable=SC2086 # words
	run smlfeat get -s "$at" --layout string -k k $names asked
	is_err 'an empty text is no entity' 'it holds no JSON object, but an empty text'
done
cli del features:empty >/dev/null
cli flushall >flushed
cli set features:a '{"n":1}' >/dev/null
cli hset features:h n 1 >/dev/null
ask h >asked
run smlfeat get -s "$at" --layout string -k k -f n --status s asked
is_out 'in the string layout a key of another type is a miss' <<-'EOT'
	{"k":"h","n":null,"s":"miss"}
EOT
for command in scan dump; do
	rm -f rejects
	run smlfeat $command -s "$at" --layout string --rejects rejects
	is_out "but $command, where all times are the beginning of 1970, reports it" <<-'EOT'
		{"key":"a","features":{"n":{"value":1,"time":"1970-01-01T00:00:00Z"}}}
	EOT
	ok 'by its id' grep -q 'WRONGTYPE.*"raw":"h"' rejects
done
cli del features:a features:h >/dev/null

# The classic layout, with the usual Python client

at=redis+unix:$PWD/one/socket
python=/usr/bin/python3
if $python -c 'import redis' 2>/dev/null; then
	cat >in <<-'EOT'
		{"k":"p","n":1.50,"text":"\u00e9\"","l":[1,{"a":null}],"gone":null}
	EOT
	smlfeat put -q -s "$at" --layout string -k k --ttl 1h in
	cat >classic.py <<-'EOT'
		import json, redis
		r = redis.Redis(unix_socket_path="one/socket")
		assert json.loads(r.get("features:p")) == {"n": 1.5, "text": "é\"", "l": [1, {"a": None}]}
		assert 3590 < r.ttl("features:p") <= 3600
		r.setex("features:q", 3600, json.dumps({"n": 2, "text": "\u00e9", "none": None, "l": [1, 2]}))
		r.setex("features:bad", 3600, b"\x80\x04\x95")
		assert [json.loads(x)["n"] for x in r.mget("features:p", "features:q")] == [1.5, 2]
	EOT
	ok 'redis-py reads what smlfeat put, and when it will go' $python classic.py
	ask q nobody p bad >asked
	rm -f rejects
	run smlfeat get -s "$at" --layout string -k k -f n,text,l,none --status s --rejects rejects asked
	is_out 'smlfeat gets what redis-py has set' <<-'EOT'
		{"k":"q","n":2,"text":"\u00e9","l":[1, 2],"none":null,"s":"partial"}
		{"k":"nobody","n":null,"text":null,"l":null,"none":null,"s":"miss"}
		{"k":"p","n":1.50,"text":"\u00e9\"","l":[1,{"a":null}],"none":null,"s":"partial"}
	EOT
	ok 'a pickle is refused' grep -q 'it holds no JSON object' rejects
else
	skip 'the classic layout, with redis-py' 'no python3-redis'
fi
echo '{"k":"p","n":3}' >in
smlfeat put -q -s "$at" --layout string -k k in
ok 'the last write wins, whole' test "$(cli get features:p)" = '{"n":3}'
ok 'and lives for ever without --ttl' test "$(cli pttl features:p)" -eq -1
smlfeat put -q -s "$at" --layout string -k k --ttl 1500ms in
ok 'or for parts of a second' lives features:p 1000 1500
ask p >asked
smlfeat del -q -s "$at" --layout string -k k asked
ok 'del removes it' test "$(cli exists features:p)" -eq 0

plan
