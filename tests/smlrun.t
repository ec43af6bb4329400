#!/bin/sh
# smlrun: a pipeline from file to file that is killed, fails and is stopped, and whose sink holds
# each time what an undisturbed run writes.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"

# records FIRST LAST: two keys in turn.
records() {
	seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d}\n", $1 % 2, $1 }'
}
# What makes the sink: two stages, each with a state.
first='smlecho -k k --state $SML_STATE/a'
pipeline="$first | smlecho -k k --as again --state \$SML_STATE/b"
start() { smlrun --state dir --from in --to out "$@" -- "$pipeline"; }
# The sink holds what the stages write without smlrun.
is_exact() {
	smlecho -k k in | smlecho -k k --as again >want
	cmp want out
}
anew() {
	rm -rf dir out rejects in
	records 1 200 >in
}
committed() { jq -r "$1" dir/commit; }

anew
run start --every 50
is_status 'a pipeline runs to the end of its source' 0
ok 'and the sink holds what it writes' is_exact
ok 'one commit after 50 records, the first before any' test "$(committed .epoch)" -eq 5
ok 'the place is that of the end' test "$(committed .last.byte)" -eq "$(wc -c <in)"
ok 'only the last two snapshots of a stage are left' test "$(find dir/state -name 'a.*' ! -name '*.lock' | wc -l)" -eq 2
run start --every 50
is_status 'a second run has nothing to do' 0
ok 'and writes nothing' is_exact
records 201 300 >>in
run start --every 7
is_status 'a third one reads what was appended' 0
ok 'as if it had been one run' is_exact
ok 'nothing is left of the last attempt' test "$(find dir/state ! -name "*$(committed .nonce)*" | wc -l)" -eq 1
printf '{"k":"k1","v":' >>in
run start
ok 'half a line waits' is_exact
echo '301}' >>in
run start
ok 'until it is whole' is_exact

anew
records 201 250 >second
smlecho -k k in second | smlecho -k k --as again >want
run smlrun --state dir --from in --from second --to out -- "$pipeline"
is_status 'several files are read in order' 0
ok 'as one source' cmp want out
records 251 260 >>second
run smlrun --state dir --from in --from second --to out -- "$pipeline"
smlecho -k k in second | smlecho -k k --as again >want
ok 'and the last one may grow' cmp want out

anew
printf '{"k":"k1","v":201}' >>in
run start
ok 'half a line is not read' test "$(committed .last.records)" -eq 200
records 202 250 >second
printf '{"k":"k1","v":251}' >>second
run smlrun --state dir --from in --from second --to out -- "$pipeline"
is_status 'a file may be added' 0
ok 'and ends the half line of the file before it' test "$(committed .last.records)" -eq 250
run smlrun --state dir --from in --from second --to out --drain -- "$pipeline"
ok '--drain takes the last one' test "$(committed .last.records)" -eq 251
{ cat in; echo; cat second; } >whole
smlecho -k k whole | smlecho -k k --as again >want
ok 'and the result is exact' cmp want out

# Logs that were read may be removed; unread ones cannot be left out.
anew
records 201 250 >log-2
records 251 300 >log-3
smlecho -k k in log-2 log-3 | smlecho -k k --as again >want
run smlrun --state dir --from in --from log-2 --to out --every 30 --snapshot-every 20 -- "$pipeline"
run smlrun --state dir --from log-2 --from log-3 --to out --every 30 -- "$pipeline"
is_status 'a file that is read may be left out' 0
ok 'and the result is exact' cmp want out
run smlrun check dir
is_status 'the place is right' 0
run smlrun --state dir --from in --from log-2 --from log-3 --to out -- "$pipeline"
is_status 'it cannot be given again' 1
is_err 'and the message names what was read' 'from was log-3, and is log-2 now'
run smlrun --state dir --from log-4 --to out -- "$pipeline"
is_status 'the file that was read last cannot be left out' 1

seq 100001 | sed 's/.*/{"v":&}/' >in
rm -rf dir out
run smlrun --state dir --from in --to out -- cat
ok 'by default a commit comes after 100000 records' test "$(committed .epoch)" -ge 3
rm -rf dir out
# 3 MB do not fit into the pipe and what is read ahead: the rest waits until the stage continues.
seq 30000 | sed 's/.*/{"v":&,"more":"ninety more bytes, ninety more bytes, ninety more bytes, ninety more bytes"}/' >in
run smlrun --state dir --from in --to out --every 50ms --metrics metrics -- 'for i in 1 2; do
	IFS= read -r line; printf "%s\n" "$line"; done; sleep 0.2; exec cat'
ok '--every takes a time' test "$(committed .epoch)" -ge 3
ok '--metrics counts what was read' grep -q '^sml_records_total{tool="smlrun".*} 30000$' metrics

# DIR and the sink belong to this run alone; other files in DIR stay.
anew
mkdir dir
: >dir/notes
: >out
( flock 9 && run start ) 9<>dir/commit.lock
is_status 'a DIR that another run uses is refused' 1
is_err 'and named' '^smlrun: .*dir/commit is in use by '
( flock 9 && run start ) 9<>out
is_status 'so is a sink' 1
is_err 'and named' '^smlrun: out is in use by '
ok 'in which nothing is written' test ! -s out
run start
is_status 'after that it runs' 0
ok 'and leaves what else is in DIR' test -e dir/notes

