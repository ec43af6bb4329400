#!/bin/sh
# smlrun --shards: copies of a pipeline, each for a part of the keys, whose results have an order
# that depends on the records alone: not on which copy is faster, and not on how often, when and
# by what a run was stopped.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"

# records FIRST LAST: seven keys, of which one is in every second record.
records() {
	seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d}\n", $1 % 2 ? 9 : $1 % 7, $1 }'
}
first='smlecho -k k --state $SML_STATE/a'
pipeline="$first | smlecho -k k --as again --state \$SML_STATE/b"
start() { ${with-} smlrun --state dir --from in --to out --shards 3 -k k --block 16 "$@" -- "$pipeline"; }
killed() { with="env SML_FAULTS=kill=$1,in=smlrun LD_PRELOAD=$SML_BIN/../build/tests/faults.so"; shift; run start "$@"; with=; }
anew() {
	rm -rf dir out rejects in
	records 1 200 >in
}
committed() { jq -r "$1" dir/commit; }
# Each key's results are those of one pipeline, in their order.
is_right() {
	head -n "$1" in | smlecho -k k | smlecho -k k --as again >one
	for key in 0 1 2 3 4 5 6 9; do
		grep "\"k$key\"" one >a
		grep "\"k$key\"" out >b
		cmp a b || return
	done
	test "$(wc -l <one)" -eq "$(wc -l <out)"
}
is_same() { cmp want out; }

anew
run start --every 50
is_status 'a pipeline runs in three copies' 0
ok 'and the results of each key are those of one' is_right 192
is_err 'an unfinished block waits, and is counted' '^smlrun: warning: the last 8 records are less than a block of 16, and wait for the next run: --drain processes them and ends the run for good'
ok 'the place is the end of a block' test "$(committed .last.records)" -eq 192
ok 'each copy has states of its own' test -n "$(ls dir/state/0)" -a -n "$(ls dir/state/1)" -a -n "$(ls dir/state/2)"
ok 'and only those' test "$(find dir/state -maxdepth 1 -type f | wc -l)" -eq 0
cp out short
run start --every 50
is_status 'a second run has nothing to do' 0
ok 'and writes nothing' cmp out short
run start --every 50 --drain
is_status '--drain takes the rest' 0
ok 'which is all' is_right 200
ok 'nothing is left of another attempt' test "$(find dir/state -type f ! -name "*$(committed .nonce)*" | wc -l)" -eq 0
cp out want

# The order: blocks, and in each the results copy by copy.
anew
run smlrun --state dir --from in --to out --shards 3 -k k --block 16 --drain -- \
	"smlrun through -- sed \"s/}\\$/,\\\"copy\\\":\${SML_STATE##*/}}/\""
is_status 'smlrun through makes a filter a stage' 0
cat >in_order.jq <<'END'
(length == 200) and
([.[] | {k, copy}] | unique | length == ([.[].k] | unique | length)) and
([.[].copy] | unique | length == 3) and
([range(0; 200; 16) as $i | .[$i:$i + 16] |
	([.[].v] | sort == [range($i + 1; $i + 1 + length)]) and
	([.[].copy] | . == sort) and
	([group_by(.copy)[][].v] == [group_by(.copy)[] | sort_by(.v)[].v])] | all)
END
ok 'results are in blocks, copy by copy, and each key is in one' sh -c 'jq -s -f in_order.jq out | grep true'
anew
run smlrun --state dir --from in --to out --shards 1 -k k --drain -- "$pipeline"
smlecho -k k in | smlecho -k k --as again >one
ok 'one copy writes what a pipeline writes' cmp one out

# Numbers are compared by value, as smlwindow does; several fields make a key.
printf '{"k":%s,"j":"a"}\n' 1 1.0 10e-1 2 12 1.2e1 >in
rm -rf dir out
run smlrun --state dir --from in --to out --shards 5 -k j,k --drain -- 'smlecho -k k'
ok 'equal numbers are one key' test "$(jq -s 'map(.nth) | sort' -c out)" = '[1,1,1,2,2,3]'

