# lib.sh - what a test of a tool begins with:	. "${0%/*}/lib.sh"
# The test runs in a new directory, which is removed at its end; "$tests" is the directory of the tests.
# Tools and helpers are in the PATH, from $SML_BIN (../bin) and the build directory beside it.
#
#	run COMMAND...			run it once, by $SML_WRAP where that is set; then ask:
#	faulty FAULTS COMMAND...	run it with the faults of preload/faults.c
#	is_status NAME STATUS		its exit status
#	is_out NAME <<EOF		its standard output, to the byte
#	is_golden NAME FILE		the same from $tests/FILE, which REGEN=1 writes anew
#	is_err NAME REGEX		some line of its standard error (extended expression)
#	ok NAME COMMAND...		any other check: the command succeeds
#	skip NAME REASON		this machine can't
#	needs SERVER			the whole test needs servers/SERVER: without one it is
#					skipped, but never in CI
#	with_kafka [KIND]		starts a broker (servers/kafka), which $KAFKA_BROKERS names
#	brokers COMMAND...		a command of kafkatool for $KAFKA_BROKERS; if it fails the test ends
#	topic NAME PARTITIONS...	makes a topic; if that fails the test ends
#	marked TOPIC PARTITIONS		waits until all shows what is committed: a little after the broker says so
#	all -t TOPIC...			what topics have
#	sent TOPIC PARTITION TIME VALUE	one message
#	plan				the last line: without it the test did not end well

# A test that hangs has failed.  If the test was started in the background, its signals are no longer ignored.
[ -n "${SML_TIMED-}" ] ||
	exec env --default-signal SML_TIMED=1 timeout "${SML_TIMEOUT:-900}" sh "$0" "$@"
tests=$(cd "${0%/*}" && pwd)
SML_BIN=$(cd "${SML_BIN:-$tests/../bin}" && pwd) || exit 1
PATH=$SML_BIN:$SML_BIN/../build/tests:$PATH
LC_ALL=${LC_ALL:-C}
# A tool need not free what it holds to its end; preloaded libraries come before the sanitizer's.
ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0
export PATH SML_BIN LC_ALL ASAN_OPTIONS
tmp=$(mktemp -d) || exit 1
trap 'cd / && rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp" || exit 1
count=0 failed=0

run() {
	${SML_WRAP-} "$@" >"$tmp/.out" 2>"$tmp/.err"
	echo $? >"$tmp/.status"
}

# Without $SML_WRAP: valgrind would watch env, and would end if its own allocations failed.
faulty() {
	faults=$1
	shift
	(
		SML_WRAP=
		run env SML_FAULTS="$faults" LD_PRELOAD="$SML_BIN/../build/tests/faults.so" "$@"
	)
}

ok() {
	name=$1 count=$((count + 1))
	shift
	if "$@" >"$tmp/.why" 2>&1; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		failed=$((failed + 1))
		head -n 40 "$tmp/.why" | sed 's/^/#	/'
	fi
}

status_is() { [ "$(cat "$tmp/.status")" = "$1" ] || { cat "$tmp/.status" "$tmp/.err"; false; }; }
err_matches() { grep -Eq -e "$1" "$tmp/.err" || { cat "$tmp/.err"; false; }; }
same() { diff -au "$1" "$tmp/.out" || { cat "$tmp/.err"; false; }; }

is_status() { ok "$1" status_is "$2"; }
is_err() { ok "$1" err_matches "$2"; }
is_out() { cat >"$tmp/.want" && ok "$1" same "$tmp/.want"; }
is_golden() {
	[ -z "${REGEN-}" ] || cp "$tmp/.out" "$tests/$2"
	ok "$1" same "$tests/$2"
}

skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

needs() {
	why=$("$tests/servers/$1" can 2>&1) && return
	[ -z "${CI-}" ] || {
		echo "Bail out! $why"
		exit 1
	}
	echo "1..0 # SKIP $why"
	exit 0
}

with_kafka() {
	servers=$tests/servers/kafka
	needs kafka
	"$servers" start "$tmp/kafka" "$@" || exit 1
	KAFKA_BROKERS=$(cat "$tmp/kafka/address")
	export KAFKA_BROKERS
}
brokers() {
	kafkatool "$KAFKA_BROKERS" "$@" && return
	echo "# kafkatool could not: $*"
	exit 1
}
topic() { brokers topic "$@"; }
marked() { brokers marked "$@"; }
all() { smlkafka consume -e --timeout 60s "$@"; }
sent() {
	jq -nc --argjson p "$2" --argjson t "$3" --arg v "$4" '{partition: $p, timestamp: $t, value: $v}' |
		smlkafka produce -t "$1" --format envelope
}

plan() {
	echo "1..$count"
	exit $((failed > 0))
}