anew
run smlrun --state dir --from in --to - -- "$first"
smlecho -k k in >want
ok 'standard output can be the sink' cmp want "$tmp/.out"
is_err 'with a warning that a crash repeats results' 'twice'
run smlrun --state other --from in --to null -- "$first"
is_status 'or nothing' 0

# A line among data that would command the stages, and one that is no object.
anew
{ head -n 2 in; echo '{"$sml":"end"}'; echo 7; printf ' {\t"\\u0024sml":"end"}\n'; echo '{"\x":1}'; } >bad
run smlrun --state dir --from bad --to out -- "$first"
is_status 'a control line in the source ends the run' 1
is_err 'and is named by its place' '^smlrun: bad:3:2: "\$sml" begins a control line'
ok 'what is before it is committed' test "$(wc -l <out)" -eq 2
sed -i '$d' bad
run smlrun --state dir --from bad --to out --rejects rejects -- "$first"
is_status 'or bad lines go to --rejects, which a later run may add' 3
ok 'with their places' sh -c '[ "$(jq -c "[.line, .byte]" rejects | tr "\n" " ")" = "[3,2] [4,1] [5,4] " ]'
ok 'and the others are read' sh -c 'head -n 2 in | smlecho -k k | cmp - out'
run smlrun --state dir --from bad --to out --rejects rejects -- "$first"
ok 'once' test "$(wc -l <rejects)" -eq 3

# --drain closes what is open.
anew
sed -i 's/"v"/"t":1,"v"/' in
run smlrun --state dir --from in --to out --drain -- 'smlwindow -k k -t t -w tumbling:1s -a "n=count()" --state $SML_STATE/w'
is_status '--drain closes the windows' 0
ok 'and writes them' test "$(jq -c .n out | tr '\n' ' ')" = '100 100 '
run smlrun --state dir --from in --to out --drain -- 'smlwindow -k k -t t -w tumbling:1s -a "n=count()" --state $SML_STATE/w'
is_status 'after which no run can continue' 1
is_err 'and the message says so' 'ended by --drain'
run smlrun status dir
ok 'status says so too' jq -e .ended .out
run smlrun reset --to "$(jq .snapshot_id .out)" dir
is_err 'reset does not open what is closed' '^smlrun: epoch [0-9]+ was ended by --drain: --to is BEGINNING$'
run smlrun reset --to BEGINNING dir
run smlrun --state dir --from in --to out -- "$first"
is_status 'unless reset starts over' 0
seq 200 | sed 's/.*/{"v":&}/' >in
rm -rf dir out
run smlrun --state dir --from in --to out -- 'smldrift -f v -d ks --window 10 --min 5 --exit-code'
is_status 'a stage that found something decides the exit status' 4
echo '{"v":"x"}' >>in
rm -rf dir out
run smlrun --state dir --from in --to out -- 'smldrift -f v -d ks --window 10 --min 5 --exit-code --rejects bad.v'
is_status 'which wins over bad records' 4

# What a closing stage sends to the stages after it is committed, too: their models and side files.
anew
seq 20 | sed 's/.*/{"t":&000,"v":&}/' >in
windows='smlwindow -t t -w tumbling:4s -a "s=sum(v),n=count()"'
last='smllearn -y s -f n -m model --missing reject --rejects bad'
sh -c "$windows in" | sed '$s/"n"/"m"/' >closed
smllearn -y s -f n -m want.model --missing reject --rejects want.bad closed >want 2>/dev/null
cat >odd <<'END'
#!/bin/sh
# The last window lacks a feature.
sed -u '/"window_start":20000/s/"n"/"m"/'
END
chmod +x odd
set -- smlrun --state dir --from in --to out --every 5 --drain -- "$windows | ./odd | $last"
are_exact() {
	cmp want out && cmp want.model model && jq -c .raw want.bad >a && jq -c .raw bad >b && cmp a b
}
rm -rf dir out bad
run "$@"
is_status 'with --drain a stage may find bad records' 3
ok 'results, model and bad records are those of one run' are_exact
step=1 wrong=
while
	rm -rf dir out model bad
	faulty "kill=$step,in=smlrun" "$@"
	status_is 137 >/dev/null
do
	run "$@" # which may find that nothing is left to do
	if ! { status_is 3 || err_matches 'ended by --drain'; } >why || ! are_exact >>why; then
		wrong="$wrong $step"
		sed "s/^/# step $step: /" why .err
	fi
	step=$((step + 3))
done
ok 'also if it is killed before a step (every third one is tried)' test -z "$wrong" -a $step -gt 30

