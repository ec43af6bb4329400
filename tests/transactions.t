#!/bin/sh
# Transactions of common/kafka on a real broker: all of one is committed or nothing, whatever comes late,
# and every failure says what to do.
# SML_SHORT=1: without the broker that is killed, for valgrind. SML_KILLS=3: how often it is killed.
# shellcheck disable=SC2154 # $tests and $tmp are lib.sh's
. "${0%/*}/lib.sh"

with_kafka late
front=127.0.0.1:$(cat kafka/front)

run_transact() { run transact "$KAFKA_BROKERS" "$@"; }
# shows TOPIC: waits until the values that read_committed shows are those in "want". The broker reports the
# end of a transaction a little before it is marked in the partitions; what is shown once stays.
shows() {
	for _ in $(seq 100); do
		smlkafka consume -e --timeout 30s -t "$1" --format envelope | sed 's/.*"value":"\(.*\)","headers".*/\1/' >got
		! cmp -s want got || return 0
		sleep 0.1
	done
	diff want got
}
# holds NAME TOPIC: the values are these lines
holds() {
	sed '/^$/d' >want
	ok "$1" shows "$2"
}

# All or nothing

topic in 1
topic both 1
run_transact one open send both 0 a offset g in 0 5 '{"sml":1}' commit committed g in 0 \
	send both 0 b flush abort commit send both 0 c offset g in 0 6 '' commit committed g in 0
is_out 'records and offsets are committed together, and the metadata is read back' <<-'EOT'
	open done
	send done
	offset done
	commit done
	committed 5 {"sml":1}
	send done
	flush done
	abort done
	commit done
	send done
	offset done
	commit done
	committed 6 
	late 0
EOT
holds 'what was aborted is not there' both <<-'EOT'
	a
	c
EOT
most=$(printf '%04096d' 0)
run_transact two open offset g in 0 7 "$most" commit offset g in 0 8 "0$most" committed g in 0
is_out 'metadata has up to 4096 bytes' <<-EOT
	open done
	offset done
	commit done
	offset fatal
	committed 7 $most
	late 0
EOT
is_err 'more are refused' 'has 4097 bytes of metadata; the most is 4096'
run_transact three open offset g in 0 9 x wait 3000 committed g in 0 wait 20000 renew committed g in 0
is_out 'offsets that an open transaction holds are waited for; a new producer ends it' <<-EOT
	open done
	offset done
	committed: group g: its coordinator does not answer, or a transaction holds its offsets back
	renew done
	committed 7 $most
	late 0
EOT

# What went wrong, and what to do

topic small 1 1 max.message.bytes=100
run_transact four open send small 0 a send small 0 "$(printf '%0200d' 0)" commit renew send small 0 b commit
is_out 'a record that a broker refuses aborts' <<-'EOT'
	open done
	send done
	send done
	commit aborted
	renew done
	send done
	commit done
	late 0
EOT
is_err 'and is named' 'topic small, record [12] of the transaction.*Message size too large'
holds 'nothing of its transaction is there' small <<-'EOT'
	b
EOT
topic slow 1
run_transact five within 3000 open send slow 0 a offset h in 0 1 x committed h in 0 commit \
	renew send slow 0 b commit
is_out 'a transaction that was open for too long (its offsets were waited for) is told from' <<-'EOT'
	open done
	send done
	offset done
	committed -1001 
	commit timed-out
	renew done
	send done
	commit done
	late 0
EOT
run_transact six open send slow 0 c flush rival commit
is_out 'one that a newer producer ended' <<-'EOT'
	open done
	send done
	flush done
	rival done
	commit fenced
	late 0
EOT
run_transact six-b open send slow 0 c flush rival send slow 0 d flush send slow 0 e commit
is_out 'which a record shows, too' <<-'EOT'
	open done
	send done
	flush done
	rival done
	send done
	flush done
	send fenced
	commit fenced
	late 0
EOT
holds 'none left anything' slow <<-'EOT'
	b
EOT
run_transact seven open send slow 0 d member g 7 offset g in 0 9 x
is_out 'a member of another generation is fenced' <<-'EOT'
	open done
	send done
	offset fenced
	late 0
EOT
topic away 1
run_transact eight open wait 1500 send away 0 a offset g in 0 10 y sh "$servers pause kafka 1" commit \
	sh "$servers resume kafka 1" wait 20000 renew committed g in 0
is_err 'brokers that are away are said to be' 'commit: committing: '
cp .out answers
case $(sed -n 6p answers) in
'committed 10 y') committed=a ;;
*) committed='' ;;
esac
ok 'after that commit the broker says what there is' grep -Eq '^committed (10 y|7 0000)' answers
holds 'and offsets and records agree' away <<-EOT
	$committed
EOT

# A broker that is killed in the middle: 200 transactions, each once

if [ -z "${SML_SHORT-}" ]; then
	topic carried 1
	run_transact carry wait 60000 open wait 60000 carry carried carriers 200 >/dev/null &
	carrier=$!
	# shellcheck disable=SC2086 # words
	for n in 100 ${SML_KILLS+1000 1500}; do
		timeout 60 smlkafka consume -o beginning -c $n -t carried >/dev/null 2>&1
		"$servers" kill kafka 1
		"$servers" restart kafka 1 || exit 1
	done
	wait $carrier
	ok 'transactions go on after a broker was killed' grep -q '^carry done' .out
	seq 0 1999 | sed 's/.*/{\\"n\\":&}/' >want
	ok 'and all records are there, each once, in order' shows carried
fi

# The same topic

topic again 2
topic empty 1
run_transact nine open send again 0 a send again 0 b send again 0 c send again 1 d send again 1 e commit \
	take again 0 1 again again 0 again again 1 again empty 0 \
	sh "kafkatool $KAFKA_BROKERS trim again 0 2" again again 0
sed -n '/^take/,$p' .out >answers
cp answers .out
is_out 'a message is known again; another one, and one that is gone, are not it' <<-'EOT'
	take 1
	again same
	again other
	again other
	again gone
	late 0
EOT
is_err 'what differs is said' 'topic empty, partition 0 is another than before: offset 1 is beyond its end'

# The late EndTxn (KIP-890). The first EndTxn of a commit is delayed until the next transaction has sent a
# record; meanwhile librdkafka has repeated it.

"$tests/servers/late" run "$(cat kafka/front)" "$(cat kafka/behind)" "$tmp/late" &
late=$!
trap 'kill $late; cd / && rm -rf "$tmp"' EXIT
until [ -S late ]; do sleep 0.1; done
# late_end TOPIC [unguarded]
late_end() {
	topic "$1" 1
	run transact "$front" "$1" -X socket.timeout.ms=1500 open ${2+"$2"} send "$1" 0 committed flush \
		sh "'$tests/servers/late' hold late" commit send "$1" 0 first flush \
		sh "'$tests/servers/late' release late" send "$1" 0 second flush abort
}
late_end guarded
sed -i 's/^late [2-9]$/late 1/' .out	# a busy machine: other answers were late too
is_out 'a late EndTxn is refused: the next transaction has a new producer' <<-'EOT'
	open done
	send done
	flush done
	held
	commit done
	send done
	flush done
	47
	send done
	flush done
	abort done
	late 1
EOT
holds 'so that the transaction is aborted as a whole' guarded <<-'EOT'
	committed
EOT
late_end unguarded unguarded
ok 'without the guard it is taken' grep -qx 0 .out
holds 'and commits half of the transaction' unguarded <<-'EOT'
	committed
	first
EOT

plan
