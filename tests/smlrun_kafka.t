#!/bin/sh
# smlrun from and to topics of a real broker: whatever is killed, each result is there once, and so is the
# offset of its record.
# SML_KILLS=200: also runs 200 rounds of random kills for each source and sink; SML_STOPS=100: then 100
# SIGTERMs to all processes. There is no short form for valgrind.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"
. "$tests/smlrun.sh"

with_kafka late
front=127.0.0.1:$(cat kafka/front)

# records FIRST LAST: 20 keys in turn.
records() {
	seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d}\n", $1 % 20, $1 }'
}
# exact IN OUT PARTITIONS: each partition of OUT has what the stages make of its like of IN.
exact() {
	marked "$2" "$3" || return
	for p in $(seq 0 $(($3 - 1))); do
		all -t "$1:$p" | smlecho -k k | smlecho -k k --as again >want
		all -t "$2:$p" >got
		cmp want got || return
	done
}
end_all() { rm -rf dir out in; }

# From a file to a topic

topic sums 1
to_sums() { smlrun --state dir --from in --to kafka:sums "$@" -- "$pipeline"; }
records 1 500 >in
run to_sums --every 100
is_status 'a file goes to a topic' 0
records 501 700 >>in
run to_sums --every 100
is_status 'a second run goes on' 0
smlecho -k k in | smlecho -k k --as again >want
marked sums 1
all -t sums >got
ok 'and the topic has what an undisturbed run writes' cmp want got
step=1 died=0
while
	records $((700 + 10 * step)) $((709 + 10 * step)) >>in
	faulty "kill=$step,in=smlrun" smlrun --state dir --from in --to kafka:sums --every 5 -- "$pipeline"
	status_is 137 >/dev/null
do
	died=$((died + 1)) step=$((step + ${SML_EVERY:-3}))
