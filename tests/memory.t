#!/bin/sh
# Memory: what it is used for, and what happens if there is none.
#
# SML_SHORT=1: fewer allocations that fail, fewer kinds of windows, and no million keys.
# shellcheck disable=SC2086 # $command is words
. "${0%/*}/lib.sh"

# --- none for a record

records() { seq 1 "$1" | sed 's/.*/{"k":"\\u006b","n\\u0061me":{"v":[1,"\\n"]},"v":&.5}/'; }
allocations() {
	records "$1" | faulty count=count smlecho -k k --twice v --as twice=w --overwrite
	cat count
}
most=100000
[ -z "${SML_SHORT-}" ] || most=5000
few=$(allocations 1000)
many=$(allocations $most)
ok "no record costs an allocation: $few for 1000, $many for $most" test $((many - few)) -lt 20

# --- when there is none

printf '%s\n' '{"$sml":"begin"}' '{"k":"\u0061","v":1}' 'bad' '{"k":"b","v":2,"v\u0065":3}' \
	'{"$sml":"barrier","id":1}' '{"k":"a"}' '{"$sml":"end"}' >marked
grep -v sml marked >plain
sml="smlecho -k k --twice v --default v=9 --nest e --as n --rejects rejects --max-line 100"

# Each allocation fails in turn, alone or with all after it.  If simdjson has no room for the five
# strings of its list of processors, it ends the process, at the start: nothing was read or written.
short_of_memory() {
	ended=0
	$prepare
	faulty count=count $command
	all=$(cat count)
	cp .out good
	cp rejects rejects.good
	[ ! -e state ] || cp state new
	for more in '' +; do
		n=1
		while [ "$n" -le "$all" ]; do
			$prepare
			faulty nomem=$n$more $command
			is=$(cat .status)
			if [ "$is" -eq 3 ]; then
				cmp .out good && cmp rejects rejects.good || return 1
			elif [ "$is" -eq 134 ] && grep -q '^terminate' .err && [ ! -s .out ]; then
				ended=$((ended + 1))
			elif [ "$is" -ne 1 ] || ! grep -q '^smlecho: ' .err; then
				echo "allocation $n$more: status $is"
				cat .err
				return 1
			fi
			$check || { echo "allocation $n$more"; return 1; }
			n=$((n + ${SML_SHORT:+6} + 1))
		done
	done
	[ $ended -le 10 ]
}

prepare='rm -f rejects' command="$sml plain" check=:
ok 'each allocation of a run may fail' short_of_memory

seq 1 300 | sed 's/.*/{"k":&}/' >keys
rm -f rejects
smlecho -k k --twice v --default v=9 --rejects rejects --state old keys >/dev/null || exit 1
resume() { cp old state && rm -f rejects; }
old_or_new() { cmp -s old state || cmp -s new state; }
prepare=resume command="$sml --state state plain" check=old_or_new
ok 'each of one that goes on from a state, which is the old one or the new one then' short_of_memory

empty() { rm -f b b.* rejects; }
forwarded() { ! grep -q barrier .out || [ -e b.1 ]; }
prepare=empty command="$sml --control --state b marked" check=forwarded
ok 'each of one with a barrier, forwarded only when its snapshot is there' short_of_memory

# --- no more than --max-memory

# 2,000 keys, or values, of 60 kB: 120 MB, which no run below may keep.
big() { perl -e 'print qq({"t":$_,"k":"$_) . "x" x 60000 . qq(","v":$_}\n) for 1 .. shift' "$1"; }
keys=2000
[ -z "${SML_SHORT-}" ] || keys=300
big_keys() { big $keys; }
big_values() { perl -e 'print qq({"t":$_,"v":"$_) . "x" x 60000 . qq("}\n) for 1 .. 2000'; }
# The system's limit makes more than that "out of memory".  Under valgrind or a sanitizer more is needed.
watched=${SML_WRAP-}
! ldd "$(command -v smlecho)" | grep -q asan || watched=asan
few() (
	# shellcheck disable=SC3045 # dash and bash have it
	[ -n "$watched" ] || ulimit -v 90000
	run "$@" --max-memory 8Mi
)
# refuses NAME SOURCE COMMAND...: the run ends at the limit, and says at which option
refuses() {
	name=$1
	$2 2>/dev/null | (shift 2 && few "$@")
	is_status "$name is refused" 1
	is_err 'and the option named' '--max-memory 8388608.*: raise it'
}

