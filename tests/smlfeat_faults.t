#!/bin/sh
# smlfeat and a Redis server that stops, dies, comes back, is slow, or is cut off in the middle of
# an answer: the output is complete, in order, with the right statuses, and nothing acknowledged is lost.
# SML_SHORT=1: fewer kills.
here=$(cd "${0%/*}" && pwd)
. "${0%/*}/lib.sh"
redis=$here/servers/redis

needs redis
mkdir one
"$redis" start one || exit 1
at=redis+unix:$PWD/one/socket
proxied=redis+unix:$PWD/proxy
cli() { redis-cli -s "$PWD/one/socket" --raw "$@"; }

# 20,000 records ask for 2,000 entities.
seq 2000 | sed 's/.*/{"k":"k&","v":&}/' >in
smlfeat put -q -s "$at" -k k in
seq 20000 | awk '{ print "{\"n\":" $1 ",\"k\":\"k" $1 % 2000 + 1 "\"}" }' >asked
seq 20000 | awk '{ print "{\"n\":" $1 ",\"k\":\"k" $1 % 2000 + 1 "\",\"v\":" $1 % 2000 + 1 \
	",\"s\":\"hit\"}" }' >want
get() { smlfeat get -k k -f v --status s "$@"; }

# proxy WORD...: starts a proxy of the server, at $proxied; its process is $between
proxy() {
	"$here/servers/proxy" "$PWD/proxy" "$PWD/${behind:-one}/socket" "$@" &
	between=$!
	until [ -S proxy ]; do
		sleep 0.05
	done
}
unproxy() {
	kill "$between"
	wait "$between" 2>/dev/null
	rm -f proxy
}

# later SECONDS COMMAND...: runs the command later, in the background
later() {
	(
		sleep "$1"
		shift
		"$@"
	) &
}

# pieces FILE: writes the lines of FILE, the second half after a while
pieces() {
	lines=$(wc -l <"$1")
	head -n $((lines / 2)) "$1"
	sleep "${2:-1}"
	tail -n +$((lines / 2 + 1)) "$1"
}

# Ticks of CPU that a process has used.
ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $12 + $13 }'; }

# Slow, and cut off