done
run to_sums
is_status 'runs that were killed before a step of a commit, and in it, go on' 0
ok "$died were" test $died -ge 3
smlecho -k k in | smlecho -k k --as again >want
marked sums 1
all -t sums >got
ok 'and each result is there once' cmp want got
topic wide 2
run smlrun --state other --from in --to kafka:wide -- "$pipeline"
is_status 'a file has no partition to name' 1
is_err 'and --to-key is said to' 'topic wide has 2 partitions.*--to-key'
run smlrun --state other --from in --to kafka:wide --to-key k -- "$pipeline"
is_status 'a key has, in the same DIR' 0
marked wide 2
all -t wide --format envelope >got
ok 'each key is in one partition' test "$(sed 's/.*"partition":\([0-9]*\),.*"key":"\([^"]*\)".*/\2 \1/' got | sort -u | wc -l)" -eq 20
ok 'and all are there' test "$(wc -l <got)" -eq "$(wc -l <in)"
ok 'in both of them' test "$(sed 's/.*"partition":\([0-9]*\),.*/\1/' got | sort -u | wc -l)" -eq 2
run smlrun --state other --from in --to kafka:wide --to-key v -- "$pipeline"
is_err 'another --to-key is refused by its name' '--to-key was k, and is v now'
records 1 5 >in2
smlrun --state other --from in --from in2 --to kafka:wide --to-key k -- "$pipeline"
run smlrun --state other --from in --to kafka:wide --to-key k -- "$pipeline"
is_status 'files that were read must be named again' 1
is_err 'and that is said' 'file 2 of --from was read before, but only 1 are named'
rm -rf other
end_all

# From a topic to a file

topic clicks 1
records 1 3000 | smlkafka produce -t clicks
from_clicks() { smlrun --state dir --from kafka:clicks --to out -e --every 500 "$@" -- "$pipeline"; }
for step in 3 9 17 28; do
	faulty "kill=$step,in=smlrun" smlrun --state dir --from kafka:clicks --to out -e --every 500 --snapshot-every 2 -- "$pipeline"
done
run from_clicks --snapshot-every 2
is_status 'a topic goes to a file' 0
all -t clicks | smlecho -k k | smlecho -k k --as again >want
ok 'that has each result once' cmp want out
end_all
topic odd 1
printf '{"value":"{\\"k\\":\\"k1\\",\\"v\\":1}"}\n{"value":"{\\"k\\":3"}\n{"value":"{\\"$sml\\":\\"end\\"}"}\n{"value":"{\\"k\\":\\"k2\\",\\"v\\":2}"}\n' |
	smlkafka produce -t odd --format envelope
run smlrun --state dir --from kafka:odd --to out -e -- "$pipeline"
is_status 'a message that is no record ends the run' 1
is_err 'and is named' '^smlrun: odd:0:1'
ok 'what is before it is there' test "$(wc -l <out)" -eq 1
run smlrun --state dir --from kafka:odd --to out -e --rejects bad -- "$pipeline"
is_status 'or goes to --rejects' 3
ok 'so does a control line' test "$(grep -c '"error":.*"topic":"odd"' bad)" -eq 2
ok 'and the rest to the file' test "$(wc -l <out)" -eq 2
printf '{"value":"{\\"k\\":\\"k1\\",\\"v\\":true}"}\n' | smlkafka produce -t odd --format envelope
run smlrun --state dir --from kafka:odd --to out -e --rejects bad -- 'smlecho -k k --state $SML_STATE/a | smlwindow -k k -w global -a "sum(v)"'
is_status 'another pipeline is refused' 1
is_err 'and both are named' 'the pipeline was .* and is .* now'
end_all
run smlrun --state dir --from kafka:odd --to null -e --rejects bad2 -o 3 -- 'smlwindow -k k -w sliding:1s -t v -a "sum(v)"'
is_status 'a record at which a stage fails ends the run' 1
is_err 'and is named by its offset' '^smlrun: odd:0:4: .*everything before is committed'
end_all

# --rejects beside a topic

topic odds 1
odd_to_odds() { smlrun --state dir --from kafka:odd --to kafka:odds -e --rejects "$@" -- "$pipeline"; }
faulty 'lost=2,in=smlrun' smlrun --state dir --from kafka:odd --to kafka:odds -e --retries 0 --rejects bad3 -- "$pipeline"
is_status 'a commit whose outcome is not known ends the run' 1
run odd_to_odds bad3
is_status 'and the next one goes on from what the broker says' 0
ok 'with the bad messages that were committed' test "$(wc -l <bad3)" -eq 2
run odd_to_odds bad4
is_status 'bad messages may go to another file from now on' 0
printf '{"value":"{\\"k\\":4"}\n' | smlkafka produce -t odd --format envelope
run odd_to_odds bad4
is_status 'and do so' 3
ok 'all of them' test "$(wc -l <bad4)" -eq 1
end_all

# From topic to topic

topic from 4
topic to 4
records 1 4000 | smlkafka produce -t from -k k
from_to() { smlrun --state dir --from kafka:from --to kafka:to -e "$@" -- "$pipeline"; }
run from_to --every 200 --stats stats --metrics run.prom
is_status 'each partition has a pipeline' 0
ok 'records, results and commits are counted' test "$(jq -c '[.records, .written, .rejected, .restarts, .lag, .snapshot_bytes > 0, .commit_p99_seconds > 0]' stats)" = '[4000,4000,0,0,0,true,true]'
ok 'for Prometheus, too' grep -q '^sml_commit_p99_seconds{.*} 0\.' run.prom
ok 'and its results are in the partition of that number' exact from to 4
records 4001 6000 | smlkafka produce -t from -k k
died=0
for step in 2 7 15 26 40; do
	faulty "kill=$step,in=smlrun" smlrun --state dir --from kafka:from --to kafka:to -e --every 50 --snapshot-every 3 -- "$pipeline"
	status_is 137 >/dev/null && died=$((died + 1))
done
ok 'runs are killed' test $died -ge 3
run from_to
is_status 'and the next one goes on' 0
ok 'each result is there once' exact from to 4
run from_to
is_status 'a run with nothing to do does nothing' 0
topic closed 4
run smlrun --state drained --from kafka:from --to kafka:closed -e --drain -- "$pipeline"
is_status 'windows are closed at the end' 0
run smlrun --state drained --from kafka:from --to kafka:closed -e --drain -- "$pipeline"
is_status 'and once only' 0
ok 'the topic has all' exact from closed 4
records 6001 6010 | smlkafka produce -t from -k k
run smlrun --state drained --from kafka:from --to kafka:closed -e -- "$pipeline"
is_status 'nothing can follow' 1
is_err 'and that is said' 'was ended by --drain'
run from_to
topic few 2
run smlrun --state few --from kafka:from --to kafka:few -e -- "$pipeline"
is_err 'fewer partitions are refused' 'topic few has 2 partitions, fewer than topic from'
run smlrun --state few2 --from kafka:from --to kafka:to -e --every 5m -- 'smllearn -y v -f w --default w=1 -m ctr.model'
is_err 'and one file for several pipelines' 'ctr.model: there are several pipelines.*SML_STATE'
records 1 1 | smlkafka produce -t to
marked to 4 # its transaction, of 11 minutes, is aborted
ok 'no transaction is left open that holds back what others write' test "$(all -t to | wc -l)" -eq 6011
sed 's/sml-[0-9a-f]*/sml-0000000000000000/' dir/commit >forgot
cp forgot dir/commit
run from_to
is_err 'offsets that are gone while snapshots are there end the run' 'has no offset of partition 0, but .* has snapshots'
run smlrun reset dir --to BEGINNING
run from_to
is_status 'unless smlrun reset has removed both' 0
marked to 4
ok 'then all results come again' test "$(all -t to | wc -l)" -eq 12021
ok 'smlrun status names the group' test "$(smlrun status dir | jq -r .group)" = "$(jq -r .group dir/commit)"
end_all
for to in 'kafka:' kafka:to:1 kafka:from; do
	run smlrun --state few --from kafka:from --to "$to" -- cat
	is_status "$to is no topic to write to" 2
done
run smlrun --state few --from kafka:from --to kafka:to --drain -- cat
is_status '--drain needs an end' 2
run smlrun --state dir --from kafka:from --to out -G g -- cat
is_status 'a group needs topics' 2
run smlrun --state dir --from in -G g --to kafka:to -- cat
is_status 'on both ends' 2

# Places, and what they belong to

# The markers of transactions, and what was aborted, take up offsets.  A transaction that is committed
# can be read a little later.
awaits() { timeout 60 smlkafka consume -o beginning -c "$2" -t "$1" --format envelope >/dev/null; }
topic txn 1
brokers transact txn 0 commit '{"k":"k1","v":1}' '{"k":"k2","v":2}'
brokers transact txn 0 abort '{"k":"k1","v":0}'
brokers transact txn 0 commit 7 '{"k":"k1","v":3}'
awaits txn 4
run timeout 60 smlrun --state dir --from kafka:txn --to out -e -- "$pipeline"
is_status 'a bad message ends the run' 1
is_err 'its offset is its own, not that after the message before it' '^smlrun: txn:0:5:'
run timeout 60 smlrun --state dir --from kafka:txn --to out -e --rejects bad --stats stats -- "$pipeline"
is_status 'the end may be markers' 3
ok 'nothing is read that was aborted' test "$(jq -c .v out | tr '\n' ' ')" = '1 2 3 '
ok 'the place is after the markers' test "$(jq .last.offset dir/commit)" -eq 8
ok 'each message counts' test "$(jq -c '[.records, .written, .rejected]' stats)" = '[2,1,1]'
brokers transact txn 0 commit '{"k":"k1","v":"x"}'
awaits txn 5
windows='smlwindow -w global -a "s=sum(v)"'
rm -rf dir out bad
run timeout 60 smlrun --state dir --from kafka:txn --to out -e -o 6 -- "$windows"
is_status 'a stage fails at a message after a marker' 1
is_err 'whose offset is named' '^smlrun: txn:0:8: '
end_all

# A topic that was recreated, or has lost what comes next.
topic anew 1
records 1 5 | smlkafka produce -t anew
read_anew() { timeout 60 smlrun --state dir --from kafka:anew --to out -e "$@" -- "$pipeline"; }
run read_anew -o 2
is_status '-o says where to begin' 0
ok 'and there it begins' test "$(jq -c .v out | tr '\n' ' ')" = '3 4 5 '
records 6 9 | smlkafka produce -t anew
brokers trim anew 0 7
run read_anew
is_status 'a run whose next messages are deleted is refused' 1
is_err 'and says where it would continue' 'topic anew, partition 0: offset 5, where the run continues, was deleted; the first there is 7'
brokers drop anew
topic anew 1
records 11 20 | smlkafka produce -t anew
run read_anew
is_status 'so is one whose topic was recreated' 1
is_err 'and says what differs' 'topic anew, partition 0 is another than before: offset 4 has another'
end_all

# A pipeline that dies in the middle of a result: its transaction is aborted, and half a line forgotten.
topic whole 1
topic parts 1
records 1 60 | smlkafka produce -t whole
cat >halves <<'END'
#!/bin/sh
# Writes half of a result before it dies; then all, one of them in two halves, and empty lines.
while IFS= read -r line; do
	case $line in *'"v":30,'*)
		printf '%.9s' "$line"
		[ -e died ] || { : >died; exit 1; }
		sleep 0.3
		line=${line#?????????}
		;;
	esac
	printf '%s\n' "$line"
	case $line in *'"v":31,'*) echo ;; esac
done
END
chmod +x halves
run smlrun --state dir0 --from kafka:whole --to kafka:parts -e --retries 0 -- "$pipeline | ./halves"
is_status 'a run that fails ends its transaction' 1
ok 'which would hide what comes after it' timeout 20 kafkatool "$KAFKA_BROKERS" marked parts 1
rm died
run smlrun --state dir --from kafka:whole --to kafka:parts -G parts -e --every 20 -- "$pipeline | ./halves"
is_status 'a pipeline that dies within a result is started again' 0
is_err 'once' 'retry 1 of 5'
ok 'and each result is there once' exact whole parts 1
cat >once <<'END'
#!/bin/sh
# Fails at a record, but not again.
while IFS= read -r line; do
	case $line in *'"v":5,'*)
		[ -e failed ] || { : >failed; echo '{"$sml":"failed","tool":"once","error":"once","record":true}'; exit 1; }
		;;
	esac
	printf '%s\n' "$line"
