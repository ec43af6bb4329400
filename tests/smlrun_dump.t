#!/bin/sh
# smlrun --merge over a dump that holds several partitions: in the order in which smlkafka replay merges a
# file for each of them.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"
. "$tests/smlrun.sh"

# dump FIRST LAST: envelopes of 20 keys in 3 partitions of 2 topics, every other one in kcat's form; some
# are too late in their partition, many of the same time
dump() {
	seq "$1" "$2" | awk '{
		time = sprintf("%.0f", 1000000000000 + int($1 * 37 % 50 / 5) * 10 + int($1 / 10) * 10)
		value = sprintf("{\\\"k\\\":\\\"k%d\\\",\\\"v\\\":%d}", $1 % 20, $1)
		place = sprintf("\"topic\":\"t%d\",\"partition\":%d,\"offset\":%d", $1 % 2, $1 * 7 % 3, $1)
		if ($1 % 4 < 2)
			printf "{%s,\"timestamp\":%s,\"value\":\"%s\"}\n", place, time, value
		else
			printf "{%s,\"tstype\":\"create\",\"ts\":%s,\"key\":null,\"payload\":\"%s\"}\n", place, time, value
	}'
}
# merged FILE FORMAT: its lines in their order
merged() {
	rm -f part.*
	jq -c -r '"\(.topic).\(.partition)"' "$1" | paste -d ' ' - "$1" | awk '{
		name = "part." $1
		print substr($0, length($1) + 2) >name
	}'
	smlkafka replay --speed max --format "$2" part.*
}
merge() { smlrun --state dir --from in --to out --merge "$@" -- "$pipeline"; }
end_all() { rm -rf dir out in want bad; }

dump 1 3000 >in
merged in value >values
piped <values >want
run merge
is_status 'the partitions of a dump are merged' 0
ok 'in the order of time' cmp want out
ok 'which is not that of its lines' test "$(jq -c .v out | cmp - /dev/fd/3 3<<END | wc -c
$(seq 3000)
END
)" -gt 0
merged in same >want
run smlrun --state lines --from in --to lines.out --merge --format envelope -- cat
is_status 'with --format envelope' 0
ok 'its lines are as they are' cmp want lines.out
run merge
is_status 'a run with nothing to do does nothing' 0
ok 'status shows a place' test "$(smlrun status dir | jq -c '[.last.records, .last.begin, .last.within, .unread]')" = "[3000,$(wc -c <in),0,0]"
run smlrun check dir
is_status 'and check compares it' 0
run merge --format envelope
is_status 'another --format is refused' 1
is_err 'and named' '--format was value, and is envelope now'
cp out before
dump 3001 3100 >added
cat added >>in
printf '{"topic":"t1","partition":0,' >>in
run merge
is_status 'what was added is read after that' 0
merged added value >added.values
cat values added.values | piped >want
ok 'in its own order' cmp want out
echo '"offset":3101,"timestamp":1,"value":"{\"k\":\"k1\",\"v\":3101}"}' >>in
run merge
ok 'half a line waits for its end' test "$(tail -n 1 out | jq .v)" -eq 3101
sed -i '1s/k1/k2/' in
run merge
is_err 'another dump is refused' 'in is another file than the one that was read before'
run smlrun check dir
is_status 'by check, too' 1
end_all

# Killed at every step, while the dump grows

dump 1 600 >in
lines=600 died=0 step=2
while
	faulty "kill=$step,in=smlrun" smlrun --state dir --from in --to out --merge --every 20 --snapshot-every 4 -- "$pipeline"
	status_is 137 >/dev/null
do
	died=$((died + 1)) step=$((step + ${SML_EVERY:-4}))
	dump $((lines + 1)) $((lines + 10)) >>in
	lines=$((lines + 10))
	jq -r '.last.written' dir/commit >written 2>/dev/null || continue
	head -c "$(cat written)" out >"before.$died"