if /usr/bin/env python3 -c '' 2>/dev/null; then
	proxy delay=20
	head -n 4000 asked >some
	get -s "$proxied" --stats stats some >out
	ok 'a slow server makes no difference but of time' sh -c 'head -n 4000 want | cmp - out'
	ok 'as many requests are out as it stands' \
		sh -c "sed 's/.*store_depth\":\\([0-9]*\\).*/\\1/' stats | awk '{ exit \$1 < 100 }'"
	unproxy
	proxy cut=1000,7001,1,30000
	get -s "$proxied" --stats stats asked >out
	ok 'a connection that is reset in the middle of an answer is made again' cmp want out
	ok 'and what had no answer is asked again' \
		grep -q '"store_connects":5,"store_losses":3,"store_resent":[1-9]' stats
	unproxy
	proxy cut=1500,2500,100,40000
	seq 20000 | awk '{ print "{\"k\":\"w" $1 % 3000 "\",\"t\":" $1 ",\"v\":" $1 ",\"w\":" 0 - $1 "}" }' >in
	smlfeat put -q -s "$at" --prefix right: -k k -t t in
	smlfeat put -q -s "$proxied" --prefix cut: -k k -t t in
	smlfeat dump -s "$at" --prefix right: | sort >right
	smlfeat dump -s "$at" --prefix cut: | sort >was-cut
	ok 'put again does no harm' cmp right was-cut
	unproxy
	proxy cut=2000
	run smlfeat dump -s "$proxied"
	is_status 'a walk that is cut off does not go on in the middle' 75
	is_err 'and says so' 'cannot continue in the middle: begin again'
	unproxy
	"$redis" start secret password=secret || exit 1
	export SML_REDIS_PASSWORD=secret
	behind=secret
	seq 2000 | sed 's/.*/{"k":"k&","v":&}/' >in2
	smlfeat put -q -k k -s "redis+unix:$PWD/secret/socket?db=3" in2
	proxy cut=1000,2000
	get -s "$proxied?db=3" asked >out
	ok 'password and database are given anew' cmp want out
	unproxy
	unset SML_REDIS_PASSWORD behind
	"$redis" stop secret
	proxy loading=3
	get -s "$proxied" --stats stats asked >out
	ok 'a server that is loading its data is waited for' cmp want out
	unproxy
	# A server that answers the handshake, and then never does what it is asked.
	echo '{"k":"k1"}' >in1
	for word in CLUSTERDOWN MASTERDOWN LOADING NOSCRIPT; do
		proxy refuse=$word
		run timeout 20 smlfeat get -k k -f v -s "$proxied" --on-failure stop in1
		is_status "a server that answers $word for ever is one that is away" 75
		is_err 'and the message says so' "$word says the test"
		unproxy
	done
	proxy refuse=CLUSTERDOWN
	: >err
	smlfeat get -k k -f v -s "$proxied" --timeout 4s in1 >out 2>err &
	get=$!
	sleep 3
	until grep -q 'waiting until it is back' err; do sleep 0.05; done
	before=$(ticks $get)
	kill $get
	timeout 10 tail --pid=$get -f /dev/null
	ok 'SIGTERM ends the waiting for it' sh -c "! kill -0 $get 2>/dev/null"
	kill -9 $get 2>/dev/null
	wait $get 2>/dev/null
	ok 'as for one that is away' test $? -eq 75
	ok 'which it does not hammer on meanwhile' test "$before" -lt 50
	ok 'and of which it warns' grep -q 'CLUSTERDOWN says the test; waiting until it is back' err
	run smlfeat get -k k -f v -s "$proxied" --timeout 1s --on-failure default --default v=0 in1
	is_out 'or which it does without' <<-'EOT'
		{"k":"k1","v":0}
	EOT
	unproxy
	# A server whose answers have no end.
	if prlimit --as=2000000000 smlfeat --version >/dev/null 2>&1; then
		for what in array text; do
			proxy endless=$what
			(
				# shellcheck disable=SC2030 # valgrind would watch prlimit, and needs more
				SML_WRAP=
				run prlimit --as=2000000000 timeout 60 smlfeat get -k k -f v -s "$proxied" in1
			)
			is_status "an $what without end is no answer" 1
			is_err 'and the message says so' 'an answer of more than 256 MiB'
			unproxy
		done
	else
		skip 'an answer without end' 'the sanitizer needs more memory'
	fi
	proxy trickle=20
	run timeout 60 smlfeat get -k k -f v -s "$proxied" --timeout 50ms --on-failure stop in1
	is_status 'bytes that trickle in do not make an answer' 75
	is_err 'which is due as a whole' 'no whole answer within 10 times --timeout'
	unproxy
else
	skip 'slow and cut connections' 'no python3'
fi

# The server forgets its scripts in the middle.
(
	head -n 10000 in
	sleep 0.3
	cli script flush >flushed
	tail -n +10001 in
) | smlfeat put -q -s "$at" --prefix flushed: -k k -t t
smlfeat dump -s "$at" --prefix flushed: | sort >flushed
ok 'a server that has forgotten the scripts is told again' cmp right flushed

# Stopped for a while

"$redis" pause one
# shellcheck disable=SC2031 # under valgrind it takes seconds to start
later "${SML_WRAP:+1}2" "$redis" resume one
run smlfeat get -k k -f v --status s -s "$at" --timeout 200ms asked
ok 'a server that stops is waited for' same want
is_err 'and that is said' 'no answer within --timeout; waiting until it is back'
is_err 'until it is back' 'socket: it is back'
wait

"$redis" pause one
later 3 "$redis" resume one
pieces asked 6 | get -s "$at" --timeout 300ms --on-failure default --default v=-1 --stats stats >out
ok 'or answered for, with defaults' sh -c '
	[ "$(grep -c "\"v\":-1,\"s\":\"unavailable\"}$" out)" -ge 9000 ] &&
	cut -d, -f1 out >n && cut -d, -f1 want | cmp - n'
ok 'until it is back' sh -c 'tail -n 10000 want >half; tail -n 10000 out | cmp half -'
ok 'and all are counted' sh -c '
	n=$(grep -c unavailable out); grep -q "\"unavailable\":$n," stats'