# Wrong usage, and what does not go together.
run smlrun --state dir --from kafka:in -o @1s --to out -- cat
is_status 'a time of -o is no duration' 2
is_err 'and options are named that there are' '^smlrun: -o: not a time like 2026-01-31T23:59:59Z \(RFC 3339\) or a number \(see'
run smlrun --state dir --from - --to out -- "$first"
is_status 'standard input cannot be a source' 2
is_err 'because it cannot be read twice' 'cannot be read again'
run smlrun --state dir --from in --to in -- "$first"
is_status 'the sink is not the source' 2
run smlrun --state dir --from in --to out smlecho -k k
is_status 'a pipeline is one word' 2
latin=$(printf '\344')
run smlrun --state dir --from "$latin" --to out -- "$first"
is_err 'a name that is no UTF-8 is refused' '^smlrun: --from is no UTF-8'
run smlrun --state dir --from in --to out --rejects "$latin" -- "$first"
is_err 'of any file' '^smlrun: --rejects is no UTF-8'
run smlrun --state dir --from in --to out -- "$first | grep -v $latin"
is_status 'so is a pipeline' 2
is_err 'and the message says so' '^smlrun: the pipeline is no UTF-8'
anew
run start
run smlrun --state dir --from in --to out -- "$first"
is_status 'another pipeline on DIR is refused' 1
is_err 'and both are named' '^smlrun: dir belongs to another run: the pipeline was '
records 5 100 >in
run start
is_status 'a source that has shrunk is refused' 1
is_err 'with both lengths' 'in: it has shrunk to [0-9]+ bytes, below the [0-9]+'
records 1001 1300 >in
run start
is_err 'and one that is another file' 'in: it is another file'
anew
run start
: >out
run start
is_status 'a sink that has shrunk is refused' 1
is_err 'with both lengths' 'out: has 0 bytes, but [0-9]+ when the state was saved'
printf '{"k"' >out
run start
ok 'and stays as it is' test "$(wc -c <out)" -eq 4
run smlrun --state new --from in --to fifo/out -- "$first"
is_status 'a sink without its folder is refused' 1

# Failures.
anew
run smlrun --state dir --from in --to out -- smlnothing
is_status 'a missing command ends the run' 1
is_err 'without a retry' '^smlrun: the pipeline ended .* \(exit status 127 of its last stage\)'
ok 'and nothing is written' test ! -s out
anew
run smlrun --state dir --from in --to out --retries 2 -- 'head -n 3'
is_status 'a stage that ends each time ends the run' 1
ok 'after --retries' test "$(grep -c 'retry [12] of 2 in ' .err)" -eq 2
anew
faulty 'write=ENOSPC@0,only=/out,in=smlrun' smlrun --state dir --from in --to out -- "$pipeline"
is_status 'a sink that cannot be written ends the run' 1
ok 'without a retry' sh -c '! grep -q retry .err'
anew
run smlrun --state dir --from in --to out --barrier-timeout 300ms -- 'cat >/dev/null'
is_status 'a stage that drops control lines ends the run' 1
is_err 'immediately, with the remedy' '^smlrun: barrier 1 did not come back within 300ms .* drops control lines; run it with smlrun through'

# A stage that kills itself, and the whole pipeline, the first three times that it sees record 120.
cat >fragile <<'END'
#!/bin/sh
while IFS= read -r line; do
	printf '%s\n' "$line"
	case $line in *'"v":120'*)
		[ -e three ] || {
			if [ -e two ]; then : >three; elif [ -e one ]; then : >two; else : >one; fi
			kill -9 $$
		} ;;
	esac
done
END
chmod +x fragile
anew
run smlrun --state dir --from in --to out --every 10 -- "$first | ./fragile | smlecho -k k --as again --state \$SML_STATE/b"
is_status 'a stage that dies is started again' 0
ok 'and the result is exact' is_exact
ok 'three times' test "$(grep -c 'retry 1 of 5\|retry 2 of 5\|retry 3 of 5' "$tmp/.err")" -eq 3
is_alone() { for process in $(pgrep -x fragile); do [ "$(readlink "/proc/$process/cwd")" != "$PWD" ] || return 1; done; }
ok 'and no process is left' is_alone

# A bad record in the middle of an epoch, at the second stage: what is before it is committed.
anew
sed -i 's/^{"k":"k1","v":121}$/{"k":"k1","v":121,"w":true}/' in
twice() { smlrun --state dir --from in --to out "$@" -- "smlecho -k k | smlecho -k k --twice w --default w=1 --as again ${more-}"; }
run twice --every 50
is_status 'a bad record ends the run' 1
is_err 'and is named by its place in the source' '^smlrun: in:121: smlecho: .*; everything before is committed'
ok 'what is before it is in the sink' test "$(wc -l <out)" -eq 120
ok 'and committed' test "$(committed .last.records)" -eq 120
sed -i 's/,"w":true//' in
run twice --every 50
is_status 'mended, the next run goes on' 0
smlecho -k k in | smlecho -k k --twice w --default w=1 --as again >want
ok 'and the result is exact' cmp want out
anew
sed -i 's/^{"k":"k1","v":121}$/{"k":"k1","v":121,"w":true}/' in
more='--rejects bad.json'
run twice --every 50
is_status 'with --rejects in the stage it goes there' 3
ok 'and the others go on' test "$(wc -l <out)" -eq 199
more=

# One that cannot be read again to be found: the stage refuses marks.
anew
sed -i 's/"v":121/"v":{}/' in
run smlrun --state dir --from in --to out --every 50 --retries 1 -- 'smlroute -k v -a a=100:exec:"sed -u s/.*/1/"'
is_status 'a bad record of a stage that refuses marks ends the run' 1
is_err 'without its place' '^smlrun: smlroute: the id "v" is an object'
ok 'at the commit before' test "$(committed .last.records)" -eq 100
ok 'which the sink holds' test "$(wc -l <out)" -eq 100

