#!/bin/sh
# smlrun --follow: a source that grows while it is read, whose results are committed meanwhile.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"

# records FIRST LAST
records() { seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d}\n", $1 % 2, $1 }'; }
pipeline='smlecho -k k --state $SML_STATE/a'
# follow OPTION...: starts a run in the background
follow() {
	smlrun --state dir --from log --follow --to out "$@" -- "$pipeline" >.out 2>.err &
	pid=$!
}
committed() { jq -r "$1" dir/commit 2>/dev/null || echo 0; }
# reached RECORDS: so many are committed, or the run has ended
reached() {
	until [ "$(committed .last.records)" -ge "$1" ]; do
		kill -0 "$pid" 2>/dev/null || return
		sleep 0.02
	done
}
ended() {
	wait "$pid"
	echo $? >.status
}
is_nothing() { echo "$1" && [ -z "$1" ]; }
stopped() {
	kill "$pid"
	ended
}
# The sink holds what one run over these files writes.
is_exact() {
	cat "$@" | smlecho -k k >want
	cmp want out
}
anew() {
	rm -rf dir out log log[.-]*
	records 1 100 >log
}

# It grows, also by half lines.
anew
follow --every 50ms
reached 100
ok 'what is there is committed while the run waits for more' is_exact log
records 101 150 >>log
printf '{"k":"k1","v":' >>log
reached 150
cp out before
echo '151}' >>log
ok 'half a line waits' test "$(wc -l <before)" -eq 150
reached 151
ok 'until it is whole' is_exact log
records 152 160 >>log
reached 160
printf '{"k":"k1","v":' >>log
stopped
is_status 'SIGTERM while it waits ends a run well' 0
ok 'half a line is left to the next run' test "$(committed .last.records)" -eq 160
echo '161}' >>log
follow --every 50ms
reached 161
stopped
ok 'which takes it when it is whole' is_exact log

# With a number for --every, only the signal commits what is less than that.
anew
smlrun --state dir --from log --follow --to out --every 1000 -- 'tee seen' >.out 2>.err &
pid=$!
until grep -q '"v":100' seen 2>/dev/null; do sleep 0.02; done
stopped
is_status 'SIGTERM ends a run well, even with uncommitted records' 0
ok 'which it commits' cmp log out

# timeout(1) sends two signals at a time.
anew
rm -f seen
env --default-signal=INT smlrun --state dir --from log --follow --to out --every 1000 -- 'tee seen' >.out 2>.err &
pid=$!
until grep -q '"v":100}' seen 2>/dev/null; do sleep 0.02; done
kill -STOP "$pid"
kill "$pid"
kill -INT "$pid"
kill -CONT "$pid"
ended
is_status 'a second signal changes nothing' 0
ok 'and all is committed' cmp log out

run smlrun --state dir --from log --follow --drain --to out -- "$pipeline"
is_status '--follow does not go with --drain' 2

# Rotation by rename and create, during a run.
rotate() { # by logrotate's names; SUFFIX gives them another form
	for n in 4 3 2 1; do [ ! -e "log.$n" ] || mv "log.$n" "log.$((n + 1))"; done
	mv log log.1
}
anew
follow --every 50ms
reached 100
rotate
records 101 110 >>log.1 # its writer still has it
reached 110
ok 'a renamed file is read to its end' is_exact log.1
records 111 115 >>log.1
printf '{"k":"k1","v":116}' >>log.1
records 117 150 >log
reached 150
{ cat log.1; echo; cat log; } >whole
ok 'then the new one, after the last line of the old one as it is' is_exact whole
rotate
: >log
rotate
records 151 160 >log
reached 160
cat log >>whole
ok 'an empty file in between is skipped' is_exact whole
rotate
rm log.1
records 161 162 >log
ended
is_status 'if the file that was read is gone, the run ends' 1
is_err 'and says so' 'log: it is another file now, and the one that was read, inode [0-9]+, is not beside it as log\.1'
anew
follow --every 50ms
reached 100
rotate
echo '{"k":"k1","v":101}' >log
reached 101
echo '{"k":"k1","v":102}' >>log.1
ended
is_status 'if the old file grows after the run has moved on, the run ends' 1
is_err 'and the message says so' 'log: 19 bytes were written to the file that it was before the rotation'