# However a key is spelt, and wherever it is in a record.
cat >in <<'END'
{"k":"a"}
 { "k" : "a" , "x" : 1 }
{"x":{"k":"b"},"k":"a"}
{"k":"b","k":"a"}
{"k":"b","x":"\"","k":"a"}
{"\u006b":"a"}
{"k":"\u0061"}
{"x":["k",{"k":"b"}],"k":"a","kk":"b"}
END
echo '{"x":[],"k":"a"}' | tr '\n' '\r' >>in
echo >>in
rm -rf dir out
run smlrun --state dir --from in --to out --shards 7 -k k --drain -- 'smlecho -k k'
ok 'a string is one key' test "$(jq -s 'map(.nth)' -c out)" = '[1,2,3,4,5,6,7,8,9]'
printf '%s\n' '{"k":{"l":"a"}}' '{"k.l":"a"}' '{"k":{"x":1,"l":"a"}}' '{"k":{"\u006c":"a"}}' >in
rm -rf dir out
run smlrun --state dir --from in --to out --shards 7 -k k.l --drain -- 'smlecho -k k.l'
ok 'so is one within an object' test "$(jq -s 'map(.nth)' -c out)" = '[1,2,3,4]'

# However the input is cut into runs and commits, the bytes are the same.
for every in 1 16 100; do
	anew
	mv in whole
	: >in
	from=1
	for to in 7 16 33 34 47 49 150 151 200; do
		sed -n "$from,${to}p" whole >>in
		from=$((to + 1))
		run start --every $every
	done
	run start --every $every --drain
	ok "in ten runs with --every $every the same is written" is_same
done

# A source that grows is stopped at any record.  A stage is slow while there is a file "slow".
cat >stage <<'END'
#!/bin/sh
trap '' TERM
while IFS= read -r line; do
	[ ! -e slow ] || sleep 0.01
	printf '%s\n' "$line"
done
END
chmod +x stage
pipeline="$first | ./stage | smlecho -k k --as again --state \$SML_STATE/b"
stages_of() { ps -o pid= --ppid "$1"; for child in $(ps -o pid= --ppid "$1"); do stages_of "$child"; done; }
terminate() { kill "$pid"; }
# shellcheck disable=SC2046 # they are several
terminate_all() { kill "$pid" $(stages_of "$pid") 2>/dev/null; }
run_in_background() { exec smlrun --state dir --from in --to out --shards 3 -k k --block 16 --every 20 --follow -- "$pipeline"; }
for how in terminate terminate_all; do
	anew
	mv in whole
	head -n 103 whole >in
	: >slow
	run_in_background >.out 2>.err &
	pid=$!
	until [ "$(committed .last.records 2>/dev/null || echo 0)" -ge 32 ]; do sleep 0.05; done
	$how
	wait "$pid"
	echo $? >.status
	rm -f slow
	is_status "SIGTERM ($how) ends a run well" 0
	ok 'at the end of a block' test $(($(committed .last.records) % 16)) -eq 0
	sed -n '104,$p' whole >>in
	run start --drain
	ok 'and the next run goes on to the same result' is_same
done
pipeline="$first | smlecho -k k --as again --state \$SML_STATE/b"

# smlrun is killed before each step (every fifth one is tried); then it goes on.
step=1 wrong=
for snapshots in 1 8; do
	while
		anew
		killed "$step" --every 16 --snapshot-every $snapshots --drain
		status_is 137 >/dev/null
	do
		run start --every 16 --snapshot-every $snapshots --drain
		if ! { status_is 0 || err_matches 'ended by --drain'; } >why || ! is_same >>why; then
			wrong="$wrong $step"
			sed "s/^/# step $step: /" why .err
		fi
		step=$((step + ${SML_EVERY:-5}))
	done
	ok "--snapshot-every $snapshots: if it is killed, the next run goes on to the same result" test -z "$wrong" -a $step -gt 30
	step=1 wrong=
done

# A stage of one copy, a copy and the stage that distributes records are killed in the middle.
cat >fragile <<'END'
#!/bin/sh
while IFS= read -r line; do
	printf '%s\n' "$line"
	case $line in *'"v":120'*)
		[ -e once ] || {
			: >once
			case $KILLED in
			stage) kill -9 $$ ;;
			copy) kill -9 "$PPID" $$ ;;
			sharing) kill -9 "$(ps -o ppid= -p "$PPID" | tr -d ' ')" ;;
			hangs) sleep 600 ;;
			esac
		} ;;
	esac
done
END
chmod +x fragile
fragile() { smlrun --state dir --from in --to out --shards 3 -k k --block 16 --every 16 --drain "$@" -- "$first | ./fragile | smlecho -k k --as again --state \$SML_STATE/b"; }
is_alone() { for process in $(pgrep -x 'fragile|sleep'); do [ "$(readlink "/proc/$process/cwd")" != "$PWD" ] || return 1; done; }
for KILLED in stage copy sharing; do
	export KILLED
	anew
	rm -f once
	run fragile --snapshot-every 3
	is_status "where a $KILLED dies, the run begins again" 0
	is_err 'and says so' 'retry 1 of 5'
	ok 'and writes the same' is_same
	ok 'no process is left' is_alone