wait

"$redis" pause one
run smlfeat get -k k -f v -s "$at" --timeout 200ms --on-failure stop asked
is_status 'or the run ends: try again' 75
is_err 'and says why' 'no answer within --timeout'
echo '{"k":"k1","v":0}' >in1
run smlfeat put -k k -s "$at" --timeout 200ms --on-failure stop in1
is_status 'put too' 75
: >err # not what the last one said: the signal would come before there is a program
smlfeat get -k k -f v -s "$at" --timeout 300ms asked >out 2>err &
while kill -0 $! && ! grep -q 'waiting until it is back' err; do sleep 0.05; done
kill $!
wait $! 2>/dev/null
ok 'SIGTERM does not wait for a server that is away' test $? -eq 75
"$redis" resume one

# The second half is asked, and the signal comes, while the server is stopped.
mkfifo feed.fifo
stopped() {
	: >out
	smlfeat get -k k -f v "$@" <feed.fifo >out 2>err &
	get=$!
	exec 7>feed.fifo
	head -n 100 asked >&7
	until [ "$(wc -l <out)" -eq 100 ]; do
		kill -0 $get || { cat err; return 1; }
		sleep 0.05
	done
	"$redis" pause one
	head -n 200 asked | tail -n 100 >&7
	sleep 0.3
	kill $get
	sleep 0.2
	before=$(ticks $get)
	sleep 1
	used=$(($(ticks $get) - before))
	"$redis" resume one
	wait $get
	status=$?
	exec 7>&-
	[ $status -eq 143 ] && [ "$used" -lt 20 ] && [ "$(wc -l <out)" -eq 200 ]
}
ok 'SIGTERM: what was asked is still answered, and waited for asleep' stopped -s "$at" --timeout 0
ok 'the longest --timeout is one, too' stopped -s "$at" --timeout 106751d23h47m16s
smlfeat put -q -k k -s lmdb:beside in1
ok 'so with several stores' stopped -s "a=$at" -s b=lmdb:beside --timeout 0
ok 'the server lives' sh -c 'redis-cli -s one/socket ping'

# Away, killed, restarted

"$redis" kill one
run smlfeat get -k k -f v -s "$at" --on-failure stop asked
is_status 'a server that is not there ends the run where that is asked for' 75
run smlfeat get -k k -f v -s "$at" --timeout 1s --on-failure default --status s in1 --overwrite
is_out 'or is answered for' <<-'EOT'
	{"k":"k1","v":null,"s":"unavailable"}
EOT
later 1 "$redis" restart one
smlfeat put -q -k k -s "$at" in
ok 'or is waited for' test "$(cli hget features:w1 v | grep -c '"v":18001}')" -eq 1
wait
"$redis" stop one

"$redis" start durable aof || exit 1
at=redis+unix:$PWD/durable/socket
kills=5
[ -z "${SML_SHORT-}" ] || kills=1
seq 40000 | awk '{ print "{\"k\":\"d" $1 "\",\"v\":" $1 "}" }' >in
mkfifo records
: >out # it is read before the run opens it, perhaps
smlfeat put -k k -s "$at" --depth 50 <records >out &
put=$!
# A little at a time, so that the kills come in the middle.
awk '{ print } NR % 400 == 0 { fflush(); system("sleep 0.02") }' in >records &
for _ in $(seq $kills); do
	sleep 0.3
	"$redis" kill durable
	# What put has passed on was acknowledged: it must be there when the server is back.
	head -n -1 out >acknowledged
	"$redis" restart durable
	tail -n 300 acknowledged | smlfeat get -k k -f v --as v=is --status s -s "$at" >back
	grep -v '"s":"hit"}$' back >>lost
done
wait $put
ok 'a server that is killed loses nothing that was acknowledged' sh -c '[ ! -s lost ]'
ok 'and put goes on to its end' cmp in out
smlfeat get -k k -f v --as v=is --status s -s "$at" in | grep -vc '"s":"hit"}$' >missing
ok 'with all of it there' test "$(cat missing)" -eq 0
"$redis" stop durable

plan
