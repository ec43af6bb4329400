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
is_status 'SIGTERM while it waits is a good end' 0
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
is_status 'SIGTERM is a good end also with uncommitted records' 0
ok 'which it commits' cmp log out

run smlrun --state dir --from log --follow --drain --to out -- "$pipeline"
is_status '--follow has no end to be drained' 2

# A bad record is found though the source has no end.
anew
sed -i 's/^{"k":"k1","v":61}$/{"k":"k1","v":61,"w":true}/' log
run smlrun --state dir --from log --follow --to out -- 'smlecho -k k --twice w --default w=1'
is_status 'a bad record ends the run' 1
is_err 'and is named by its place' '^smlrun: log:61: smlecho: .*; everything before is committed'
plan