done
END
chmod +x once
run smlrun --state flaky --from kafka:whole --to out -e --every 20 -- "$pipeline | ./once"
is_status 'a stage that fails at a record once ends no run' 0
all -t whole | smlecho -k k | smlecho -k k --as again >want
ok 'which goes on to the end' cmp want out
run smlrun --state dir --from kafka:whole --to kafka:parts -G others -e -- "$pipeline | ./halves"
is_err 'a DIR has one group' '-G was parts, and is others now'
run smlrun --state dir2 --from kafka:whole --to kafka:parts -G parts -e -- "$pipeline"
is_status 'a group has one pipeline, whatever the DIR' 1
is_err 'and says so' 'group parts, topic whole, partition 0: it belongs to a run with another pipeline, source or sink'
run smlrun --state dir3 --from kafka:whole --to kafka:parts -G parts -e --to-key k -- "$pipeline | ./halves"
is_err 'and one key' 'it belongs to a run with another pipeline, source or sink'
brokers commit adopted whole 0 50
run smlrun --state dir4 --from kafka:whole --to kafka:parts -G adopted -e --adopt -- "$pipeline"
is_status 'an offset is adopted' 0
marked parts 1
all -t parts | tail -n +61 >got
ok 'and what is after it is read' test "$(jq .v <got | tr '\n' ' ')" = '51 52 53 54 55 56 57 58 59 60 '
end_all
rm -rf dir0 dir2 dir3 dir4 flaky