# Filters that know no control lines.
anew
run smlrun --state dir --from in --to out --every 30 -- "smlrun through -- sed 's/k0/k2/' | $first | smlrun through --accept 1 -- grep '\"v\":[0-9]*7\>'"
is_status 'smlrun through makes a foreign filter a stage' 0
sed 's/k0/k2/' in | smlecho -k k | grep '"v":[0-9]*7\>' >want
ok 'and sees every record once' cmp want out
anew
run smlrun --state dir --from in --to out --retries 0 -- "smlrun through -- sh -c 'cat; exit 5'"
is_status 'one that fails ends the run' 1
is_err 'and is named' '^smlrun: smlrun through: sh exited with status 5'
ok 'nothing of the epoch is committed' test ! -s out
anew
run smlrun --state dir --from in --to out --retries 0 -- "env --ignore-signal=CHLD smlrun through -- sh -c 'cat; exit 5'"
is_status 'even if a parent ignores SIGCHLD' 1
anew
run smlrun --state dir --from in --to out --retries 0 -- "smlrun through -- smlnothing"
is_err 'so is a missing one' '^smlrun: smlrun through: cannot run smlnothing: No such file'
echo '{"k":1}' | run smlrun through -- cat
is_status 'without control lines it is refused' 1
seq 30000 | sed 's/.*/{"k":"k1","v":&}/' >in
rm -rf dir out
run smlrun --state dir --from in --to out --every 20000 -- "smlrun through -- awk '{ print; print }'"
ok 'a filter may write more than it reads' test "$(wc -l <out)" -eq 60000
rm -rf dir out
run smlrun --state dir --from in --to out --every 20000 -- "smlrun through -- head -n 1"
is_status 'or end early' 0
ok 'and is started again for the next epoch only' test "$(jq .v out | tr '\n' ' ')" = '1 20001 '

# A process may have children before it becomes smlrun: they are not its stages.
helped() { sh -c 'sleep 600 & echo $! >helper; exec smlrun "$@"' sh "$@"; }
alive() { kill -0 "$(cat helper)" && kill "$(cat helper)"; }
anew
run helped --state dir --from in --to out -- "$first"
is_status 'a run that has children already' 0
ok 'leaves them alone' alive
run helped --state dir --from in --to out -- 'cat'
is_status 'so does one that is refused' 1
ok 'as a run that has started nothing' alive

# What is committed, seen from outside.
anew
run start --every 50
echo '{"k":"k1","v":7}' >>in
run smlrun status dir
is_status 'status prints what is committed' 0
ok 'as JSON' test "$(jq -c '[.epoch, .last.records, .unread]' .out)" = '[5,200,17]'
run smlrun check dir
is_status 'check finds source and sink as they were' 0
: >out
run smlrun check dir
is_status 'or not' 1
is_err 'and what is wrong' '^smlrun: out has 0 bytes, but [0-9]+ were committed'
head -n 10 in >short
cp in whole
cat short >in
run smlrun check dir
is_status 'nor with a source that is shorter' 1
is_err 'which is named' '^smlrun: in '
cat whole >in
records 2 300 >in
run smlrun check dir
is_err 'of the source too' '^smlrun: in is another file'
run smlrun status nowhere
is_status 'a folder without a commit is an error' 1
anew
echo before >out
run start --every 50
run smlrun reset --to begin dir
is_err 'reset refuses anything but BEGINNING or an epoch' '^smlrun: --to is BEGINNING or an epoch, not "begin"$'
run smlrun reset --to 3 dir
is_status 'reset refuses an epoch without a snapshot' 1
is_err 'and says which there is' 'BEGINNING or 5'
run smlrun reset --to BEGINNING dir
is_status 'reset goes back to the beginning' 0
run smlrun --state dir --from in --to out -- "$first"
is_status 'the next run may have another pipeline' 0
{ echo before; smlecho -k k in; } >want
ok 'and its results replace the others' cmp want out

# Signals.  A stage is slow while there is a file "slow".
cat >stage <<'END'
#!/bin/sh
trap '' TERM
while IFS= read -r line; do
	[ ! -e slow ] || sleep 0.02
	printf '%s\n' "$line"
done
END
chmod +x stage
slowly() { ${exec-} smlrun --state dir --from in --to out --every 10 "$@" -- "$first | ./stage | smlecho -k k --as again"; }
# stopped AFTER COMMAND...: starts a slow run, and runs COMMAND after AFTER epochs
stopped() {
	anew
	: >slow
	exec='exec' slowly >.out 2>.err &
	pid=$!
	until [ "$(committed .epoch 2>/dev/null || echo 0)" -ge "$1" ]; do sleep 0.05; done
	shift
	"$@"
	wait "$pid"
	echo $? >.status
	rm -f slow
}
stages_of() { ps -o pid= --ppid "$1"; for child in $(ps -o pid= --ppid "$1"); do ps -o pid= --ppid "$child"; done; }
terminate() { kill "$pid"; }
# shellcheck disable=SC2046 # they are several
terminate_all() { kill "$pid" $(stages_of "$pid"); }
for how in terminate terminate_all; do
	stopped 3 $how
	is_status "SIGTERM ($how) ends a run well" 0
	ok 'in the middle of the source' test "$(committed .last.records)" -lt 200
	ok 'where everything that was read is committed' test "$(wc -l <out)" -eq "$(committed .last.records)"
	run slowly
	is_status 'and the next run goes on' 0
	ok 'to the exact result' is_exact