done
KILLED=hangs
anew
rm -f once
run fragile --barrier-timeout 1s
is_status 'a copy that hangs is ended, and the run begins again' 0
is_err 'and says why' 'within 1s \(--barrier-timeout\)'
ok 'and writes the same' is_same
ok 'no process is left' is_alone

# A bad record in the middle of a block: what is before the block is committed.
anew
sed -i 's/^{"k":"k9","v":121}$/{"k":"k9","v":121,"w":true}/' in
bad="smlecho -k k | smlecho -k k --twice w --default w=1 --as again"
stops() { smlrun --state dir --from in --to out --shards 3 -k k --block 16 --every 40 "$@" -- "$bad"; }
run stops
is_status 'a bad record ends the run' 1
is_err 'and is named by its place in the source' '^smlrun: in:121: smlecho: .*; everything before its block is committed'
ok 'what is before its block is committed' test "$(committed .last.records)" -eq 112
sed -i 's/,"w":true//' in
run stops --drain
is_status 'mended, the next run goes on' 0
mv out mended
rm -rf dir out
run stops --drain
ok 'and the result is that of one run' cmp mended out
# The first of two, which are in two copies, of which that of the later one is faster.
anew
sed -i 's/^{"k":"k9","v":121}$/{"k":"k9","v":121,"w":true}/; s/^{"k":"k3","v":122}$/{"k":"k3","v":122,"w":1}/; s/"v":124}$/"v":124,"w":[]}/' in
run stops --snapshot-every 5
is_err 'of several in a block the first one is named' '^smlrun: in:121: smlecho: '

# Records without a key go to the first copy, whose stages refuse them.
anew
{ head -n 20 in; echo '{"v":21}'; echo '{"k":{},"v":22}'; echo '{"k":"k1","v":}'; sed -n '21,$p' in; } >mixed
mv mixed in
run start
is_status 'a record without a key ends the run' 1
is_err 'as in one pipeline' '^smlrun: in:21: smlecho: the key is missing; everything before its block'
rm -rf dir out
run smlrun --state dir --from in --to out --shards 3 -k k --block 16 --drain -- "$first --rejects \$SML_STATE/bad"
is_status 'or goes to --rejects of the first copy' 3
ok 'as all that have none' test "$(wc -l <dir/state/0/bad)" -eq 3 -a ! -s dir/state/1/bad
ok 'the others are there' test "$(wc -l <out)" -eq 200
echo '{"k":"k1","v":01}' >>in
rm -rf dir out
run smlrun --state dir --from in --to out --shards 3 -k k --block 16 --drain -- "$first --rejects \$SML_STATE/bad"
is_status 'a line that is bad beside its key is refused, too' 3
ok 'in the copy of the key' test "$(wc -l <dir/state/0/bad)" -eq 3 -a "$(wc -l <dir/state/1/bad)" -eq 1
ok 'and the others are there' test "$(wc -l <out)" -eq 200
rm -rf dir out
run smlrun --state dir --from in --to out --shards 3 -k kk -- 'smlecho -k v --rejects $SML_STATE/bad'
is_err 'a field that no record has is reported' 'no record had the key "kk"'

# Bad lines of the source go to --rejects once each, with the block that they are in.
anew
{ head -n 20 in; echo 7; echo '{"$sml":"end"}'; sed -n '21,70p' in; echo 8; echo 9; sed -n '71,$p' in; } >mixed
cp mixed in
run start --drain --rejects rejects
is_status 'bad lines of the source go to --rejects' 3
cp rejects want.rejects
cp out want
ok 'each with its place' test "$(jq .line rejects | tr '\n' ' ')" = '21 22 73 74 '
head -n 75 mixed >in
rm -rf dir out rejects
run start --rejects rejects
ok 'those of a block that is not whole wait with it' test "$(wc -l <rejects)" -eq 2
sed -n '76,$p' mixed >>in
run start --rejects rejects --drain
ok 'for the next run' cmp rejects want.rejects
ok 'and so do the records' is_same
step=1 wrong=
while
	cp mixed in
	rm -rf dir out rejects
	killed "$step" --every 16 --rejects rejects --drain
	status_is 137 >/dev/null
do
	run start --every 16 --rejects rejects --drain
	cmp -s out want && cmp -s rejects want.rejects || wrong="$wrong $step"
	step=$((step + 9))
done
ok 'once, also if smlrun is killed before a step' test -z "$wrong" -a $step -gt 30