# What the group has is the offset of the last mark, not of the snapshot.  --rejects is as long as the
# last commit of any partition says.
topic marked 2
topic marks 2
set -- --state dir --from kafka:marked --to kafka:marks --snapshot-every 1000 --rejects bad
offset_is() {
	for _ in $(seq 100); do
		offsets=$(smlkafka offsets -G "$(jq -r .group dir/commit)" -t marked:0)
		[ "$(echo "$offsets" | jq .current)" != "$1" ] || return 0
		sleep 0.1
	done
	echo "$offsets"
	return 1
}
to_first() { sed 's/}$/,"p":0}/' | smlkafka produce -t marked --partition p; }
records 1 100 | to_first
smlrun "$@" --every 50ms -- "$pipeline" 2>err &
pid=$!
awaits marks 100
records 101 200 | to_first
ok 'the offset in the group is that of the last mark' offset_is 200
kill $pid
wait $pid
brokers transact marked 1 commit 7 '{"k":"k1","v":201}'
awaits marked 202
for _ in 1 2; do run timeout 60 smlrun "$@" -e -- "$pipeline"; done
ok 'one partition cuts nothing from --rejects that another has committed' test "$(jq -c '[.partition, .offset]' bad)" = '[1,0]'
end_all
# A pipeline that repeats what is committed ends immediately if the run ends.
topic late 2
topic later 2
set -- --state dir --from kafka:late --to kafka:later -e --every 250 --snapshot-every 1000
slow='perl -pe "BEGIN { \$| = 1 } select(undef, undef, undef, 0.002)" | smlecho -k k --state $SML_STATE/a'
seq 3000 | awk 'BEGIN { p = sprintf("%4000s", "x") }
	{ printf "{\"partition\":1,\"value\":\"{\\\"k\\\":\\\"k1\\\",\\\"p\\\":\\\"%s\\\"}\"}\n", p }' | smlkafka produce -t late --format envelope