done
anew
: >slow
exec='exec' slowly --grace 1ms >.out 2>.err &
pid=$!
until [ "$(committed .epoch 2>/dev/null || echo 0)" -ge 2 ]; do sleep 0.05; done
kill "$pid"
wait "$pid"
echo $? >.status
rm -f slow
is_status 'what is not committed within --grace is left to another run' 75
run slowly
ok 'which makes the result exact' is_exact

# Files that stages write beside the output: once each, whatever is killed.
sides() {
	anew
	rm -f bad.*
	sed -i 's/^\({"k":"k0",.*[05]\)}$/\1,"w":true}/' in
	side="smlecho -k k | smlecho -k k --twice w --default w=1 --as again --rejects bad.json"
}
sides
run smlrun --state dir --from in --to out --every 30 -- "$side"
is_status 'records go to the --rejects of a stage' 3
jq -r .raw bad.json >raw
grep true in | smlecho -k k >want # its own counts are others: compare the rest
ok 'each of them' sh -c '[ "$(jq -c "[.k, .v]" raw)" = "$(jq -c "[.k, .v]" want)" ]'
cp raw whole
# Each run has files of its own.
again() { smlrun --state "$1" --from in --to "$1.out" -- "$side"; }
cp bad.json before
( flock 9 && run again third ) 9<bad.json
is_status 'a side file that another program has locked is refused' 1
is_err 'and named' "^smlrun: $(pwd -P)/bad.json is in use by "
ok 'nothing is written to it' cmp before bad.json
ok 'nor committed' test "$(jq .epoch third/commit)" -eq 0
run again third
is_status 'when that has ended, the next run goes on' 3
ok 'after what is there' test "$(jq -r .raw bad.json | wc -l)" -eq $((2 * $(wc -l <whole)))
cp bad.json before
echo '{"k":"k0","v":205,"w":true}' >>in
run smlrun --state dir --from in --to out --every 30 -- "$side"
is_status 'a run does not cut off what another one has written' 1
is_err 'and says so' "bad.json has [0-9]+ bytes, though only [0-9]+ were committed: another program"
ok 'that stays' cmp before bad.json
rm -rf third* bad.json*
: >bad.json.0123456789abcdef
run again third
echo '{"k":"k0","v":205,"w":true}' >>in
run again third
ok 'and so does a part of another run' test -e bad.json.0123456789abcdef
ok 'but none of an older attempt is left' test "$(find . -name 'bad.json.*' | wc -l)" -eq 2
rm -rf third*
mkdir far
sides
run smlrun --state dir --from in --to out -- "cd far && $side"
is_status 'a stage may change its folder' 3
ok 'its files are there' test -s far/bad.json
ok 'and only there' test ! -e bad.json
printf '{"v":1,"y":%d}\n' 1 2 3 4 5 6 >in
rm -rf dir out
run smlrun --state dir --from in --to out -- 'mkdir -p far && cd far && smllearn -y y -f v -m model.json --mode 0640'
is_status 'a stage has a model' 0
smllearn -y y -f v -m other.json in >want
ok 'which is put in its place' cmp far/model.json other.json
ok 'with the permissions of --mode' test "$(stat -c %a far/model.json)" = 640
ok 'and its predictions are in the sink' cmp want out
step=0 wrong=
while
	sides
	step=$((step + 7))
	faulty "kill=$step,in=smlrun" smlrun --state dir --from in --to out --every 60 -- "$side"
	status_is 137 >/dev/null
do
	run smlrun --state dir --from in --to out --every 60 -- "$side"
	# Lines are numbered from the start of the stage.
	jq -r .raw bad.json | cmp -s - whole && [ "$(wc -l <out)" -eq 180 ] || wrong="$wrong $step"
done
ok "also if smlrun is killed before a step (every seventh of $step is tried)" sh -c "[ -z '$wrong' ] && [ $step -gt 28 ]"
ok 'no part is left but that of the last attempt' test "$(find . -maxdepth 1 -name 'bad.json.*' | wc -l)" -le 1

