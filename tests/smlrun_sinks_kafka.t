#!/bin/sh
# smlrun --to-by and --rejects with topics of a real broker: all of a commit is one transaction.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"

servers=$tests/servers/kafka
needs kafka
"$servers" start "$tmp/kafka" || exit 1
KAFKA_BROKERS=$(cat kafka/address)
export KAFKA_BROKERS

# records FIRST LAST: 20 keys in turn; every fifth one is an alarm.
records() {
	seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d,\"drift\":%s}\n", $1 % 20, $1, $1 % 5 ? "false" : "true" }'
}
pipeline='smlecho -k k --state $SML_STATE/a | smlecho -k k --as again --state $SML_STATE/b'
all() { smlkafka consume -e --timeout 60s -o beginning "$@"; }
marked() { brokers marked "$@"; }
end_all() { rm -rf dir in out; }

# A file and a topic: the transaction is the commit of both.

topic alarms 1
records 1 300 >in
file_and_topic() { smlrun --state dir --from in --to out --to-by drift:true=kafka:alarms "$@" -- "$pipeline"; }
both_are_exact() {
	smlecho -k k in | smlecho -k k --as again >want
	grep '"drift":false' want | cmp - out || return
	marked alarms 1
	all -t alarms >got
	grep '"drift":true' want | cmp - got
}
run file_and_topic --every 100
is_status 'results go to a file, and some to a topic' 0
ok 'each where it belongs' both_are_exact
for every in '--every 5' '--every 5 --snapshot-every 3'; do
	step=1 died=0 wrong=
	while
		n=$(wc -l <in)
		records $((n + 1)) $((n + 10)) >>in
		# shellcheck disable=SC2086 # several words
		faulty "kill=$step,in=smlrun" smlrun --state dir --from in --to out --to-by drift:true=kafka:alarms $every -- "$pipeline"
		status_is 137 >/dev/null
	do
		died=$((died + 1)) step=$((step + ${SML_EVERY:-3}))
		# shellcheck disable=SC2086
		run file_and_topic $every
		if ! { status_is 0 && both_are_exact; } >why 2>&1; then
			wrong="$wrong $step"
			sed "s/^/# step $step: /" why
		fi
	done
	ok "$every: $died runs are killed before a step of a commit" test $died -ge 3
	ok 'and each result is there once' test -z "$wrong"
done
faulty 'lost=2,in=smlrun' smlrun --state dir --from in --to out --to-by drift:true=kafka:alarms --every 10 --retries 0 -- "$pipeline"
records 1001 1100 >>in
faulty 'lost=2,in=smlrun' smlrun --state dir --from in --to out --to-by drift:true=kafka:alarms --every 10 --retries 0 -- "$pipeline"
is_status 'a commit whose end nobody knows ends the run' 1
run file_and_topic
is_status 'and the next one goes on from what the broker says' 0
ok 'in both' both_are_exact
run smlrun --state dir --from in --to out --to-by drift:false=kafka:alarms -- "$pipeline"
is_err 'other options are refused' '--to-by was drift:true=kafka:alarms, and is drift:false=kafka:alarms now'
cp out whole
head -c 100 whole >out
run file_and_topic
is_err 'and a file that has shrunk' '^smlrun: out: has 100 bytes'
cp whole out
run smlrun reset dir --to BEGINNING
run file_and_topic
is_status 'a reset begins anew' 0
ok 'the file' sh -c 'grep "\"drift\":false" want | cmp - out'
marked alarms 1
ok 'the topic keeps what it has' test "$(all -t alarms | wc -l)" -eq $((2 * $(wc -l <got)))
end_all

# Topics in a group, with keys.