done
ok "runs are killed ($died)" test $died -ge 5
run merge
is_status 'and the last one goes on' 0
jq -c '{k, v}' out | piped >want
ok 'the stages know the order' cmp want out
seq $lines >want.v
jq .v out | sort -n >got.v
ok 'and each result is there once' cmp want.v got.v
ok 'what was committed has stayed' held
end_all
rm -rf before.*

# A mark at the very end is followed by a snapshot: the next run reads what was added.

dump 1 100 >in
for step in 30 34 38; do
	faulty "kill=$step,in=smlrun" smlrun --state dir --from in --to out --merge --every 20 --snapshot-every 100 -- "$pipeline"
done
run merge --every 20 --snapshot-every 100
dump 101 110 >>in
run merge --every 20 --snapshot-every 100
run merge --every 20 --snapshot-every 100
ok 'the run does not wait for ever' test "$(wc -l <out)" -eq 110
ok 'the last commit is a snapshot' jq -e '.epoch == .snapshot_id' dir/commit
end_all

# Bad lines, and records at which a stage fails

dump 1 20 >in
sed -i -e '5s/.*/{"k":"a"}/' -e '20s/"{.*}"/"7"/' -e '12s/.*/7/' -e '16s/.*//' in
run merge
is_status 'a line that is no envelope ends the run' 1
is_err 'and is named' '^smlrun: in:5: this is no envelope of a message; everything before is committed'
run merge --rejects bad
is_status 'or it goes to --rejects' 3
ok 'all three do' test "$(jq -c .line bad | tr '\n' ' ')" = '5 12 20 '
sed -e '5d;12d;16d;20d' in >good
merged good value | piped >want
ok 'and the rest to the file' cmp want out
end_all
dump 1 20 >in
sed -i '10s/\\"v\\":10/\\"v\\":\\"x\\"/' in
run smlrun --state dir --from in --to out --merge -- 'smlwindow -w global -a "s=sum(v)"'
is_status 'a record at which a stage fails ends the run' 1
is_err 'and is named' '^smlrun: in:10: .*everything before is committed'
printf '%s' "$(dump 1 20)" >in
rm -rf dir out
run merge --drain
ok '--drain takes a last line as it is' test "$(wc -l <out)" -eq 20
end_all

# Topics that differ in what comes after a name that all begin with.
for topic in a a-b a.b a_b ab; do
	printf '{"topic":"%s","partition":%s,"offset":1,"timestamp":5,"value":"{\\"v\\":\\"%s\\"}"}\n' "$topic" 0 $topic
done >in
tac in >back && mv back in
run smlrun --state dir --from in --to out --merge -- cat
is_status 'topics of one time' 0
ok 'come as smlkafka replay merges them' test "$(jq -c .v out | tr '\n' ' ')" = '"a" "a-b" "a.b" "a_b" "ab" '
end_all
seq 1001 | sed 's/.*/{"topic":"t","partition":&,"offset":1,"timestamp":5,"value":"{}"}/' >in
run smlrun --state dir --from in --to out --merge -- cat
is_status 'a dump of too many partitions is refused' 1
is_err 'which is said' '^smlrun: in has more than 1000 partitions'
end_all

# A run that is killed in the middle; then more comes, and all is closed.
within=0 step=1
while [ "$within" -eq 0 ] && [ $step -lt 60 ]; do
	rm -rf dir out
	dump 1 40 >in
	faulty "kill=$step,in=smlrun" smlrun --state dir --from in --to out --merge --every 10 -- "$pipeline"
	within=$(jq '.last.within // 0' dir/commit 2>/dev/null) || within=0
	step=$((step + 1))
done
ok "it is killed after $within records" test "$within" -gt 0
printf '%s' "$(dump 41 60)" >>in
run merge --drain
is_status 'what came since is read by the next run, too' 0
jq .v out | sort -n >got.v
seq 60 >want.v
ok 'to its last line' cmp want.v got.v
end_all

# Wrong usage

dump 1 3 >in
refused '--merge needs one dump, or a topic' --from in --from in --to out --merge
refused '--follow needs files to read, and no --merge' --from in --to out --merge --follow
refused '--format record needs a topic' --from in --to out --merge --format record
plan
