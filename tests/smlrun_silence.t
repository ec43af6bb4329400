#!/bin/sh
# smlrun and brokers that hear nothing for long, or are silent themselves.
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"

with_kafka

records() { seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d}\n", $1 % 3, $1 }'; }

# A search for a bad record, with a mark after each, lasts longer than max.poll.interval.ms.

topic bad 1
topic good 1
{
	records 1 60
	echo '{"v":61}'
} | smlkafka produce -t bad
slow='perl -pe "BEGIN { \$| = 1 } select(undef, undef, undef, 0.15) if /\"mark\"/"'
run smlrun --state dir --from kafka:bad --to kafka:good -G search -X session.timeout.ms=6000 -X heartbeat.interval.ms=300 -X max.poll.interval.ms=6000 \
	--retries 2 -- "$slow | smlecho -k k"
is_status 'a record at which a stage fails ends the run' 1
is_err 'and is found in a group, though that takes longer than max.poll.interval.ms' '^smlrun: bad:0:60: smlecho: the key is missing; everything before is committed$'
ok 'everything before it is there' test "$(all -t good | wc -l)" -eq 60
rm -rf dir

# -o end counts from the first start on, also if that one commits nothing.

topic ends 2
records 1 20 | smlkafka produce -t ends -k v
cat >stage <<'END'
#!/bin/sh
[ -e broken ] && exit 1
exec cat
END
chmod +x stage
n=0
for set in '-G ends' '' '--merge'; do
	n=$((n + 1))
	case $set in
	--merge) topic since$n 1 ;;
	*) topic since$n 2 ;;
	esac
	: >broken
	# shellcheck disable=SC2086 # several words
	set -- smlrun --state dir --from kafka:ends --to kafka:since$n -o end $set -e --retries 1 -- ./stage
	run "$@"
	is_status "-o end $set: a run that commits nothing" 1
	rm broken
	records $((100 * n + 1)) $((100 * n + 9)) | sort >want
	smlkafka produce -t ends -k v <want
	run "$@"
	is_status 'is followed by one' 0
	all -t since$n | sort >got
	ok 'that reads what came in between, and no more' cmp want got
	rm -rf dir
done

topic one 1
records 1 20 | smlkafka produce -t one
for source in one 'ends --merge' 'ends --block 1'; do
	: >broken
	# shellcheck disable=SC2086 # several words
	set -- smlrun --state dir --from kafka:$source --to out -o end -e --retries 1 -- ./stage
	run "$@"
	is_status "-o end from $source into a file: a run that commits nothing" 1
	rm broken
	records 101 109 | sort >want
	smlkafka produce -t "${source%% *}" -k v <want
	run "$@"
	is_status 'is followed by one' 0
	sort out >got
	ok 'that reads what came in between, and no more' cmp want got
	run smlrun reset dir --to BEGINNING
	run smlrun check dir
	is_status 'after a reset nothing is wrong' 0
	run "$@"
	ok 'and -o says again where to begin' test ! -s out
	rm -rf dir out
done

# The first member of a group commits where to begin while another one starts, reads and ends: the commits of
# that stay.

topic team 2
topic teamed 2
records 1 6 | smlkafka produce -t team -k v
set -- smlrun --state dir --from kafka:team --to kafka:teamed -o -2 -G team -e -- cat
faulty late=3,in=smlrun "$@" &
pid=$!
until [ -e dir/commit ]; do sleep 0.05; done
"$@" >/dev/null 2>&1
wait $pid
is_status 'a member that commits where to begin, and is slow, ends well' 0
marked teamed 2
smlkafka consume -t team -e -o -2 | sort >want
all -t teamed | sort >got
ok 'and what another one has committed is not read again' cmp want got
rm -rf dir

# Where a group begins is for any run; what was read is for one.

topic typed 2
topic right 2
for v in 1 2 3; do sent typed 1 $v "{\"v\":$v}"; done
typed() { run smlrun --state dir --from kafka:typed --to kafka:right -G typed -e --retries 0 "$@"; }
typed -o -1 -- ./stge
is_status 'a mistake in the first pipeline of a group' 1
run smlrun check dir
is_status 'is no fault of what is committed' 0
rm -rf dir
sent typed 1 4 '{"v":4}'
typed -- cat
is_status 'and keeps no other run from the group' 0
marked right 2
ok 'which begins where the first one would have' test "$(all -t right | tr '\n' ' ')" = '{"v":3} {"v":4} '
run smlrun check dir
is_status 'check finds nothing wrong with a partition from which nothing was read' 0
rm -rf dir
typed --adopt -- 'sed p'
is_status 'a third pipeline is refused' 1
is_err 'because of what was read' 'it belongs to a run with another pipeline'
rm -rf dir

# A broker is silent for longer than --barrier-timeout, while results go to it and a barrier is on its way: the
# pipeline is not to blame.

topic wide 1
records 1 3000 >in
cat >wide <<'END'
#!/usr/bin/perl
# Makes records so wide that more results are on their way than may be; says when it is in the middle.
$| = 1;
my $wide = 'x' x 10000;
while (<STDIN>) {
	s/}$/,"w":"$wide"}/ if /"v"/;
	print;
	if (/"v":1000,/) { open my $f, '>', 'middle'; }
}
END
chmod +x wide
smlrun --state dir --from in --to kafka:wide --every 3000 --barrier-timeout 4s --timeout 5m -- ./wide 2>err &
pid=$!
until [ -e middle ]; do sleep 0.1; done
"$servers" pause "$tmp/kafka" 1
sleep 10
"$servers" resume "$tmp/kafka" 1
wait $pid
echo $? >"$tmp/.status"
is_status 'a broker that is silent for longer than --barrier-timeout is waited for' 0
ok 'and nobody else is blamed' cmp /dev/null err
ok 'each result is there once' test "$(all -t wide | sed 's/,"w.*/}/' | cmp - in && echo same)" = same
rm -rf dir in

plan