# A run that is killed before it has committed a record: the log may be rotated meanwhile.
anew
rm -f seen
pass_on() { smlrun --state dir --from log --follow --to out --every "$1" -- 'tee -a seen' >.out 2>.err & pid=$!; }
pass_on 1000
until grep -q '"v":100' seen 2>/dev/null && [ "$(committed .epoch)" -gt 0 ]; do sleep 0.02; done
kill -9 "$pid"
ended
rotate
records 101 120 >log
pass_on 50ms
until [ "$(committed .last.byte)" -eq "$(wc -c <log)" ]; do sleep 0.02; done
stopped
cat log.1 log >whole
ok 'a log that is rotated before anything of it is committed is read from its start' cmp whole out

# And between two runs.
anew
run_on() { # RECORDS: a run up to so many
	follow --every 50ms
	reached "$1"
	stopped
}
run_on 100
records 101 110 >>log
rotate
records 111 120 >log
rotate
: >log
rotate
records 121 130 >log
run_on 130
is_status 'files that were rotated between two runs are read' 0
ok 'all of them, in order' is_exact log.3 log.2 log.1 log
run smlrun check dir
is_status 'check finds the file' 0
rotate
run smlrun check dir
is_status 'also after it was rotated' 0
records 131 135 >log
ok 'status counts what is not read of the new one' test "$(smlrun status dir | jq .unread)" -eq "$(wc -c <log)"
rotate
mv log.1 away
records 136 140 >log
run smlrun --state dir --from log --follow --to out --every 50ms -- "$pipeline"
is_status 'a missing file ends the run' 1
is_err 'and is named' 'cannot continue after .*/log\.2: log\.1 is missing'
gzip <away >log.1.gz
run smlrun --state dir --from log --follow --to out --every 50ms -- "$pipeline"
is_err 'so is one that is compressed' 'cannot continue after .*/log\.2: uncompress .*/log\.1\.gz first'
gzip -d log.1.gz
run_on 140
is_status 'uncompressed it is read' 0
ok 'and nothing is lost' is_exact log.5 log.4 log.3 log.2 log.1 log
gzip log
records 141 145 >log
mv log.gz log.1.gz
run smlrun --state dir --from log --follow --to out -- "$pipeline"
is_status 'if the file that was read is compressed itself, the run is refused' 1
is_err 'with the remedy' 'cannot continue in log: .*; log\.1\.gz is compressed'

anew
run_on 100
mv log log-20261128
records 101 110 >log-20261129
records 111 120 >log
records 900 910 >log.err # is none of them
run_on 120
is_status 'names with dates work, too' 0
ok 'in their order' is_exact log-20261128 log-20261129 log

# A file that is missing for a moment, at the start and later.
anew
run_on 100
mv log log.1
follow --every 50ms
until [ -s .err ] || [ -n "$(pgrep -P "$pid")" ]; do sleep 0.02; done
records 101 110 >log
reached 110
mv log.1 log.2
mv log log.1
records 111 111 >>log.1
reached 111
records 112 120 >log
reached 120
stopped
is_status 'the file may be missing for a moment' 0
ok 'and nothing is lost' is_exact log.2 log.1 log
rm -rf dir out log*
run smlrun --state dir --from log --follow --to out -- "$pipeline"
is_status 'but a first run needs it' 1
is_err 'and says so' 'cannot read log: No such file'

# A link to a log that is rotated.
rm -rf there && mkdir there
records 1 50 >there/log
ln -s there/log log
run_on 50
mv there/log there/log.1
records 51 60 >there/log
run_on 60
ok 'rotated files of a link are beside its target' is_exact there/log.1 there/log
rm -f log

# Several files: the last one is followed, also if it was rotated before its turn.
anew
mv log first
records 101 150 >log
smlrun --state dir --from first --from log --follow --to out --every 50ms -- "tee seen | $pipeline" >.out 2>.err &
pid=$!
reached 150
rotate
records 151 160 >log
reached 160
stopped
is_status 'the last one of several files is followed' 0
ok 'after the others' is_exact first log.1 log

