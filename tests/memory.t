#!/bin/sh
# Memory: what it is used for, and what happens where there is none.
#
# SML_SHORT=1: fewer allocations that fail, and no million keys.
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

# Every allocation fails in turn, alone or with all behind it.  simdjson ends the process where it has
# no room for the five strings of its list of processors, at the start: nothing was read or written.
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

# --- a million keys

# costs COMMAND...: its seconds of processor time and the most memory that it had, in KiB
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
	# The last two runs load and save: each of it in 3 s, and 200 MB beside the keys.
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