faulty 'kill=30,in=smlrun' smlrun "$@" -- "$slow"
printf '{"partition":0,"value":"bad"}\n' | smlkafka produce -t late --format envelope
run smlrun "$@" -- "$slow"
is_err 'a bad message of one partition ends a pipeline of another, which repeats' '^smlrun: late:0:0'
ok 'immediately' test "$(grep -c 'going back' "$tmp/.err")" -eq 0
end_all

# A broker that is away

run smlrun --state away -b 127.0.0.1:1 --timeout 1s --from kafka:from --to null -- cat
is_status 'no broker: try again' 75
topic silent 1
topic still 1
smlrun --state dir -X socket.timeout.ms=2000 --from kafka:silent --to kafka:still --every 1m --grace 1s -- "tee seen | $pipeline" 2>err &
pid=$!
records 1 100 | smlkafka produce -t silent
until [ "$(grep -c '"v"' seen)" = 100 ] || ! kill -0 $pid; do sleep 0.1; done 2>/dev/null
"$servers" pause kafka 1
before=$(date +%s)
kill $pid
wait $pid
echo $? >status
"$servers" resume kafka 1
ok 'a commit that waits for a broker ends with --grace' test "$(cat status)" -eq 75 -a $(($(date +%s) - before)) -lt 40
run smlrun --state dir --from kafka:silent --to kafka:still -e -- "tee seen | $pipeline"
is_status 'and the next run does it' 0
ok 'each result is there once' exact silent still 1
end_all

# A signal while a run starts and waits for brokers

"$servers" pause kafka 1
records 1 10 >in
for ends in '--from in --to kafka:from --to-key k' '--from kafka:from:0 --to out' '--from kafka:from --to kafka:to -G early'; do
	# shellcheck disable=SC2086 # a word an option
	smlrun --state dir $ends -- "$pipeline" 2>err &
	pid=$!
	while grep -q '^Threads:[^0-9]*1$' /proc/$pid/status; do sleep 0.05; done
	kill -TERM $pid
	wait $pid
	echo $? >status
	ok "a signal ends a run that waits for brokers ($ends)" test "$(cat status)" -eq 0 -a ! -s err
	rm -rf dir
done
"$servers" resume kafka 1
end_all

# A broker that is killed

topic hard 2
topic soft 2
records 1 20000 | smlkafka produce -t hard -k k
smlrun --state dir --from kafka:hard --to kafka:soft -e --every 500 -- "$pipeline" 2>err &
pid=$!
timeout 60 smlkafka consume -o beginning -c 3000 -t soft >/dev/null
"$servers" kill kafka 1
"$servers" restart kafka 1 || exit 1
wait $pid
echo $? >status
ok 'a broker that is killed and comes back ends no run' test "$(cat status)" -eq 0 -o "$(cat status)" -eq 75
run smlrun --state dir --from kafka:hard --to kafka:soft -e --every 500 -- "$pipeline"
is_status 'or the next one goes on' 0
ok 'and each result is there once' exact hard soft 2
end_all

# The late EndTxn (KIP-890; transactions.t): with its guard a run that goes through the proxy is exact