# Copy and truncate.
copy() {
	for n in 4 3 2 1; do [ ! -e "log.$n" ] || mv "log.$n" "log.$((n + 1))"; done
	cp log log.1
	: >log
}
anew
follow --every 50ms
reached 100
copy
records 101 110 >>log
reached 110
ok 'a file that was copied and truncated is read to its end' is_exact log.1 log
stopped
is_status 'by the same run' 0
records 111 120 >>log
copy
records 121 220 >>log # longer than before
copy
records 221 230 >>log
run_on 230
is_status 'or a later one' 0
ok 'which reads the rest of the copies first' is_exact log.3 log.2 log.1 log
printf '{"k":"k1","v":' >>log
copy
echo '231}' >>log
run_on 231
is_status 'a line that is half in the copy' 0
ok 'is one line' is_exact log.4 log.3 log.2 log.1 log
follow --every 50ms
until [ -n "$(pgrep -P "$pid")" ]; do sleep 0.02; done
: >log
records 232 233 >>log
ended
is_status 'a file that was truncated without a copy ends the run' 1
is_err 'and is named' 'cannot continue in log: it was truncated to [0-9]+ bytes or written again, and no copy beside it \(log\.1\)'
run smlrun --state dir --from log --follow --to out -- "$pipeline"
is_status 'and the next one' 1
is_err 'with the same words' 'cannot continue in log: it was truncated to [0-9]+ bytes or written again'

# A writer that never stops, whose log is rotated while smlrun is killed again and again.
writer() { # HOW: rotates by rename or copy
	exec 3>>log
	n=0
	while [ ! -e stop ]; do
		records $((n + 1)) $((n + 30)) | tee -a whole >&3
		n=$((n + 31))
		printf '{"k":"k1",' | tee -a whole >&3
		if [ $((n % 5)) -eq 0 ]; then
			[ ! -e log.40 ] || rm log.40
			for i in $(seq 39 -1 1); do [ ! -e "log.$i" ] || mv "log.$i" "log.$((i + 1))"; done
			case $1 in rename) mv log log.1 ;; copy) cp log log.1 && : >log ;; esac
		fi
		echo "\"v\":$n}" | tee -a whole >&3
		[ "$1" = copy ] || exec 3>>log
		sleep 0.0$((n % 10))
	done
}
for how in 'rename 1' 'rename 5' 'copy 1' 'copy 5'; do
	rm -rf dir out log* whole stop
	: >log
	set -- --every 20ms --snapshot-every "${how#* }"
	follow "$@"
	# What was rotated before the first run began is not read.
	until [ "$(committed .epoch)" -gt 0 ]; do sleep 0.02; done
	writer "${how% *}" &
	writer=$!
	reached 1
	stopped
	kills=0 wrong=
	while [ $kills -lt "${SML_KILLS:-4}" ]; do
		follow "$@"
		sleep "0.$(shuf -i 100-600 -n 1)"
		kill -9 "$pid" || wrong="$wrong after $kills kills: $(cat .err)"
		wait "$pid"
		kills=$((kills + 1))
	done 2>/dev/null
	: >stop
	wait "$writer"
	follow "$@"
	reached "$(wc -l <whole)"
	stopped
	is_status "a log is rotated ($how) and smlrun killed $kills times: the last run ends well" 0
	ok 'none of them failed' is_nothing "$wrong"
	ok "the log was rotated $(find . -name 'log.*' | wc -l) times, and the sink is exact" is_exact whole
done

# A bad record is found though the source has no end.
anew
sed -i 's/^{"k":"k1","v":61}$/{"k":"k1","v":61,"w":true}/' log
run smlrun --state dir --from log --follow --to out -- 'smlecho -k k --twice w --default w=1'
is_status 'a bad record ends the run' 1
is_err 'and is named by its place' '^smlrun: log:61: smlecho: .*; everything before is committed'
plan