# Marks between snapshots: after a crash results are repeated, and must be the same.
anew
run start --every 10 --snapshot-every 8
is_status 'commits by marks' 0
ok 'write the same' is_exact
anew
faulty kill=40,in=smlrun smlrun --state dir --from in --to out --every 10 --snapshot-every 8 -- "$pipeline"
is_status 'a run that is killed between two snapshots' 137
ok 'is at a mark' test "$(committed .epoch)" -gt "$(committed .snapshot_id)"
run start --every 10 --snapshot-every 8
is_status 'goes on from the snapshot' 0
ok 'and the result is exact' is_exact
anew
faulty kill=40,in=smlrun smlrun --state dir --from in --to out --every 10 --snapshot-every 8 -- "$pipeline"
run start --every 10
is_status 'also where each commit is a snapshot from now on' 0
ok 'and the result is exact' is_exact
# A stage whose results change from run to run.
cat >clock <<'END'
#!/bin/sh
date +%s%N >started
exec sed "s/^{\"k\":\"k0\",/&\"at\":$(cat started),/"
END
chmod +x clock
anew
faulty kill=40,in=smlrun smlrun --state dir --from in --to out --every 10 --snapshot-every 8 -- 'stdbuf -oL ./clock'
ok 'with a stage whose output depends on more than its input' test "$(committed .epoch)" -gt "$(committed .snapshot_id)"
run smlrun --state dir --from in --to out --every 10 --snapshot-every 8 -- 'stdbuf -oL ./clock'
is_status 'it is refused' 1
is_err 'with the first byte that differs, and the remedy' 'out: byte [0-9]+ differs .*smlrun reset dir --to [0-9]+ .*--snapshot-every 1'
run smlrun reset --to "$(committed .snapshot_id)" dir
is_status 'reset takes back what cannot be repeated' 0
ok 'which is no longer committed' test "$(committed .epoch)" -eq "$(committed .snapshot_id)"

# The length of a sink that cannot be cut back continues from the commit, in the next attempt and run.
for to in - null; do
	anew
	rm -f one two three
	pipe="$first | ./fragile | smlecho -k k --as again"
	run smlrun --state dir --from in --to $to --every 10 --snapshot-every 8 -- "$pipe"
	is_status "--to $to: commits by marks survive crashes" 0
	ok 'of which there were three' test "$(grep -c 'retry' "$tmp/.err")" -eq 3
	records 201 300 >>in
	faulty kill=36,in=smlrun smlrun --state dir --from in --to $to --every 10 --snapshot-every 8 -- "$pipe"
	is_status 'and another run that is killed' 137
	ok 'at a mark' test "$(committed .epoch)" -gt "$(committed .snapshot_id)"
	run smlrun --state dir --from in --to $to --every 10 --snapshot-every 8 -- "$pipe"
	is_status 'the next one goes on' 0
	ok 'from the lengths that are committed' test "$(committed .last.written)" -eq "$(smlecho -k k in | smlecho -k k --as again | wc -c)"
done

# Another program truncates the sink during a run.
anew
cat >cutter <<'END'
#!/bin/sh
while IFS= read -r line; do
	case $line in *'"v":120,'*) : >out ;; esac
	printf '%s\n' "$line"
done
END
chmod +x cutter
run smlrun --state dir --from in --to out --every 10 -- "$first | ./cutter"
is_status 'a sink that is truncated during the run ends it' 1
is_err 'and is named' '^smlrun: out: has [0-9]+ bytes, but [0-9]+ were written: somebody has cut it'
ok 'it is not filled up' sh -c '! tr -d "\n -~" <out | grep -q .'

# What was read since the last snapshot is gone from the source.
anew
faulty kill=40,in=smlrun smlrun --state dir --from in --to out --every 10 --snapshot-every 8 -- "$pipeline"
ok 'a run was killed at a mark' test "$(committed .epoch)" -gt "$(committed .snapshot_id)"
cp in whole.in
head -n "$(committed .snapshot.records)" whole.in >in
run start --every 10 --snapshot-every 8
is_status 'a source that shrank to the last snapshot is refused' 1
is_err 'as one that shrank to before it' 'in: it has shrunk to [0-9]+ bytes, below the [0-9]+'
cp whole.in in
run start --every 10 --snapshot-every 8
is_status 'with the source as it was the next run goes on' 0
ok 'and the result is exact' is_exact
# SIGTERM while results are repeated: all is committed already, so no stage is waited for.
anew
cat >hang <<'END'
#!/bin/sh
while IFS= read -r line; do
	case $line in *'"v":'*) [ ! -e hold ] || { : >held; while [ -e hold ]; do sleep 0.05; done; } ;; esac
	printf '%s\n' "$line"
done
END
chmod +x hang
held() { ${exec-} smlrun --state dir --from in --to out --every 10 --snapshot-every 8 --grace 2s -- './hang'; }
faulty kill=40,in=smlrun smlrun --state dir --from in --to out --every 10 --snapshot-every 8 --grace 2s -- './hang'
ok 'a run was killed at a mark' test "$(committed .epoch)" -gt "$(committed .snapshot_id)"
rm -f held
: >hold
exec='exec' held >.out 2>.err &
pid=$!
until [ -e held ]; do sleep 0.05; done
terminate
wait "$pid"
echo $? >.status
rm -f hold
is_status 'SIGTERM while results are repeated ends a run well' 0
ok 'without a message' test ! -s .err
run held
is_status 'and the next run goes on' 0
ok 'to the exact result' cmp in out