"$tests/servers/late" run "$(cat kafka/front)" "$(cat kafka/behind)" "$tmp/late" &
late=$!
trap 'kill $late; cd / && rm -rf "$tmp"' EXIT
until [ -S late ]; do sleep 0.1; done
topic ended 1
records 1 100 >in
smlrun --state dir -b "$front" -X socket.timeout.ms=1500 --timeout 3s --from in --follow --to kafka:ended --every 100ms -- "$pipeline" 2>err &
pid=$!
awaits ended 100
"$tests/servers/late" hold late >/dev/null
records 101 200 >>in
awaits ended 200
# Nor can the producer be made anew at first.
"$servers" pause kafka 1
records 201 300 >>in
until grep -q 'retry 1 of' err || ! kill -0 $pid; do sleep 0.05; done
"$servers" resume kafka 1
for n in $(seq 301 10 391); do
	records "$n" $((n + 9)) >>in
	sleep 0.1
done
"$tests/servers/late" release late >/dev/null
awaits ended 400
kill $pid
wait $pid
echo $? >status
ok 'a run goes on, after a broker was away' test "$(cat status)" -eq 0
smlecho -k k in | smlecho -k k --as again >want
marked ended 1
all -t ended >got
ok 'a late EndTxn ends no later transaction half way' cmp want got
end_all

# No broker

records 1 1 >in
run smlrun --state dir -b 127.0.0.1:1 --timeout 1s --from kafka:from --to out -- cat
is_status 'no broker at the start: try again' 75
rm -rf dir
run smlrun --state dir -b 127.0.0.1:1 --timeout 1s --from in --to kafka:to -- cat
is_status 'nor for a file' 75
end_all

# A group

topic visits 4
topic counts 4
set -- --state dir --from kafka:visits --to kafka:counts -G team -X session.timeout.ms=2000 \
	-X heartbeat.interval.ms=300 --every 200ms --snapshot-every 3
# Each epoch takes so long that partitions move in the middle of one.
slow='perl -pe "BEGIN { \$| = 1 } select(undef, undef, undef, 1) if /barrier|mark/"'
pipeline="$pipeline | $slow"
records 1 1000 | smlkafka produce -t visits -k k
smlrun "$@" -- "$pipeline" 2>one &
first=$!
awaits counts 1000
for i in $(seq 10 39); do
	records $((100 * i + 1)) $((100 * i + 100))
	sleep 0.1
done | smlkafka produce -t visits -k k &
smlrun "$@" -- "$pipeline" 2>two &
second=$!
awaits counts 4000
ok 'a new member disturbs nobody' test ! -s one -a ! -s two
for round in 1 2; do
	records $((3000 * round + 1001)) $((3000 * round + 4000)) | smlkafka produce -t visits -k k
	kill -KILL $first
	smlrun "$@" -- "$pipeline" 2>one &
	first=$second second=$!
	timeout 60 smlkafka consume -o beginning -c $((3000 * round + 4000)) -t counts >/dev/null
done
# A member that was stopped for longer than its session is no longer a member, and commits nothing.
kill -STOP $first
records 90001 91000 | smlkafka produce -t visits -k k
sleep 4
kill -CONT $first
records 91001 92000 | smlkafka produce -t visits -k k
timeout 60 smlkafka consume -o beginning -c 12000 -t counts >/dev/null
kill -TERM $first $second
wait $first
echo $? >stopped
wait $second
echo $? >status
ok 'a member that stays ends well' test "$(cat status)" -eq 0
ok 'one that was silent for too long has said so' grep -q 'silent for too long\|no broker heard from us' one two
run smlrun "$@" -e -- "$pipeline"
is_status 'members come and go' 0
ok 'and each result is there once' exact visits counts 4
records 92001 92100 | smlkafka produce -t visits -k k
faulty 'nomember=1,in=smlrun' smlrun "$@" -e -- "$pipeline"
is_status 'what the group could not fence is not committed' 0
is_err 'but done again' 'no member of group team at the moment.*retry 1 of'
ok 'once' exact visits counts 4
pipeline=${pipeline% | *}
smlkafka offsets -G other -t from --to beginning --execute >/dev/null 2>&1
run smlrun --state dir2 --from kafka:from --to kafka:to -G other -e -- "$pipeline"
is_status 'offsets of another program are refused' 1
is_err 'and --adopt is said to take them' 'not committed by smlrun; --adopt'