topic clicks 4
topic scores 4
topic wide 2
topic warnings 4
records 1 2000 | smlkafka produce -t clicks -k k
in_group() {
	smlrun --state dir --from kafka:clicks -G scoring -e --every 100 --to kafka:scores \
		--to-by drift:true=kafka:warnings --to-by k:k1=null --to-key k "$@" -- "$pipeline"
}
# Each key has its order in each topic.
group_is_exact() {
	marked scores 4 && marked warnings 4
	for p in 0 1 2 3; do
		all -t "clicks:$p" | smlecho -k k | smlecho -k k --as again
	done >outs
	grep '"drift":true' outs | sort >want
	all -t warnings | sort | cmp want - || return
	grep -v -e '"drift":true' -e '"k":"k1"' outs | sort >want
	all -t scores | sort | cmp want - || return
	all -t scores --format envelope | jq -r '.key == (.value | fromjson | .k)' | sort -u >keyed
	grep -x true keyed && [ "$(wc -l <keyed)" -eq 1 ]
}
run in_group
is_status 'a group writes to two topics' 0
ok 'and drops what goes nowhere' group_is_exact
records 2001 4000 | smlkafka produce -t clicks -k k
died=0
for step in 2 9 16 25 38; do
	faulty "kill=$step,in=smlrun" smlrun --state dir --from kafka:clicks -G scoring -e --every 50 --to kafka:scores \
		--to-by drift:true=kafka:warnings --to-by k:k1=null --to-key k -- "$pipeline"
	status_is 137 >/dev/null && died=$((died + 1))
done
ok 'members are killed' test $died -ge 2
run in_group
is_status 'the next one goes on' 0
ok 'and each result is there once' group_is_exact
run smlrun --state other --from kafka:clicks -G scoring -e --to kafka:scores --to-by drift:true=kafka:warnings --to-key k -- "$pipeline"
is_err 'all members have the same options' 'it belongs to a run with another pipeline, source or sink'
run smlrun --state other2 --from kafka:clicks -e --to kafka:scores --to-by drift:true=kafka:wide -- "$pipeline"
is_err 'each topic has the partitions of the source' 'topic wide has 2 partitions, fewer than topic clicks'
run smlrun --state other3 --from kafka:clicks -e --to kafka:scores --to-by drift:true=file -- "$pipeline"
is_err 'a file has an order of one partition alone' 'results of 4 partitions have an order only in a topic'
run smlrun --state other4 --from kafka:clicks --to null --to-by drift:true=kafka:clicks -- "$pipeline"
is_status 'no topic is its own source' 2
is_err 'which is said' '--from and --to-by are the same topic, clicks'
end_all
rm -rf other*

# Alarms alone, from one partition, and all else to a file; offsets that another program has set.

topic single 1
topic few 1
records 1 100 | smlkafka produce -t single
one() { smlrun --state dir --from kafka:single -e --to out --to-by drift:true=kafka:few "$@" -- "$pipeline"; }
run one
is_status 'a topic goes to a file, and some to a topic' 0
smlkafka offsets -G "$(jq -r .group dir/commit)" -t single:0 --to 90 --execute >/dev/null
run one --adopt
is_status 'an offset that was set is adopted' 0
ok 'what the file has stays there' test "$(wc -l <out)" -eq $((80 + 8))
end_all

# A model goes to a topic, and from there to smlroute.

topic models 1
topic rest 1
seq 100 | awk '{ printf "{\"id\":%d,\"x\":%d,\"y\":%d}\n", $1, $1 % 7, 3 * ($1 % 7) }' >in
learn='smllearn -y y -f x --publish 10 --publish-name m --state $SML_STATE/m'
run smlrun --state dir --from in --to kafka:rest --carry model --to-by '$sml:model=kafka:models' --every 30 -- "$learn"
is_status 'models go to a topic of their own' 0
marked models 1
smlkafka consume -e -t models --carry model >got
ok 'where smlkafka finds all of them' test "$(grep -c '"$sml":"model"' got)" -eq 10
echo '{"id":0,"x":2}' >asker
smllearn -q -y y -f x -m learned in
smlroute -k id -a m=100:learned asker >want
cat got asker | smlroute -k id -a m=100 --model-from-stream | tail -n 1 >answered
ok 'and smlroute the last one' cmp want answered
ok 'all else is in the other topic' test "$(all -t rest | wc -l)" -eq 100
end_all

plan
