#!/bin/sh
# smlkafka produce: every record is where it belongs and acknowledged, or reported not to be, whatever
# the brokers do.
# SML_SHORT=1: without the many records and the brokers that fail, for valgrind.
# shellcheck disable=SC2154 # $tests and $tmp are lib.sh's
. "${0%/*}/lib.sh"

with_kafka secure

run_produce() { run smlkafka produce "$@"; }
consume() { smlkafka consume -e --timeout 30s "$@"; }

# begun TOPIC: waits until something is in it
begun() { timeout 60 smlkafka consume -o beginning -c 1 -t "$1" >/dev/null; }

# holds NAME TOPIC FILE: the values in the topic's one partition are the file's lines.
holds() {
	consume -t "$2" >got
	ok "$1" cmp "$3" got
}

# is_there NAME TOPIC EDIT: the topic's envelopes, by partition and edited by sed, are those on standard input
is_there() {
	cat >want
	consume -t "$2" --format envelope | sort -s -t : -k 3,3 |
		sed -E "s/\"(topic|timestamp_type)\":\"[a-z0-9_]*\",//g; s/\"offset\":[0-9]*,//; ${3-}" >got
	ok "$1" diff -au want got
}
no_time='s/"timestamp":[0-9]*,//'
no_value='s/"value".*"headers"/"headers"/'

# What a record becomes

topic plain 1
cat >in <<-'EOF'
	{"n":1, "odd":  1.50e1}
	{"n":2,"text":"\u00e9\/é","null":null}
	  {"n":3}
EOF
run_produce -t plain in
is_status 'records are delivered' 0
is_out 'nothing is written' </dev/null
sed 's/^ *//' in >want
holds 'a value is the bytes of its record' plain want

topic keys 1
cat >in <<-'EOF'
	{"k":"a\u00e9\n","n":1}
	{"k":12.50,"n":2}
	{"k":{"a": [1]},"n":3}
	{"k":null,"n":4}
	{"n":5}
	{"k":"","n":6}
EOF
run_produce -t keys -k k in
is_there 'a key is a string without its quotes, or JSON; null and missing are no key' keys \
	"$no_time; s/\"value\".*\\\\\"n/\"n/" <<-'EOF'
	{"partition":0,"key":"aé\n","n\":1}","headers":[]}
	{"partition":0,"key":"12.50","n\":2}","headers":[]}
	{"partition":0,"key":"{\"a\": [1]}","n\":3}","headers":[]}
	{"partition":0,"key":null,"n\":4}","headers":[]}
	{"partition":0,"key":null,"n\":5}","headers":[]}
	{"partition":0,"key":"","n\":6}","headers":[]}
EOF

# Utils.murmur2 of org.apache.kafka.common.utils has these hashes in its own test (UtilsTest), and
# BuiltInPartitioner.partitionForKey takes (hash & 0x7fffffff) % partitions.
topic murmur 12
for pair in 21=-973932308 foobar=-790332482 a-little-bit-long-string=-985981536 \
	a-little-bit-longer-string=-1486304829 \
	lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8=-58897971 abc=479470107; do
	echo "{\"k\":\"${pair%=*}\"}" >>murmurs
	echo "${pair%=*} $(((${pair#*=} & 0x7fffffff) % 12))" >>partitions
done
smlkafka produce -t murmur -k k murmurs
consume -t murmur --format envelope |
	sed -E 's/.*"partition":([0-9]+).*"key":"([^"]*)".*/\2 \1/' | sort >got
sort partitions >want
ok 'a key has the partition that the Java client gives it' diff -u want got

topic fields 3
topic other 1
cat >in <<-'EOF'
	{"p":2,"at":"2024-05-01T08:00:00.1234Z","a":"x","b":{"c":1}}
	{"p":0,"at":1714550400001,"a":null,"b":{},"to":"other"}
	{"p":0,"at":1,"b":{"c":"é\u0001"},"to":null}
EOF
run_produce -t fields --partition p --time at --header h=a --header h=b.c --topic-field to in
is_there 'partition, time and headers come from fields' fields "$no_value" <<-'EOF'
	{"partition":0,"timestamp":1,"key":null,"headers":[["h","é\u0001"]]}
	{"partition":2,"timestamp":1714550400123,"key":null,"headers":[["h","x"],["h","1"]]}
EOF
is_there 'a null field is a header without a value, a missing one is none' other "$no_value" <<-'EOF'
	{"partition":0,"timestamp":1714550400001,"key":null,"headers":[["h",null]]}