# Partitions that are added: all their messages came later

topic grows 1
topic grown 2
later() { run smlrun --state later --from kafka:grows --to kafka:grown -o end -e -- "$pipeline"; }
records 1 5 | smlkafka produce -t grows
later
is_status '-o end leaves out what is there' 0
brokers grow grows 2
records 6 15 | smlkafka produce -t grows -k k
later
is_status 'a partition that is added is read' 0
marked grown 2
ok 'from its beginning' test "$(all -t grown | wc -l)" -eq 10
rm -rf later

# A stage that does not write the same again

cat >clock <<'END'
#!/bin/sh
# Changes the first record of each start; control lines pass.
sed -u "0,/\"v\":/s//\"at\":\"$(date +%s%N)\",\"v\":/"
END
chmod +x clock
topic timed 1
for round in 1 2; do
	faulty kill=14,in=smlrun smlrun --state timed --from kafka:clicks --to kafka:timed -e --every 100 --snapshot-every 50 -- ./clock
done
run smlrun --state timed --from kafka:clicks --to kafka:timed -e --every 100 --snapshot-every 50 -- ./clock
is_status 'results that differ when they come again end the run' 1
is_err 'and what can be done is said' 'topic timed, partition 0: the record at offset [0-9]+ differs when repeated after epoch 1: .*--snapshot-every 1'
rm -rf timed

# Offsets that somebody sets, whatever is left of our metadata

