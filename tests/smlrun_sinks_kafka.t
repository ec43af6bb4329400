#!/bin/sh
# smlrun --to-by and --rejects with topics of a real broker: all of a commit is one transaction.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"
. "$tests/smlrun.sh"

with_kafka

# records FIRST LAST: 20 keys in turn; every fifth one is an alarm.
records() {
	seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d,\"drift\":%s}\n", $1 % 20, $1, $1 % 5 ? "false" : "true" }'
}
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
is_status 'a commit whose outcome is not known ends the run' 1
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
is_status 'a reset starts over' 0
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
is_err 'beside a file they have one order, and no partition' 'topic scores has 4 partitions, and records of partitions in one order have none: name a field'
run smlrun --state other4 --from kafka:clicks --to null --to-by drift:true=kafka:clicks -- "$pipeline"
is_status 'no topic is its own source' 2
is_err 'and the message says so' '--from and --to-by are the same topic, clicks'
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
is_status 'an offset that somebody set is adopted' 0
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

# Bad lines of the source go to a topic, in the transaction of the results.

topic dirty 3
topic clean 3
topic bad 2
# dirty FIRST LAST: every tenth message is bad.
dirty() {
	seq "$1" "$2" | awk '{ value = "{\\\"k\\\":\\\"k" $1 % 20 "\\\",\\\"v\\\":" $1 "}"
		if ($1 % 20 == 3) value = "bad " $1
		if ($1 % 20 == 13) value = "{\\\"$sml\\\":\\\"end\\\",\\\"n\\\":" $1 "}"
		printf "{\"partition\":%d,\"value\":\"%s\"}\n", $1 % 3, value }' | smlkafka produce -t dirty --format envelope
}
from_dirty() { smlrun --state dir --from kafka:dirty -G cleaning -e --to kafka:clean --rejects kafka:bad "$@" -- "$pipeline"; }
rejects_are_exact() {
	rm -f refused
	for p in 0 1 2; do
		smlkafka consume -e --timeout 60s -o beginning -t "dirty:$p" --rejects refused | smlecho -k k | smlecho -k k --as again
	done | sort >want
	marked clean 3 && all -t clean | sort | cmp want - || return
	sort refused >want.bad
	marked bad 2 && all -t bad | sort >got && cmp want.bad got || return
	# Those of a partition are in one, in order.
	all -t bad:1 | jq .offset | sort -nc && all -t bad:1 | jq -r .partition | sort -u | grep -x 1 && [ "$(all -t bad:1 | jq -r .partition | sort -u | wc -l)" -eq 1 ]
}
dirty 1 600
run from_dirty --every 20 --stats stats
is_status 'bad messages go to a topic, even from a group' 3
ok 'as smlkafka consume --rejects writes them' rejects_are_exact
ok 'and are counted' test "$(jq -c '[.records, .written, .rejected]' stats)" = '[600,540,60]'
run from_dirty
is_status 'once' 0
for every in '--every 20' '--every 10 --snapshot-every 5'; do
	step=1 died=0 wrong=
	while
		dirty 601 660
		# shellcheck disable=SC2086 # several words
		faulty "kill=$step,in=smlrun" smlrun --state dir --from kafka:dirty -G cleaning -e --to kafka:clean --rejects kafka:bad $every -- "$pipeline"
		status_is 137 >/dev/null
	do
		died=$((died + 1)) step=$((step + ${SML_EVERY:-5}))
		# shellcheck disable=SC2086
		run from_dirty $every
		rejects_are_exact >why 2>&1 || {
			wrong="$wrong $step"
			sed "s/^/# step $step: /" why
		}
	done
	ok "$every: $died members are killed before a step of a commit" test $died -ge 2
	ok 'and each bad message is there once' test -z "$wrong"
done
run from_dirty
dirty 661 720
faulty 'lost=2,in=smlrun' smlrun --state dir --from kafka:dirty -G cleaning -e --to kafka:clean --rejects kafka:bad --retries 0 -- "$pipeline"
run from_dirty
ok 'even if the outcome of a commit is not known' rejects_are_exact
dirty 723 723
run from_dirty --every 20 --stats stats
is_status 'an epoch may have nothing but a bad message' 3
ok 'which is committed' rejects_are_exact
end_all

topic good 1
topic lines 3
{ records 1 50 && echo '[1]' && records 51 100 && printf 'half\377\n{"$sml":"end"}\n'; } >in
run smlrun --state dir --from in --to kafka:good --rejects kafka:lines --every 20 --snapshot-every 3 -- "$pipeline"
is_status 'bad lines of a file do, too' 3
rm -f refused
run smlrun --state filed --from in --to null --rejects refused -- "$pipeline"
marked lines 3
all -t lines:0 >got
ok 'as they are in a file' cmp refused got
ok 'all of them' test "$(wc -l <got)" -eq 3
topic shared 1
run smlrun --state sharded --from in --to kafka:good --rejects kafka:shared --shards 2 -k k --block 30 --every 20 --drain -- "$pipeline"
is_status 'in blocks for several pipelines, too' 3
marked shared 1
all -t shared >got
ok 'each once' cmp refused got
rm -rf sharded
faulty 'kill=30,in=smlrun' smlrun --state dir --from in --to kafka:good --rejects kafka:lines --every 20 --snapshot-every 3 -- "$pipeline"
run smlrun --state dir --from in --to kafka:good --rejects file -- "$pipeline"
is_status 'from now on they may go to a file' 0
ok 'which gets none that went to the topic' test ! -s file
end_all
rm -rf filed refused

run smlrun --state dir --from kafka:dirty --to out --rejects kafka:bad -- "$pipeline"
is_status 'without a topic to write there is no transaction' 2
is_err 'and the message says so' '--rejects kafka:bad needs a sink that is a topic, for its transactions: name a file'
run smlrun --state dir --from kafka:dirty --to kafka:clean -G g --rejects file -- "$pipeline"
is_status 'a group has no file' 2
is_err 'but a topic' '--rejects FILE does not go with -G: a file cannot refuse a member that the group has given up; --rejects kafka:TOPIC can'
for topic in kafka:dirty kafka:clean kafka: kafka:bad:1; do
	run smlrun --state dir --from kafka:dirty --to kafka:clean --rejects "$topic" -- "$pipeline"
	is_status "--rejects $topic is refused" 2
done
run timeout 60 smlrun --state dir --from kafka:dirty --to kafka:clean -X allow.auto.create.topics=false --rejects kafka:nowhere --timeout 5s -e -- "$pipeline"
ok 'so is a missing topic' grep -q nowhere "$tmp/.err"
end_all

plan