# What stages say of themselves.
seq 400 | awk '{ printf "{\"k\":%d,\"v\":%d}\n", $1 % 2, $1 }' >in
rm -rf dir out
run smlrun --state dir --from in --to out --shards 2 -k k --drain -- 'smldrift -f v -d ks --window 10 --min 5 --exit-code'
is_status 'a stage that found something says so' 4
anew
run smlrun --state dir --from in --to out --shards 2 -k k -- smlnothing
is_status 'a command that is not there ends the run' 1
ok 'without a retry' sh -c '! grep -q retry .err'
run smlrun --state dir --from in --to out --shards 2 -k k -- 'smlecho'
is_status 'a stage that refuses its options, too' 1
ok 'without a retry' sh -c '! grep -q retry .err'
rm -rf dir out
run smlrun --state dir --from in --to out --shards 2 -k k --barrier-timeout 300ms -- 'cat >/dev/null'
is_err 'so does one that drops control lines' '^smlrun: barrier 1 did not come back within 300ms '

# A block that takes long, of which nothing comes out: something moves all the same.
cat >slow.py <<'END'
import sys, time
for line in iter(sys.stdin.buffer.readline, b""):
    if line.startswith(b'{"$sml'):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    else:
        time.sleep(0.05)
END
seq 60 | awk '{ printf "{\"k\":1,\"v\":\"%0100000d\"}\n", $1 }' >in
rm -rf dir out
run smlrun --state dir --from in --to out --shards 2 -k k --block 60 --every 60 --barrier-timeout 2s -- "python3 $PWD/slow.py"
is_status 'a block may take longer than --barrier-timeout' 0
ok 'without a retry' sh -c '! grep -q retry .err'

# Much more comes out than goes in, and one copy gets it all.
seq 60000 | sed 's/.*/{"k":1,"v":&}/' >in
rm -rf dir out
run smlrun --state dir --from in --to out --shards 4 -k k --block 10000 --every 20000 -- \
	"smlrun through -- awk '{ for (i = 0; i < 20; i++) print }' | smlecho -k k"
is_status 'a copy may write more than it reads' 0
ok 'all of it' test "$(wc -l <out)" -eq 1200000
rm -rf dir out
run smlrun --state dir --from in --to out --shards 4 -k v --block 10000 --every 20000 -- \
	"smlrun through -- awk '{ for (i = 0; i < 20; i++) print }' | smlecho -k k"
ok 'and so may all' test "$(wc -l <out)" -eq 1200000

# Files of the stages.
printf '{"k":%d,"x":1,"y":2}\n' 1 2 3 4 5 6 >in
rm -rf dir out
run smlrun --state dir --from in --to out --shards 2 -k k --drain -- 'smllearn -y y -f x -m model.json'
is_status 'copies cannot write one model' 1
is_err 'but each its own' '/model.json: there are several pipelines, .*: name it \$SML_STATE/model.json'
rm -rf dir out
run smlrun --state dir --from in --to out --shards 2 -k k --drain -- 'smllearn -y y -f x -m $SML_STATE/model.json'
is_status 'each has one in its folder' 0
ok 'which is there' test -s dir/state/0/model.json -a -s dir/state/1/model.json

# Another run on DIR, and wrong usage.
anew
run start
refused() { run smlrun --state dir --from in --to out "$@" -- "$pipeline"; }
refused --shards 2 -k k --block 16
is_status 'another number of copies is refused' 1
is_err 'and both are named' '^smlrun: dir belongs to another run: --shards was 3, and is 2 now; smlrun reset'
refused --shards 3 -k k
is_err 'so is another block' ' --block was 16, and is 65536 now;'
refused --shards 3 -k v --block 16
is_err 'another key' ' -k was k, and is v now;'
refused
is_err 'and a run without --shards' ' --shards was 3, and is none now;'
run smlrun reset --to BEGINNING dir
refused --shards 2 -k v --drain
is_status 'reset starts over' 0
run smlrun --state other --from in --to other.out -- "$first"
run smlrun --state other --from in --to other.out --shards 2 -k k -- "$first"
is_err '--shards is refused where a run had none' ' --shards was none, and is 2 now;'
for usage in '--shards 2' '-k k' '--block 3' '--shards 0 -k k' '--shards 2 -k k,k' '--shards 2 -k a=b'; do
	# shellcheck disable=SC2086 # they are several words
	run smlrun --state new --from in --to out $usage -- "$first"
	is_status "$usage is wrong usage" 2
done
run smlrun shard --shards 2 -k k -- cat
is_status 'nobody else starts the stage that distributes records' 2

plan