end_all
topic again 1
topic twice 1
records 1 100 | smlkafka produce -t again
set -- --from kafka:again --to kafka:twice -G back -e
smlrun --state dir "$@" -- "$pipeline"
smlkafka offsets -G back -t again --to 40 --execute >/dev/null
run smlrun --state dir "$@" -- "$pipeline"
is_err 'offsets that somebody set belong to no run' 'not committed by smlrun; --adopt'
run smlrun --state dir "$@" --adopt -- "$pipeline"
is_status '--adopt takes them' 0
marked twice 1
all -t again | tail -n +41 | smlecho -k k | smlecho -k k --as again >want
all -t twice | tail -n +101 >got
ok 'and begins there with empty states' cmp want got
# Files of an attempt that died before its first commit do not mean that there was one.
first=smlecho-0123456789abcdef.1.fedcba9876543210
mkdir -p left/state/0 && : >left/state/0/$first
run smlrun --state left --from kafka:again --to kafka:twice -e -- "$pipeline"
is_status 'where nothing was committed there may be a first snapshot' 0
rm -rf left
mkdir -p left/state/0 && : >left/state/0/${first%.1.*}.2.${first##*.}
run smlrun --state left --from kafka:again --to kafka:twice -e -- "$pipeline"
is_err 'but no second one' 'has no offset of partition 0, but .* has snapshots'
run smlrun --state elsewhere "$@" -- "$pipeline"
is_err 'a member that does not share DIR is warned' 'elsewhere/state/0 was missing.*must share'
smlkafka offsets -G back -t again --to end --execute >/dev/null
run smlrun --state new "$@" --adopt -- cat
is_status 'then another pipeline may continue, in another DIR' 0
[ -n "${SML_KILLS-}" ] || plan

# The long form: while records come in, runs are started again whenever they end, like a service, and
# about every second something is killed.

windows='smlwindow -k k -t v -w sliding:5s -a "c=count(),s=sum(v)"'
model='smllearn -y v -f c,s'
tumbling='smlwindow -k k -t v -w tumbling:1s -a "m=max(c),n=last(v),p=sum(prediction)"'

# until_enough COMMAND...: again and again, but not for ever if it cannot start
until_enough() {
	while [ ! -e enough ] && [ "$(grep -c '^[12]$' statuses)" -lt 50 ]; do
		"$@" 2>>said
		echo $? >>statuses
	done
}
# started_by PID: all processes below it
started_by() {
	for child in $(pgrep -P "$1"); do
		echo "$child"
		started_by "$child"
	done
}
# hit SIGNAL PROCESSES: some may be gone
hit() {
	# shellcheck disable=SC2086 # a word a process
	kill "-$1" $2 2>/dev/null || return 0
	[ "$1" = TERM ] || killed=$((killed + 1))
}
# disturb KEEPER: kills its run, the run with its stages, or a stage, or ends the run or a stage
disturb() {
	one=$(pgrep -P "$1" | head -n 1)
	[ -n "$one" ] || return 0
	case $(shuf -i 1-8 -n 1) in
	1 | 2) hit KILL "$one" ;;
	3 | 4) hit KILL "$one $(started_by "$one")" ;;
	5 | 6) hit KILL "$(started_by "$one" | shuf -n 1)" ;;
	7) hit TERM "$(started_by "$one" | shuf -n 1)" ;;
	8) hit TERM "$one" ;;
	esac
}
# feed ROUND: 600 records; 120,000 in 200 rounds
feed() {
	if [ -f in ]; then
		records $((600 * $1 - 599)) $((600 * $1)) >>in
	else
		records $((600 * $1 - 599)) $((600 * $1)) | smlkafka produce -t "$from" -k k
	fi
}
# made [PARTITION]: the sink has what the stages make of the source
made() {
	if [ -f in ]; then cat in; else all -t "$from${1+:$1}"; fi | eval "$windows | $model" >learned
	eval "$tumbling --state closing" <learned >want
	rm -f closing*
	[ -z "$to" ] || marked "$to" "$partitions" || return
	if [ -f out ]; then cat out; else all -t "$to${1+:$1}"; fi >got
	cmp want got
}
all_made() {
	partitions=4
	for p in 0 1 2 3; do made $p || return; done
}
# long TITLE CHECK KEEPERS OPTIONS-TO-GO-ON OPTIONS-TO-END OPTION...
long() {
	title=$1 check=$2 keepers=$3 on=$4 to_end=$5
	shift 5
	rm -f enough statuses said
	: >statuses
	killed=0 pids=
	for _ in $(seq "$keepers"); do
		# shellcheck disable=SC2086 # a word an option
		until_enough smlrun --state dir --every 300ms --snapshot-every 3 "$@" $on -- \
			"$windows | $model | $tumbling" &
		pids="$pids $!"
	done
	for round in $(seq $((SML_KILLS + ${SML_STOPS:-0}))); do
		feed "$round"
		sleep "$(shuf -i 0-1 -n 1).$(shuf -i 1-9 -n 1)"
		if [ "$round" -gt "$SML_KILLS" ]; then
			for pid in $pids; do hit TERM "$(started_by "$pid")"; done
		elif [ -n "$from$to" ] && [ $((round % (SML_KILLS < 25 ? SML_KILLS : SML_KILLS / 5))) -eq 0 ]; then
			"$servers" kill kafka 1
			sleep "0.$(shuf -i 1-9 -n 1)"
			"$servers" restart kafka 1 || exit 1
			killed=$((killed + 1))
		else
			# shellcheck disable=SC2086 # a word a process
			disturb "$(shuf -e -n 1 $pids)"
		fi
	done
	: >enough
	for pid in $pids; do
		hit TERM "$(pgrep -P "$pid")"
		wait "$pid"
	done
	# 143: by SIGTERM before smlrun has begun
	ok "$title: runs end by themselves only to be tried again" test -z "$(grep -vx '0\|75\|137\|143' statuses)"
	# shellcheck disable=SC2086 # a word an option
	run smlrun --state dir "$@" $to_end -- "$windows | $model | $tumbling"
	is_status "$title: $killed kills of $round rounds, and the last run ends well" 0
	ok "$title: each result is there once" "$check"
	[ ! -s said ] || sed 's/[0-9][0-9]*/N/g' said | sort | uniq -c | sort -rn | head -n 20 | sed 's/^/# /'
	end_all
}

end_all
from='' to='' partitions=1
: >in
long 'file to file' made 1 --follow '' --from in --to out
to=long_1
topic $to 1
: >in
long 'file to topic' made 1 --follow '' --from in --to kafka:$to
from=long_2 to=''
topic $from 1
long 'topic to file' made 1 '' -e --from kafka:$from --to out
from=long_3 to=long_4
topic $from 4
topic $to 4
long 'a group of two' all_made 2 '' -e --from kafka:$from --to kafka:$to -G many -X session.timeout.ms=2000 \
	-X heartbeat.interval.ms=300
plan