# A bad record of a stage, and after it a bad line that was read ahead.
anew
sed -i 's/^{"k":"k1","v":121}$/{"k":"k1","v":121,"w":true}/; s/^{"k":"k1","v":131}$/7/' in
run twice --every 50
is_status 'a bad record before a bad line ends the run' 1
is_err 'and is the one that is named' '^smlrun: in:121: smlecho: .*; everything before is committed'
ok 'what is before it is committed' test "$(committed .last.records)" -eq 120
anew
rm -f one two three
sed -i 's/^{"k":"k1","v":131}$/7/' in
run smlrun --state dir --from in --to out --every 50 -- "$first | ./fragile | smlecho -k k --as again"
is_err 'if a stage dies before it, the line is named' '^smlrun: in:131:1: a record is a JSON object; everything before'
ok 'after retries that wait' test "$(grep -c 'retry [123] of 5 in ' "$tmp/.err")" -eq 3

# A line is too long wherever it is in the buffer.
anew
{ records 1 3; printf '{"k":"k1","v":4444444444444444}\n'; records 5 6; } >in
run smlrun --state dir --from in --to out --max-line 30 -- "$first"
is_status 'a line that is too long ends the run' 1
is_err 'and is named' '^smlrun: in:4: the line is longer than --max-line 30'
{ records 1 3; printf '{"k":"k1","v":44444444444444}\r\n'; records 5 6; } >in
run smlrun --state dir --from in --to out --max-line 29 -- "$first"
is_status 'the ending of a line does not count' 0

# A stage that refuses its options is not started again.
anew
run smlrun --state dir --from in --to out -- 'smlecho --nonsense'
is_status 'wrong usage in a stage ends the run' 1
ok 'immediately' sh -c "! grep -q retry '$tmp/.err'"
for stages in 'smlecho --nonsense | smlecho -k k' 'smlecho -k k | smlrun through --nonsense | cat' \
	'smlecho -k k | smlwindow --nonsense="\"" | cat'; do
	anew
	run smlrun --state dir --from in --to out -- "$stages"
	is_status "also in one that is not the last: $stages" 1
	is_err 'which is named' '^smlrun: (smlecho|smlwindow|smlrun)[^:]*: .*(nonsense|x)'
	ok 'immediately' sh -c "! grep -q retry '$tmp/.err'"
done

# A stage that hangs between two barriers, so that the pipe before it is full.
rm -rf dir out
seq 200000 | sed 's/.*/{"k":"k1","v":&}/' >in
run timeout 60 smlrun --state dir --from in --to out --every 1000000 --barrier-timeout 3s --retries 0 -- 'sh -c "echo \$\$ >hung; head -n 2; exec sleep 1000" | cat'
is_status 'a stage that hangs ends the attempt' 1
is_err 'after --barrier-timeout' '^smlrun: the pipeline has read and written nothing for 3s'
is_gone() { ! grep '^State:[[:space:]]*[^ZX]' "/proc/$1/status"; }
ok 'and is killed' is_gone "$(cat hung)"

# Stages that do not obey: results after the last barrier, an end that is dropped, a barrier of another run.
anew
run smlrun --state dir --from in --to out --retries 0 -- "$first | { cat; echo {}; }"
is_status 'a stage that writes after its last barrier fails' 1
is_err 'and the message says so' '^smlrun: the pipeline wrote results after its last barrier'
ok 'what it wrote too late is not there' sh -c 'smlecho -k k in | cmp - out'
anew
run smlrun --state dir --from in --to out --drain --retries 0 -- "$first | grep --line-buffered -v '\"end\"'"
is_status 'so does one that drops the end' 1
is_err 'and the message says so' '^smlrun: a stage did not forward the end line'
ok 'which is not committed' test "$(committed .ended)" = false
anew
run smlrun --state dir --from in --to out --retries 0 -- "$first | sed -u 's/\"nonce\":\"[0-9a-f]*\"/\"nonce\":\"0123456789abcdef\"/'"
is_status 'and one that gives back another barrier' 1
is_err 'and the message says so' '^smlrun: the pipeline wrote a barrier or a mark that was not sent'

# Bad lines may go to another file from one run to the next, which may be shorter.
anew
printf '7\n8\n' >>in
run start --rejects rejects
echo 9 >>in
run start --rejects elsewhere
is_status 'bad lines may go to another file' 3
ok 'from there on' test "$(jq -c .line rejects elsewhere | tr '\n' ' ')" = '201 202 203 '
run start --rejects elsewhere
ok 'and what is there stays' test "$(wc -l <elsewhere)" -eq 1
rm -f elsewhere

# What --stats counts is what is committed, however many attempts it took.
anew
rm -f one two three
sed -i 's/^{"k":"k1","v":10[59]}$/7/' in
run smlrun --state dir --from in --to out --rejects rejects --stats stats --every 50 -- "$first | ./fragile | smlecho -k k --as again"
is_status 'records go to --rejects before three crashes' 3
ok 'and all is counted once' test "$(jq -c '[.records, .written, .rejected, .restarts]' stats)" = '[200,198,2,3]'

# The folder's own name is put on disk, however it is spelt.
mkdir parent
anew
faulty 'fsync=EIO@0,only=/parent,in=smlrun' smlrun --state parent/run/ --from in --to out -- "$first"
is_status 'a folder whose name cannot be synced fails' 1
is_err 'and is named' '^smlrun: parent/run/: Input/output error'

# A second run that waits for the first one