EOF

# Bad records, and what the broker refuses

topic refuses 1
cat >in <<-'EOF'
	{"n":1,"at":1,"to":"refuses"}
	{"n":2,"at":0}
	{"n":3,"at":2,"p":7}
	{"n":4,"at":"soon"}
	{"n":5
	{"n":6}
	{"n":7,"at":3,"to":"refused"}
	{"n":8,"at":3,"to":"what a name"}
	{"n":9,"at":3,"p":"0"}
	{"n":10,"at":4}
EOF
run_produce -t refuses --time at --partition p --topic-field to --rejects rejects in
is_status 'bad records go to --rejects' 3
sed -E 's/"source":"in",|"raw":.*//g' rejects >.out
is_out 'in the order of the input, with their places and reasons' <<-'EOF'
	{"error":"a timestamp is at least 1 ms after the beginning of 1970: for 0 librdkafka would write the time of sending","line":2,"byte":13,
	{"error":"topic refuses has no partition 7","line":3,
	{"error":"at: not a time like 2026-01-31T23:59:59Z (RFC 3339); --time-format reads other texts","line":4,"byte":14,
	{"error":"the line ends where a comma or } is expected","line":5,"byte":7,
	{"error":"the time \"at\" is missing; the record has \"n\"","line":6,
	{"error":"there is no topic \"refused\"; did you mean \"refuses\"?","line":7,
	{"error":"a topic's name has letters, digits, dots, - and _ only","line":8,
	{"error":"an integer is needed, not a string","line":9,"byte":19,
EOF
sed -n '1p;10p' in >want
holds 'and the others are delivered' refuses want

# A broker refuses a whole batch because of one record in it.
topic narrow 1 1 max.message.bytes=2000
awk 'BEGIN { for (i = 1; i <= 1000; i++) {
	pad = i == 11 || i == 501 || i == 502 ? sprintf("%3000d", 0) : ""
	printf "{\"n\":%d,\"pad\":\"%s\"}\n", i, pad } }' >in
rm -f rejects
run_produce -t narrow --rejects rejects in
is_status 'a record that the broker refuses goes to --rejects' 3
cut -c 1-70 rejects >.out
is_out 'with its reason' <<-'EOF'
	{"error":"Broker: Message size too large","source":"in","line":11,"raw
	{"error":"Broker: Message size too large","source":"in","line":501,"ra
	{"error":"Broker: Message size too large","source":"in","line":502,"ra
EOF
awk 'length() < 2000' in | sort >want
consume -t narrow | sort >got
ok 'and none beside it does, nor comes twice' cmp want got

topic compacted 1 1 cleanup.policy=compact
awk 'BEGIN { for (i = 1; i <= 100; i++)
	printf "{\"n\":%d%s}\n", i, i == 50 ? "" : ",\"k\":\"k\"" }' >in
rm -f rejects
run_produce -t compacted -k k --rejects rejects in
is_status 'also one without a key, where one is needed' 3
ok 'one record alone' test "$(wc -l <rejects)" -eq 1
run_produce -t compacted -k k in
is_status 'without --rejects the run ends' 1
is_err 'at that record' '^smlkafka: in:50: Broker: '

run_produce -t nowhere in
is_status 'a topic that is not there is an error' 1
is_err 'that says so' '^smlkafka: there is no topic "nowhere"'
run_produce in
is_status 'without a topic it is wrong usage' 2

# Envelopes

topic envelopes 2
cat >in <<-'EOF'
	{"error":"some","topic":"envelopes","partition":1,"offset":5,"timestamp":7,"timestamp_type":"create","key":null,"value":{"base64":"AP8="},"headers":[["a",null],["a",""],["",{"base64":"/w=="}]]}
	{"partition":0,"topic":"envelopes","value":"\"\u0000","key":""}
	{"topic":"envelopes","partition":0,"timestamp":0,"value":"early"}
	{"topic":"envelopes","value":"more","clicks":5}
	{"topic":"envelopes","value":{}}
	{"topic":"envelopes","key":"x"}
	{"topic":"envelopes","value":"","headers":[["a"]]}
	{"topic":"envelopes","partition":0,"value":null,"key":"gone"}
EOF
rm -f rejects
run_produce --format envelope --rejects rejects in
is_there 'an envelope becomes the message that it was' envelopes 's/"timestamp":[0-9]{9,},//' <<-'EOF'
	{"partition":0,"key":"","value":"\"\u0000","headers":[]}
	{"partition":0,"key":"gone","value":null,"headers":[]}
	{"partition":1,"timestamp":7,"key":null,"value":{"base64":"AP8="},"headers":[["a",null],["a",""],["",{"base64":"/w=="}]]}
EOF
sed -E 's/"source":"in",|"raw":.*//g' rejects >.out
is_out 'or, where anything of it would be lost, a reject' <<-'EOF'
	{"error":"a timestamp is at least 1 ms after the beginning of 1970: for 0 librdkafka would write the time of sending","line":3,"byte":1,
	{"error":"\"clicks\" is no member of an envelope, and would be lost","line":4,"byte":37,
	{"error":"a string, null or {\"base64\":…} is needed, not an object","line":5,"byte":30,
	{"error":"this envelope has no \"value\"","line":6,"byte":1,
	{"error":"a header is a pair: [name, value]","line":7,"byte":44,
EOF

topic records 1
echo '{"topic":"elsewhere","partition":0,"key":"k","value":{"a": 1},"headers":[["h","v"]]}' >in
run_produce -t records --format record in
is_there 'an embedded value is sent as it stands; -t goes before the record' records "$no_time" <<-'EOF'
	{"partition":0,"key":"k","value":"{\"a\": 1}","headers":[["h","v"]]}
EOF

# Control lines

topic control 1
cat >in <<-'EOF'
	{"$sml":"begin"}
	{"n":1}
	{"$sml":"model","m":1}
	{"$sml":"barrier","id":1}
	{"n":2}
	{"$sml":"watermark","ts":5}
	{"$sml":"end"}
EOF
run_produce --control -t control <in
is_status 'a stream may carry control lines' 0
is_out 'which are not forwarded' </dev/null
sed '/sml/d' in >want
holds 'nor written to the topic' control want
topic models 1
run_produce -t models --control --carry model <in
sed '/barrier/d; /watermark/d; /end/d' in >want
consume -t models --carry model >got
# consume itself begins a stream that carries control lines.
ok 'models are, where they are asked for' diff -u want got

# Thin and thick

topic thin 1
mkfifo pipe
smlkafka produce -t thin <pipe &
exec 3>pipe
echo '{"n":1}' >&3
ok 'a record is sent before the next one comes' \
	timeout 20 smlkafka consume -t thin -o beginning -c 1
exec 3>&-
ok 'and the end of the input ends the run' wait $!

if [ -n "${SML_SHORT-}" ]; then
	"$servers" stop "$tmp/kafka"
	plan
fi

topic thick 3
seq 200000 | sed 's/.*/{"n":&,"k":"key&"}/' >many
run_produce -t thick -k k --stats stats --metrics m.prom many
is_status 'many records are delivered' 0
consume -t thick | sort >got
sort many >want
ok 'each of them once' cmp want got
ok '--stats counts what was acknowledged' grep -q '"acknowledged":200000,' stats
ok 'and --metrics too' grep -q '^sml_acknowledged_total{.*} 200000$' m.prom

# Stopped, and gone on

topic ended 1
# The signal goes to the whole group: produce reads on until its writer has ended.
mkfifo endless
yes '{"n":1}' >endless &
writer=$!
smlkafka produce -t ended --stats stats <endless &
pid=$!
begun ended
kill $writer $pid
wait $pid 2>wait.err
echo $? >.status
is_status 'a run that is stopped dies of the signal' 143
acknowledged=$(sed 's/.*"acknowledged":\([0-9]*\).*/\1/' stats)
ok 'when all it read is delivered' grep -q "\"records\":$acknowledged," stats
ok 'as it said' test "$(consume -t ended | wc -l)" -eq "$acknowledged"

topic stopped 1
seq 300000 | sed 's/.*/{"n":&,"pad":"................................................"}/' >load
smlkafka produce -t stopped --state state --continue --stats stats load &
pid=$!
begun stopped
kill $pid
ok 'a run with --state that is stopped succeeds' wait $pid
acknowledged=$(sed 's/.*"acknowledged":\([0-9]*\).*/\1/' stats)
ok 'in the midst of its input' test "$acknowledged" -lt 300000
head -n "$acknowledged" load >want
holds 'what it said is acknowledged is there, and nothing else' stopped want
run_produce -t stopped --state state --continue load
is_status 'it goes on' 0
holds 'behind the records that were acknowledged' stopped load

topic saved 1
mkfifo slow
smlkafka produce -t saved --state saved.state --save-every 10 <slow &
pid=$!
exec 7>slow
head -n 20 load >&7
saves() { timeout 60 sh -c 'until grep -q "\"records\":20," saved.state; do sleep 0.1; done'; }
ok '--save-every saves the state during the run' saves
exec 7>&-
wait $pid

topic prefix 1
seq 30 | sed 's/.*/{"n":&,"to":"prefix"}/; 20s/prefix/postfix/' >in
run_produce --topic-field to --state state2 --continue in
is_status 'a run that stops at a refused record fails' 1
rm -f rejects
run_produce --topic-field to --state state2 --continue --rejects rejects in
is_status 'and goes on at it' 3
consume -t prefix >all
sort -u all >got
sed 20d in | sort >want
ok 'nothing is missing then' diff -u want got
head -n 19 in >want
head -n 19 all >got
ok 'what came before is there' diff -u want got
sed 1,19d all >behind
ok 'once' sh -c '! grep -qxFf want behind'

# Brokers that are away

run_produce -b 127.0.0.1:1 -t plain --timeout 2s in
is_status 'where no broker answers: try again' 75
is_err 'after a time' '^smlkafka: no broker answers'

topic away 1
smlkafka produce -t away load &
pid=$!
begun away
"$servers" kill "$tmp/kafka" 1
sleep 1
"$servers" restart "$tmp/kafka" 1 || exit 1
ok 'a broker that is killed and comes back is waited for' wait $pid
holds 'nothing is lost, doubled or out of order' away load

topic paused 1
smlkafka produce -t paused load &
pid=$!
begun paused
"$servers" pause "$tmp/kafka" 1
sleep 3
"$servers" resume "$tmp/kafka" 1
ok 'so is one that stands still' wait $pid
holds 'and nothing is lost either' paused load

topic patience 1
smlkafka produce -t patience --timeout 2s --state state3 --continue --stats stats load 2>.err &
pid=$!
begun patience
"$servers" pause "$tmp/kafka" 1
wait $pid
echo $? >.status
"$servers" resume "$tmp/kafka" 1
is_status 'for no longer than --timeout' 75
is_err 'and the first record that was not acknowledged is named' '^smlkafka: load:[0-9]*: '
acknowledged=$(sed 's/.*"acknowledged":\([0-9]*\).*/\1/' stats)
ok 'which is the one behind those that are counted' grep -q "^smlkafka: load:$((acknowledged + 1)): " .err
run_produce -t patience --state state3 --continue load
is_status 'the load goes on there' 0
consume -t patience | sort -u >got
sort load >want
ok 'and nothing is missing' cmp want got

# Who may

topic safe 1
export KAFKA_SASL_USERNAME=ann KAFKA_SASL_PASSWORD=wrong
set -- -b "$(cat kafka/secure)" -X security.protocol=sasl_ssl -X sasl.mechanism=SCRAM-SHA-256 \
	-X "ssl.ca.location=$tmp/kafka/ca.pem" -t safe --timeout 20s
run_produce "$@" in
is_status 'a wrong password is an error' 1
ok 'of one line' test "$(wc -l <.err)" -eq 1
KAFKA_SASL_PASSWORD=secret
run_produce "$@" in
is_status 'the right one is not' 0
unset KAFKA_SASL_USERNAME KAFKA_SASL_PASSWORD
holds 'and the records are there' safe in
"$servers" stop "$tmp/kafka"

# Of three brokers the leader of a partition goes, and comes back

"$servers" start "$tmp/three" brokers=3 || exit 1
KAFKA_BROKERS=$(cat three/address)
export KAFKA_BROKERS
topic replicated 3 3 min.insync.replicas=2
smlkafka produce -t replicated -k k many &
pid=$!
begun replicated
"$servers" kill "$tmp/three" 2
sleep 1
"$servers" restart "$tmp/three" 2 || exit 1
ok 'a leader that is killed is replaced' wait $pid
for partition in 0 1 2; do
	consume -t replicated:$partition >$partition
done
sort 0 1 2 >got
sort many >want
ok 'with nothing lost or doubled' cmp want got
in_order() { for partition in 0 1 2; do sed 's/.*"n":\([0-9]*\).*/\1/' $partition | sort -nc || return; done; }
ok 'and each partition in order' in_order
# Killed, because without the other two the last broker would take half a minute to stop.
for n in 1 2 3; do "$servers" kill "$tmp/three" $n; done
plan