windows='sliding:1h session:1h tumbling:1h hopping:1h/20m count:1000 global'
[ -z "${SML_SHORT-}" ] || windows='sliding:1h hopping:1h/20m'
evicts() {
	big_keys | few smlwindow -k k -t t -w "$1" -a 'count()' --evict --stats stats
	status_is 0 || return 1
	# A key takes 120 kB, for its canonical bytes and its spelling: some 65 keys stay.
	jq -e ".records == $keys and (.records - .evicted | . > 50 and . < 75)" stats || { cat stats; false; }
}
for w in $windows; do
	refuses "$w: a key too many" big_keys smlwindow -k k -t t -w "$w" -a 'count()'
	ok 'or --evict drops the oldest' evicts "$w"
	refuses "$w: a value too many" big_values smlwindow -t t -w "$w" -a 'first(v),last(v),distinct(v)'
done
refuses 'a record too many that waits for the lateness' big_keys smlwindow -t t -w sliding:1h --lateness 1h -a 'count()'
refuses 'a key too many of smlecho' big_keys smlecho -k k
numbers() { yes '{"v":1}'; }
refuses 'a reference of smldrift too long' numbers smldrift -d ks -f v --reference /dev/stdin /dev/null
wide() { perl -e 'print qq({"y":1,"v":[) . join(",", (1) x 1000000) . "]}\n"'; }
longest() { perl -e 'print qq({"v":"), "x" x 15000000, qq("}\n)'; }
refuses 'a line of 15 MB' longest smlecho -k v
refuses 'even one of a dump' longest smlkafka replay --speed max
refuses 'features too many of smllearn' wide smllearn -y y -f v -m model

waits() {
	perl -e 'print qq({"id":$_,"v":") . "x" x 1000000 . qq("}\n) for 1 .. 40' >lines
	few smlroute -q -k id -a a=100:'exec:sleep 0.2; sed -u "s/.*/1/"' lines
	status_is 0
}
ok 'while records of 40 MB wait for a co-process, no more are read than fit' waits

resumes() {
	big 200 >file
	smlwindow -k k -t t -w sliding:1h -a 'count()' file >want || return 1
	few smlwindow -k k -t t -w sliding:1h -a 'count()' --state kept --continue file
	status_is 1 || return 1
	cp kept before
	cp .out first
	few smlwindow -k k -t t -w sliding:1h -a 'count()' --state kept --continue file
	status_is 1 && cmp kept before && [ ! -s .out ] || return 1
	run smlwindow -k k -t t -w sliding:1h -a 'count()' --state kept --continue file
	status_is 0 && cat first .out | cmp - want
}
ok 'with more of it the run goes on where it stopped' resumes

# --- a million keys

# costs COMMAND...: the command's seconds of processor time and its peak memory in KiB
cat >costs <<'EOT'
use POSIX;
open STDOUT, ">", "/dev/null";
my $child = fork;
exec @ARGV if !$child;
my $most = 0;
while (waitpid($child, WNOHANG) == 0) {
	if (open my $status, "<", "/proc/$child/status") {
		while (<$status>) { $most = $1 if /^VmHWM:\s+(\d+)/ && $1 > $most }
	}
	select undef, undef, undef, 0.005;
}
exit 1 if $?;
my (undef, undef, $user, $system) = times;
printf STDERR "%.2f %d\n", $user + $system, $most;
EOT
million() {
	seq 1 1000000 | sed 's/.*/{"k":&}/' >keys
	rm -f state*
	echo '{"k":1}' >one
	perl costs smlecho -k k keys 2>bare &&
		perl costs smlecho -k k --state state keys 2>save &&
		perl costs smlecho -k k --state state one 2>load || return 1
	[ "$(grep -c . state)" -eq 1000002 ] || return 1
	# The last two runs load and save, each within 3 s and 200 MB in addition to the keys.
	awk '{ print FILENAME, $0; seconds[FILENAME] = $1; size[FILENAME] = $2 }
	END {
		save = seconds["save"] - seconds["bare"]
		load = seconds["load"] - save
		print "saving", save, "loading", load
		exit save > 3 || load > 3 || size["save"] - size["bare"] > 200000 ||
		    size["load"] - size["bare"] > 200000
	}' bare save load
}
if [ -n "${SML_SHORT-}" ]; then
	skip 'a million keys' 'a short form was asked for'
elif ldd "$(command -v smlecho)" | grep -q asan; then
	skip 'a million keys' 'a sanitizer takes several times the memory'
else
	ok 'a million keys are saved in 3 s and 200 MB, and loaded in no more' million
fi
plan