anew
smlrun --state dir --from in --follow --to out --every 100ms -- "$pipeline" 2>/dev/null &
first_run=$!
until [ -s out ]; do sleep 0.1; done
smlrun --state dir --from in --to out --standby -- "$pipeline" 2>waits &
second_run=$!
until grep -q standby waits 2>/dev/null; do sleep 0.1; done
records 201 250 >>in
kill -KILL $first_run
wait $second_run
echo $? >.status
is_status 'a run that stands by takes over when the first one is killed' 0
ok 'and goes on where that was' is_exact
records 251 251 >>in
smlrun --state dir --from in --follow --to out --every 100ms -- "$pipeline" 2>/dev/null &
first_run=$!
until [ "$(wc -l <out)" -eq 251 ]; do sleep 0.1; done
smlrun --state dir --from in --to out --standby -- "$pipeline" 2>ends &
second_run=$!
until grep -q standby ends 2>/dev/null; do sleep 0.1; done
kill $second_run
wait $second_run
echo $? >status
ok 'a signal ends the wait' test "$(cat status)" -eq 0
kill $first_run
wait $first_run

# A disk that fills: no commit, and the next run goes on.
for file in /out .tmp /a /b; do
	for after in 0 100 3000; do
		anew
		faulty "write=ENOSPC@$after,only=$file" smlrun --state dir --from in --to out --every 20 --retries 0 -- "$pipeline"
		run start --every 20
		is_status "after a full disk ($file, $after bytes) the next run goes on" 0
		ok 'and the result is exact' is_exact
	done
done
# A run without --rejects reads a line again that went there.
rm -rf dir out rejects in
{ records 1 3; echo bad; records 4 200; } >in
faulty kill=40,in=smlrun smlrun --state dir --from in --to out --every 10 --snapshot-every 8 --rejects rejects -- "$pipeline"
run smlrun --state dir --from in --to out -- "$pipeline"
is_status 'a run that reads a rejected line again needs --rejects' 1
is_err 'and the message says so' 'a line that is read again after epoch [0-9]* is bad; if it went to --rejects before'
run smlrun --state dir --from in --to out --rejects rejects -- "$pipeline"
is_status 'with it the run goes on' 0
ok 'and each is there once' test "$(wc -l <rejects) $(wc -l <out)" = '1 200'

# The end of a source is a snapshot, though the commit before it was a mark.
records 1 200 >in2
run smlrun --state dir2 --from in2 --to out2 --every 100 --snapshot-every 100 -- "$pipeline"
ok 'a run that ends at a mark saves a snapshot' test "$(smlrun status dir2 | jq -c '[.epoch, .snapshot_id]')" = '[4,4]'
rm -rf dir2 in2 out2

# Links in the folder of the states are not followed.
ln -s . dir/state/1
ln -s . dir/state/2
records 201 210 >>in
run timeout -k 1 30 smlrun --state dir --from in --to out --rejects rejects -- "$pipeline"
is_status 'a link that leads back to its folder is left alone' 0
rm -rf dir out rejects in

# What cannot be synced is not committed: the sink and --rejects before DIR/commit.
for file in /out /rejects .tmp dir; do
	anew
	echo 'no record' >>in
	faulty "fsync=EIO@0,only=$file,in=smlrun" smlrun --state dir --from in --to out --rejects rejects --retries 0 -- "$pipeline"
	is_status "what cannot be synced fails ($file)" 1
	is_err 'and says so' ': Input/output error'
	ok 'nothing is committed' test "$(committed .epoch 2>/dev/null || echo 0)" -eq 0
	run start --rejects rejects
	is_status 'the next run goes on' 3
	sed -i '$d' in
	ok 'and the result is exact' is_exact
done
# kill -9 before every step on the way to the disk: each write, fsync, ftruncate and rename.  Then
# the same of a stage, which smlrun starts again.
kill_at() { # PROGRAM STEP
	anew
	faulty "kill=$2,in=$1" smlrun --state dir --from in --to out --every "$every" -- "$pipeline"
}
every=${SML_EVERY:-70}
step=1 died=0 wrong=
while kill_at smlrun $step && status_is 137 >/dev/null; do
	died=$((died + 1))
	run start --every "$every"
	status_is 0 >/dev/null && is_exact >/dev/null || wrong="$wrong $step"
	step=$((step + 1))
done
ok "smlrun is killed at each of its $died steps" test "$died" -gt 20
ok 'and the next run makes the result exact each time' test -z "$wrong"
cat >once <<'END'
#!/bin/sh
# Runs a stage; the first time it is killed before a step.
mkdir was.killed 2>/dev/null && export SML_FAULTS="kill=$STEP" LD_PRELOAD="$SML_BIN/../build/tests/faults.so"
exec "$@"
END
chmod +x once
step=1 wrong=
while anew && rm -rf was.killed && STEP=$step && export STEP &&
	run smlrun --state dir --from in --to out --every "$every" -- "$first | ./once smlecho -k k --as again --state \$SML_STATE/b" &&
	grep -q retry .err; do
	status_is 0 >/dev/null && is_exact >/dev/null && [ -z "$(find dir/state -name '*.tmp')" ] || wrong="$wrong $step"
	step=$((step + 1))
done
ok "so do the stages: one is killed at each of its $step steps" test -z "$wrong" -a "$step" -gt 4
plan
