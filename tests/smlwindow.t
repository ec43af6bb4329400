#!/bin/sh
# smlwindow: windows, compared with a brute-force model; runs that go on where they stopped; limits.
# SML_SHORT=1: fewer streams, for valgrind.
. "${0%/*}/lib.sh"
# shellcheck disable=SC2154 # lib.sh sets it
streams=$tests/smlwindow/streams.py
export SML_WRAP

window() { run smlwindow "$@"; }

# The model

agree=350 resume=8 sanitized=
if ldd "$SML_BIN/smlwindow" | grep -q asan; then
	agree=80 resume=2 sanitized=yes
fi
if [ -n "${SML_SHORT-}" ]; then
	agree=1 resume=1
fi
for kind in sliding tumbling hopping session count global; do
	ok "$kind: random streams come out as the model says" \
		python3 "$streams" agree 1 $agree $kind
	ok "$kind: stopped at any record, a run goes on as one run" \
		python3 "$streams" resume 1 $resume $kind
done

# One time from the future

{ seq 1 5; echo 4102444800000; seq 6 9; } | sed 's/.*/{"t":&}/' >future
rm -f refused
run smlwindow -t t --time-unit ms -w tumbling:20ms -a 'count()' --max-ahead 1h --rejects refused \
	--stats stats future
is_out 'with --max-ahead one time from the future makes nothing late' <<'EOF'
{"window_start":0,"window_end":20,"count":9}
EOF
ok 'but is a bad record' grep -q '^{"error":"the time is ahead of all before it by .*--max-ahead 1h","source":"future","line":6,' refused
ok '--stats names what set the watermark' grep -q '"watermark_set_at":"future:10"' stats
run smlwindow -t t --time-unit ms -w tumbling:20ms -a 'count()' future
is_err 'without it the message of a late record does' '^smlwindow: future:7:.*the watermark was set at future:6'
printf '{"t":%s}\n' 1 9999999 10000000 >gap
rm refused
run smlwindow -t t --time-unit ms -w tumbling:20ms -a 'count()' --max-ahead 1h --rejects refused gap
is_err 'two such in a row are a gap' 'gap:3: warning: two records in a row are ahead by 9999999ms: that is taken as a gap'
ok 'of which the second is taken' test "$(grep -c . .out)" -eq 2
{ echo 4102444800000; seq 900; } | sed 's/.*/{"t":&}/' >future
run smlwindow -t t --time-unit ms -w tumbling:20ms -a 'count()' --late late.future future
is_err 'when most records are late, a warning names what set the watermark' \
	'future:502: warning: more than half of the last 1000 records are late: the watermark was set at future:1'
for window in tumbling:20ms session:20ms; do
	rm -f late.future
	run smlwindow -t t --time-unit ms -w $window -a 'count()' --late late.future --stats stats future
	ok "so do --stats, for the end is no record: $window" grep -q '"watermark_set_at":"future:1"' stats
done

# Sums and order

printf '{"t":%s,"v":%s}\n' 1 1e16 2 1 3 -1e16 4 0.1 5 0.2 6 0.3 >cancel
window -t t -w sliding:2ms -a 'sum(v)' cancel
is_out 'sums are exact in every window' <<-EOF
	{"t":1,"v":1e16,"v_sum":10000000000000000}
	{"t":2,"v":1,"v_sum":10000000000000000}
	{"t":3,"v":-1e16,"v_sum":1}
	{"t":4,"v":0.1,"v_sum":-9999999999999998}
	{"t":5,"v":0.2,"v_sum":-10000000000000000}
	{"t":6,"v":0.3,"v_sum":0.6}
EOF
fsum_of_the_last() {
	awk -v n="$1" 'BEGIN { srand(7); for (i = 1; i <= n; i++)
		printf "{\"t\":%d,\"v\":%.17fe%d}\n", i, rand() - 0.5, int(rand() * 40) - 20 }' >long
	smlwindow -t t -w sliding:99ms -a 'sum(v),mean(v)' long | tail -n 1 >is
	tail -n 100 long | python3 -c '
import json, math, sys
v = [json.loads(line)["v"] for line in sys.stdin]
last = json.loads(open("is").read())
sys.exit(float(last["v_sum"]) != math.fsum(v) or
    float(last["v_mean"]) != math.fsum(v) / len(v))'
}
ok 'after many evictions a sum is math.fsum of the window' fsum_of_the_last 20000

# Integers of any length, and what is chosen as it is spelt

printf '{"x":%s}\n' 5223372036854775805 5223372036854775806 >ids
window -w global -a 'min(x),max(x),sum(x),mean(x),median(x),q=quantile(x,1),var(x),std(x)' ids
# Python 3.11.7: sum(v), statistics.mean(v), variance(v), stdev(v); numpy.median for the doubles.
is_out 'integers beyond 2^53 keep their digits' <<-EOF
	{"x_min":5223372036854775805,"x_max":5223372036854775806,"x_sum":10446744073709551611,"x_mean":5223372036854776000,"x_median":5223372036854776000,"q":5223372036854775806,"x_var":0.5,"x_std":0.7071067811865476}
EOF
printf '{"x":%s}\n' -9007199254740993 9007199254740995 9007199254740997 >mixed
window -w global -a 'sum(x),mean(x),median(x),var(x),std(x)' mixed
# Python 3.11.7, the same; from doubles the mean would be 3002399751580333.5.
is_out 'and mean and var are rounded once' <<-EOF
	{"x_sum":9007199254740999,"x_mean":3002399751580333,"x_median":9007199254740995,"x_var":1.0817285121947564e+32,"x_std":10400617828738620}
EOF
printf '{"t":%s,"x":%s}\n' 1 9007199254740991 2 9007199254740991 3 9007199254740991 4 1 5 0.5 >carry
window -t t -w sliding:2ms -a 'sum(x)' carry
is_out 'a sum of integers is exact though each is a double' <<-EOF
	{"t":1,"x":9007199254740991,"x_sum":9007199254740991}
	{"t":2,"x":9007199254740991,"x_sum":18014398509481982}
	{"t":3,"x":9007199254740991,"x_sum":27021597764222973}
	{"t":4,"x":1,"x_sum":18014398509481983}
	{"t":5,"x":0.5,"x_sum":9007199254740992}
EOF
long=1$(printf '%040d' 1)
printf '{"t":%s,"x":%s}\n' 1 "$long" 2 "-$long" 3 7 >long
for kind in sliding:1ms hopping:2ms/1ms session:1ms; do
	smlwindow -t t -w $kind -a 'sum(x),max(x),median(x)' long
done >.out
is_out 'of any length, whatever comes and goes' <<-EOF
	{"t":1,"x":$long,"x_sum":$long,"x_max":$long,"x_median":$long}
	{"t":2,"x":-$long,"x_sum":0,"x_max":$long,"x_median":0}
	{"t":3,"x":7,"x_sum":-9999999999999999999999999999999999999994,"x_max":7,"x_median":-5e+39}
	{"window_start":0,"window_end":2,"x_sum":$long,"x_max":$long,"x_median":$long}
	{"window_start":1,"window_end":3,"x_sum":0,"x_max":$long,"x_median":0}
	{"window_start":2,"window_end":4,"x_sum":-9999999999999999999999999999999999999994,"x_max":7,"x_median":-5e+39}
	{"window_start":3,"window_end":5,"x_sum":7,"x_max":7,"x_median":7}
	{"window_start":1,"window_end":3,"x_sum":7,"x_max":$long,"x_median":7}
EOF
printf '{"x":%s}\n' 1.50 1e2 -0.0 0.30 1E-7 true >spelt
window -w global -a 'min(x),max(x),a=quantile(x,0),b=quantile(x,0.2),c=quantile(x,0.4),d=quantile(x,0.6),e=quantile(x,0.8)' spelt
is_out 'what is chosen comes out as it was spelt' <<-EOF
	{"x_min":-0.0,"x_max":1e2,"a":-0.0,"b":1E-7,"c":0.30,"d":1,"e":1.50}
EOF
printf '{"x":%s}\n' 9007199254740992.5 9007199254740993 9007199254740992 9007199254740992.0 >close
window -w count:4 -a 'min(x),max(x),q=quantile(x,0.5),r=quantile(x,1)' close
is_out 'decimals are compared as decimals, not through a double' <<-EOF
	{"x_min":9007199254740992,"x_max":9007199254740993,"q":9007199254740992,"r":9007199254740993}
EOF

# Disorder of up to 50 ms; sort -s keeps the order of equal times.
awk 'BEGIN { srand(3); for (i = 1; i <= 500; i++) { t = i * 7 - int(rand() * 50)
	printf "{\"t\":%d,\"k\":\"k%d\",\"v\":%d,\"i\":%d}\n", t, rand() * 4, rand() * 9, i } }' >disorder
sort -s -t : -k 2,2n disorder >order
disorder_does_not_show() {
	for kind in sliding:100ms tumbling:40ms hopping:90ms/30ms session:20ms; do
		set -- -k k -t t -w $kind --lateness 50ms \
			-a 'count(),sum(v),min(v),median(v),distinct(v),first(i),last(i)'
		smlwindow "$@" order >sorted && smlwindow "$@" disorder | diff sorted - || return
	done
}
ok 'within the lateness disorder changes nothing' disorder_does_not_show
printf '{"t":%s,"v":%s}\n' 3 1 1 2 4 3 2 4 >arrived
window -t t -w count:2 -a 'sum(v)' --lateness 1s arrived
is_out 'only count takes records in the order of arrival, whatever the lateness' <<-EOF
	{"window_start":1,"window_end":3,"v_sum":3}
	{"window_start":2,"window_end":4,"v_sum":7}
EOF

# Time

printf '{"t":%s}\n' -60001 -60000 -1 0 >old
window -t t -w tumbling:1m -a 'count()' old
is_out 'windows before 1970 are aligned as those after' <<-EOF
	{"window_start":-120000,"window_end":-60000,"count":1}
	{"window_start":-60000,"window_end":0,"count":2}
	{"window_start":0,"window_end":60000,"count":1}
EOF
printf '{"t":"%s"}\n' 1969-12-31T23:59:59.999999999Z 1970-01-01T01:00:00.5+01:00 \
	1970-01-01T00:00:00.750 '1970-01-01 00:00:01Z' >texts
window -t t -w session:600ms -a 'count()' texts
is_out 'times go out in UTC, with as many decimals as they need' <<-EOF
	{"window_start":"1969-12-31T23:59:59.999999999Z","window_end":"1970-01-01T00:00:01Z","count":4}
EOF
printf '{"t":"%s"}\n' 1677-09-21T00:12:43.145224193Z 2262-04-11T23:47:16.854775807Z \
	9999-12-31T23:59:59Z >limits
window -t t -w sliding:1d -a 'count()' --rejects far limits
is_out 'the first and the last instant are in their windows' <<-EOF
	{"t":"1677-09-21T00:12:43.145224193Z","count":1}
	{"t":"2262-04-11T23:47:16.854775807Z","count":1}
EOF
ok 'the year 9999 is refused' grep -q '"line":3,' far
for kind in tumbling:1m hopping:1h/1m hopping:100000d/1ns; do
	window -t t -w $kind -a 'count()' --rejects far limits
	is_status "$kind: a window beyond the limits makes a bad record" 3
	ok "$kind: none is put out" test ! -s .out
done
window -t t -w session:100000d -a 'count()' --rejects far limits
is_out 'a gap to beyond the limits is no harm' <<-EOF
	{"window_start":"1677-09-21T00:12:43.145224193Z","window_end":"1677-09-21T00:12:43.145224193Z","count":1}
	{"window_start":"2262-04-11T23:47:16.854775807Z","window_end":"2262-04-11T23:47:16.854775807Z","count":1}
EOF
places_do_not_show() {
	set -- -t t -w tumbling:1h -a 'count(),mean(v)'
	smlwindow "$@" texts >utc
	LC_ALL=de_DE.UTF-8 TZ=Asia/Kathmandu smlwindow "$@" texts | diff utc -
}
ok 'neither locale nor time zone shows' places_do_not_show

# Late records

printf '{"t":%s}\n' 100000 200000 90000 >late
window -t t -w tumbling:10s -a 'count()' late
is_status 'a late record stops the run' 1
is_err 'with the lateness that would have taken it' \
	'^smlwindow: late:3:1: the record is late by 110s: --lateness 110s would'
window -t t -w tumbling:10s -a 'count()' --lateness 110s late
is_out 'which takes it' <<-EOF
	{"window_start":90000,"window_end":100000,"count":1}
	{"window_start":100000,"window_end":110000,"count":1}
	{"window_start":200000,"window_end":210000,"count":1}
EOF
sed 's/}/,"partition":1,"offset":5}/' late >merged
window -t t -w tumbling:10s -a 'count()' merged
is_err 'one from a Kafka partition is told of --merge' '[-]-merge'
window -t t -w session:1s -a 'count()' --late aside late
is_status 'with --late the run goes on' 0
ok 'and has the record there' grep -q '"error":"late".*"late_by":110000,"raw"' aside
rm -f aside
printf '{"t":%s}\n' 0 30 25 >open
window -t t -w hopping:30ms/10ms -a 'count()' --late aside open
is_out 'a late hopping record still counts in its windows that are open' <<-EOF
	{"window_start":-20,"window_end":10,"count":1}
	{"window_start":-10,"window_end":20,"count":1}
	{"window_start":0,"window_end":30,"count":1}
	{"window_start":10,"window_end":40,"count":2}
	{"window_start":20,"window_end":50,"count":2}
	{"window_start":30,"window_end":60,"count":1}
EOF
is_status 'and does not change the exit status' 0
ok 'though it is written to the file' grep -q '"late_by":5,"raw":"{..t..:25}"' aside
printf '{"t":%s}\n' 0 50 20 100 >bridge
window -t t -w session:30ms -a 'count()' --late aside bridge
is_out 'a record between a session that closed and one that did not counts in neither' <<-EOF
	{"window_start":0,"window_end":0,"count":1}
	{"window_start":50,"window_end":50,"count":1}
	{"window_start":100,"window_end":100,"count":1}
EOF

# Members

printf '{"k":1,"n":5}\n{"k":1.0,"n":6}\n' >taken
window -w sliding:1s -t n -k k -a 'n=count()' taken
is_status 'a feature of a name that the record has makes a bad record' 1
is_err 'which is said' 'taken:1:1: the record has a member "n"'
window -w sliding:1s -t n -k k -a 'n=count()' --overwrite taken
is_out 'unless it may be replaced' <<-EOF
	{"k":1,"n":1}
	{"k":1.0,"n":2}
EOF
window -w sliding:1s -t n -k k -a 'count(),sum(n)' --nest f --as sum=s taken
is_status 'a name that is not there cannot be renamed' 2
window -w sliding:1s -t n -k k -a 'count(),sum(n)' --nest f --as n_sum=s taken
is_out 'features are nested and renamed' <<-EOF
	{"k":1,"n":5,"f":{"count":1,"s":5}}
	{"k":1.0,"n":6,"f":{"count":2,"s":11}}
EOF
window -w global -k k -a 'k=count()' taken
is_status 'a result does not have a name twice' 2
window -w global -k 'a=k,n' -a 'count()' taken
is_out 'key members have the names that they were given' <<-EOF
	{"a":1,"n":5,"count":1}
	{"a":1.0,"n":6,"count":1}
EOF
printf '%s\n' '{"v":[1, 2]}' '{"v":{"a":null}}' '{"v":"\u0061b"}' '{"v":1.50}' '{}' '{"v":null}' >any
window -w global -a 'first(v),last(v),count(v),count()' any
is_out 'values go out as they are spelt' <<-EOF
	{"v_first":[1, 2],"v_last":1.50,"v_count":4,"count":6}
EOF
window -w global -a 'distinct(v)' --rejects rejects any
is_out 'arrays and objects are not compared' <<-EOF
	{"v_distinct":2}
EOF
window -w global -a 'sum(v),n=count(v)' --default v=0.5 --rejects rejects any
is_out 'a default counts where a value is missing' <<-EOF
	{"v_sum":2.5,"n":3}
EOF
printf '{"v":1e308}\n{"v":1e308}\n' >huge
window -w global -a 'sum(v),mean(v),max(v)' huge
is_out 'what no double holds is null' <<-EOF
	{"v_sum":null,"v_mean":1e+308,"v_max":1e308}
EOF
is_err 'and said at the end' 'beyond a double.s range.*: 1$'

printf '{"user":{"id":%s},"t":%s}\n' 1 1 2 2 1.0 3 >nested
smlwindow -k user.id -t t -w tumbling:2ms -a 'count()' nested |
	smlwindow -k user.id -w global -a 'n=sum(count)' >.out
is_out 'a nested key is found by its path in what the stage before has written' <<-EOF
	{"user.id":1,"n":2}
	{"user.id":2,"n":1}
EOF

# Wrong usage

refused() {
	name=$1 why=$2
	shift 2
	window "$@" /dev/null
	is_status "refused: $name" 2
	is_err "said: $name" "$why"
}
refused 'a window that there is not' 'did you mean sliding\?' -t t -w slidng:1m -a 'count()'
refused 'a function that there is not' 'did you mean median\?' -w global -a 'medain(v)'
refused 'a window without a size' 'tumbling:10m' -t t -w tumbling -a 'count()'
refused 'a slide longer than the size' 'longer than' -t t -w hopping:1m/2m -a 'count()'
refused 'a window of time without -t' '[-]t is missing' -w tumbling:1m -a 'count()'
refused 'lag without a record to look back from' 'sliding' -w global -a 'lag(v,1)'
refused 'two results of one name' 'two results' -w global -a 'a=sum(v),a=min(v)'
refused 'a quantile beyond 1' 'from 0 to 1' -w global -a 'quantile(v,1.5)'
refused 'a function without its field' 'needs a field' -w global -a 'sum()'
refused 'no function' 'expected' -w global -a ''
refused 'half a list' 'expected' -w global -a 'count(),'
refused 'windows of no records' 'from 1' -w count:0 -a 'count()'
refused '--exclude-current without records' 'sliding' -w global -a 'count()' --exclude-current

# Bounds

printf '{"t":%s,"k":"%s"}\n' 1 a 2 b 3 c 4 b 5 a >keys
goes_on() {
	rm -f bounded
	set -- -k k -t t -w "$1" -a 'count(),median(t)'
	smlwindow "$@" keys >whole
	smlwindow "$@" --max-events 3 --state bounded keys >parts 2>message
	line=$(sed -n 's/.*keys:\([0-9]*\):.*/\1/p' message)
	tail -n +"$line" keys | smlwindow "$@" --state bounded --drain >>parts
	diff whole parts
}
for kind in sliding:1s tumbling:1s hopping:2s/1s session:1s count:9 global; do
	window -k k -t t -w $kind -a 'count()' --max-keys 2 keys
	is_status "$kind: more keys than --max-keys end the run" 1
	is_err "$kind: with the key" 'keys:3:[0-9]*: the key "c" is one more than --max-keys 2'
	window -k k -t t -w $kind -a 'count()' --max-keys 2 --evict --stats stats keys
	is_status "$kind: unless one may go" 0
	ok "$kind: which is counted" grep -q '"evicted":2' stats
	printf '{"t":%s,"k":"%s"}\n' 1 a 2 b 3 a >again
	window -k k -t t -w $kind -a 'count(),median(t)' --max-events 4 --evict again
	is_status "$kind: the key in hand is not the one that goes" 0
	window -k k -t t -w $kind -a 'count(),median(t)' --max-events 3 keys
	is_status "$kind: more entries than --max-events end the run" 1
	is_err "$kind: with the option" 'keys:[0-9]:.*--max-events 3'
	ok "$kind: from there a run with more room goes on" goes_on $kind
done
window -k k -t t -w sliding:1s -a 'count()' --lateness 1s --max-held 4 keys
is_err 'more records than --max-held may wait end the run' '[-]-max-held 4'
printf '{"t":%s,"k":"%s"}\n' 1 a 2 b 3 c 4 b 2000 a >waits
released() {
	rm -f bounded
	set -- -k k -t t -w "$1" -a 'count()' --lateness 100ms
	smlwindow "$@" waits >whole
	smlwindow "$@" --max-keys 2 --state bounded waits >parts 2>message
	line=$(sed -n 's/.*the run stops before waits://p' message)
	tail -n +"$line" waits | smlwindow "$@" --state bounded --drain >>parts
	diff whole parts
}
ok 'where a record that has waited finds no room, a run goes on as well' released sliding:1s
# blames ARG...: the message names the third record, whatever line is being read
blames() {
	run smlwindow -k k -t t -w sliding:1s -a 'count()' --max-keys 2 "$@"
	err_matches "waits:3:$at: the key \"c\" is one more than --max-keys 2.*$stops\$"
}
sed '3s/^/  /' waits >held
mv held waits
at=14 stops='longest; the run stops before waits:5'
ok 'and the message names that record, and where the run stops' blames --lateness 100ms waits
stops=longest
ok 'also at the end of the input' blames --lateness 1h waits
head -n 4 waits >few
smlwindow -k k -t t -w sliding:1s -a 'count()' --lateness 1h --state waiting few
run smlwindow -k k -t t -w sliding:1s -a 'count()' --lateness 1h --max-keys 2 --state waiting --drain /dev/null
is_err 'but none where it came from a state' '^smlwindow: the key "c" is one more'
printf '{"t":%s,"k":"%s"}\n' 1 a 2 b 5 c 8 a 11 b >forgotten
window -k k -t t -w sliding:1ms -a 'count()' --max-keys 2 forgotten
is_status 'keys that no record can count any more make room' 0
window -k k -t t -w sliding:2ms -a 'count()' --max-keys 2 forgotten
is_status 'others do not' 1

# Control lines

control() {
	printf '%s\n' '{"$sml":"begin"}' '{"t":61000,"k":1}' '{"$sml":"watermark","ts":119999}' \
		'{"$sml":"watermark","ts":150000}' '{"t":200000,"k":1}' '{"$sml":"end"}' >control
	window --control -k k -t t -a 'count()' "$@" <control
}
control -w tumbling:1m
is_out 'what a watermark closes goes out before it, and it promises no more than is true' <<-EOF
	{"\$sml":"begin"}
	{"\$sml":"watermark","ts":60000}
	{"k":1,"window_start":60000,"window_end":120000,"count":1}
	{"\$sml":"watermark","ts":120000}
	{"k":1,"window_start":180000,"window_end":240000,"count":1}
	{"\$sml":"end"}
EOF
control -w session:60s
is_out 'a session holds back the watermark until it closes' <<-EOF
	{"\$sml":"begin"}
	{"\$sml":"watermark","ts":61000}
	{"k":1,"window_start":61000,"window_end":61000,"count":1}
	{"\$sml":"watermark","ts":150000}
	{"k":1,"window_start":200000,"window_end":200000,"count":1}
	{"\$sml":"end"}
EOF
control -w sliding:1m --lateness 1h
is_out 'records that wait go out before the watermark that lets them' <<-EOF
	{"\$sml":"begin"}
	{"t":61000,"k":1,"count":1}
	{"\$sml":"watermark","ts":119999}
	{"\$sml":"watermark","ts":150000}
	{"t":200000,"k":1,"count":1}
	{"\$sml":"end"}
EOF
control -w count:2
is_out 'a count window that is open holds back the watermark' <<-EOF
	{"\$sml":"begin"}
	{"\$sml":"watermark","ts":61000}
	{"\$sml":"watermark","ts":61000}
	{"k":1,"window_start":61000,"window_end":200000,"count":2}
	{"\$sml":"end"}
EOF
restored() {
	for kind in sliding:20ms tumbling:10ms hopping:30ms/10ms session:9ms count:3 global; do
		set -- --control -k k -t t -w $kind -a 'count(),sum(v),max(v),last(v)' --lateness 50ms \
			--state snapshot
		rm -f snapshot*
		{
			echo '{"$sml":"begin"}'
			head -n 200 disorder
			echo '{"$sml":"barrier","id":1}'
			tail -n +201 disorder
			echo '{"$sml":"end"}'
		} | smlwindow "$@" >whole || return
		{
			echo '{"$sml":"restore","id":1}'
			tail -n +201 disorder
			echo '{"$sml":"end"}'
		} | smlwindow "$@" | tail -n +2 >again || return
		sed '1,/barrier/d' whole | diff - again || return
	done
}
ok 'a restore goes on behind its barrier' restored

# Stops

# stops_at LINE COMMAND...: a run stops at the record that a sed COMMAND spoils; the next goes on with the right one
stops_at() {
	line=$1 spoil=$2
	shift 2
	rm -f stopped
	sed "$line$spoil" disorder | smlwindow "$@" --state stopped >parts 2>message && return 1
	tail -n +"$line" disorder | smlwindow "$@" --state stopped --drain >>parts &&
		diff whole parts
}
mended() {
	for kind in sliding:100ms tumbling:40ms hopping:90ms/30ms session:20ms count:7 global; do
		set -- -k k -t t -w $kind -a 'count(),mean(v),distinct(v),first(i)' --lateness 50ms
		smlwindow "$@" disorder >whole
		for line in 1 150 499; do
			stops_at $line 's/"v":/&x/' "$@" || return
		done
		case $kind in
		count* | global) ;;
		*) stops_at 300 's/"t":/&-/' "$@" && grep -q 'is late' message || return ;;
		esac
	done
}
ok 'after a bad or a late record that was mended a run goes on as one run' mended
# One key has more events than a line of the state holds.
seq 70000 | awk '{ printf "{\"t\":%d,\"v\":%d.5,\"w\":\"w%d\"}\n", $1, $1 * 7 % 1000, $1 }' >large
cut_in_two() {
	for kind in sliding:60s global; do
		set -- -t t -w $kind -a 'count(),sum(v),median(v),distinct(w),last(w)' --state cut
		rm -f cut
		smlwindow "$@" --drain large >whole && rm cut
		head -n 69990 large | smlwindow "$@" >parts
		tail -n 10 large | smlwindow "$@" --drain >>parts
		cmp whole parts || return
	done
}
ok 'a large window is saved in parts' cut_in_two
smlwindow -k k -t t -w tumbling:1s -a 'count()' --state other keys
window -k k -t t -w tumbling:2s -a 'count()' --state other keys
is_status 'a state of another window is refused' 1
is_err 'and said' 'window'
closed_for_good() {
	set -- -k k -t t -w "$1" -a 'count()' --drain --late aside --state drained order
	smlwindow "$@" >/dev/null && smlwindow "$@" >/dev/null || return
	[ "$(wc -l <aside)" -eq 500 ]
	rm drained aside
}
for kind in tumbling:10s hopping:10s/5s session:1s; do
	ok "$kind: a window that --drain has closed is not opened again" closed_for_good $kind
done

# Endless output: one record of each key counts in very many windows

seq 50 | sed 's/.*/{"k":&,"t":0}/' >endless
seq 30000 | sed 's/.*/{"k":1,"t":&}/' >steps
set -- -k k -t t -w hopping:365d/1ns -a 'count()'
ends_with_its_reader() {
	timeout 60 sh -c 'smlwindow "$@" | head -n 1 >first' - "$@" && [ -s first ]
}
ok 'while windows close, a reader that goes away is seen' ends_with_its_reader "$@" endless
ok 'also while records that waited come out' ends_with_its_reader \
	-k k -t t -w sliding:1s -a 'count()' --lateness 1d steps
# ends_by_sigterm STATUS ARG...: SIGTERM during the output ends the run with this status
ends_by_sigterm() {
	want=$1
	shift
	smlwindow "$@" >endless.out 2>message &
	for _ in $(seq 600); do
		[ -s endless.out ] && break
		sleep 0.1
	done
	kill $!
	wait $!
	[ $? -eq "$want" ] && [ -s endless.out ]
	status=$?
	rm -f endless.out
	return $status
}
ok 'and a SIGTERM, of which the run dies' ends_by_sigterm 143 "$@" endless
ok 'under --state it has ten seconds to end' \
	ends_by_sigterm 1 "$@" --state cut_short --drain endless
ok 'and says that nothing was saved' grep -q 'the state was not saved' message

# Work without output: faults.c ends a run that still frees memory long after a SIGTERM

awk 'BEGIN { for (i = 0; i < 4000; i++) printf "{\"t\":0,\"k\":\"a key too long for its slot %d\"}\n", i
	print "{\"t\":100000,\"k\":1}" }' >leaving
awk 'BEGIN { for (i = 0; i < 4000; i++) print "{\"t\":0,\"v\":1.50}"; print "{\"t\":15,\"v\":1}" }' >leave
{
	sed '$d' leaving
	for _ in $(seq 400); do
		printf '{"t":3,"k":1,"padding":"%01000d"}\n' 0
	done
	tail -n 1 leaving
} >closed
# cut_short FILE ARG...: SIGTERM comes with the last byte of FILE
cut_short() {
	file=$1
	shift
	faulty "term=$(wc -c <"$file"),frees=2000,only=$file" smlwindow -t t "$@" "$file"
}
cut_short leaving -k k -w sliding:1ms -a 'count()'
is_status 'a SIGTERM while many keys are forgotten is seen' 143
cut_short closed -k k -w session:1ms -a 'count()'
is_status 'also while many closed sessions are' 143
cut_short leave -w sliding:10ms -a 'median(v)'
is_status 'and while many events leave a window' 143
# A result has 203 bytes, so that 128 KiB of them are written with the last one.
disk_is_full_after() {
	awk -v n="$1" 'BEGIN { while (i++ < n) printf "{\"t\":0,\"k\":\"%0151d\"}\n", i
		print "{\"t\":20,\"k\":1}" }' >together
	smlwindow -k k -t t -w tumbling:10ms -a 'count()' together >/dev/full 2>message
	[ $? -eq 1 ] && [ "$(cat message)" = 'smlwindow: cannot write standard output: No space left on device' ]
}
for n in 645 646 647; do
	ok "a disk is full when a window of $n keys has closed" disk_is_full_after $n
done
seq 12000 | sed 's/.*/{"t":0,"k":&}/' >staying
set -- -k k -t t -w sliding:1ms -a 'count()' staying
faulty count=allocations smlwindow "$@" --state crowd
all=$(cat allocations)
faulty write=ENOSPC@2000,only=tmp,count=allocations smlwindow "$@" --state no_room
is_status 'a state of many keys that a disk has no room for is a failure' 1
ok 'after which no other key is written' test "$(cat allocations)" -lt $((all - 2000))

# Growth

for case in panes hopping sessions joins evict memory held; do
	if [ -n "${SML_SHORT-}$sanitized" ]; then
		continue
	elif ! command -v valgrind >/dev/null; then
		skip "work grows as the records, not as their square: $case" 'no valgrind'
	else
		ok "work grows as the records, not as their square: $case" \
			python3 "$tests/smlwindow/growth.py" $case
	fi
done

# If a run ended while keys entered windows, freeing them once took the square of their number.
if [ -z "${SML_SHORT-}${SML_WRAP-}$sanitized" ]; then
	seq 600000 | sed 's/.*/{"t":0,"k":&}/' >many
	set -- sh -c 'exec smlwindow "$@" >/dev/null' - -k k -t t -w hopping:2s/1s -a 'count()' many
	faulty count=allocations "$@"
	# shellcheck disable=SC3045 # dash and bash have -t
	(ulimit -t 5 && faulty nomem=$(($(cat allocations) - 14)) "$@")
	is_status 'a run of many keys that memory is too short for ends at once' 1
	is_err 'and says so' '^smlwindow: out of memory'
	rm many
fi

# Faults and memory

kinds='sliding:100ms tumbling:40ms hopping:90ms/30ms session:20ms count:7 global'
every='count(),var(v),min(v),max(v),median(v),distinct(v),first(k),last(i)'
reads_do_not_show() {
	for kind in $kinds; do
		set -- smlwindow -k k -t t --lateness 50ms -a "$every" -w "$kind" disorder
		"$@" >whole && faulty short=1 "$@" && cmp whole .out || return
	done
}
ok 'reads of a byte each change nothing' reads_do_not_show
full() {
	smlwindow -w global -a 'count()' disorder >/dev/full 2>message
	[ $? -eq 1 ] && grep -q 'No space left' message
}
ok 'a full disk is a failure' full

# A stream whose second half is like its first, with values longer than a word.
awk 'BEGIN { for (i = 1; i <= 4000; i++)
	printf "{\"t\":%d,\"k\":\"a long key %d\",\"v\":%d.25,\"i\":\"a long value %d\"}\n",
	    i, i % 50, i % 90, i % 10 }' >steady
head -n 2000 steady >half
no_allocation_a_record() {
	for kind in sliding:100ms tumbling:100ms hopping:200ms/100ms session:60ms count:7 global; do
		set -- -k k -t t -w $kind -a 'count(),mean(v),var(v),min(v),first(i),last(i)'
		faulty count=few smlwindow "$@" half
		faulty count=many smlwindow "$@" steady
		[ "$(($(cat many) - $(cat few)))" -le 8 ] ||
			{ echo "$kind: $(cat few) $(cat many)"; return 1; }
	done
}
[ -n "$sanitized" ] || ok 'no record costs an allocation' no_allocation_a_record

# bad_alloc, terminate: what simdjson does without memory.
head -n 20 disorder >less
sed -n 21,60p disorder >little
# The run stopped at a small record, and saved what was before it.
from_there() {
	{
		cat .out
		tail -n +"$(sed -n 's/.*little:\([0-9]*\):.*/\1/p' .err)" little | "$@"
	} >parts && cmp parts whole
}
says_that_memory_is_short() {
	for kind in $kinds; do
		set -- smlwindow -k k -t t --lateness 50ms -a "$every" -w "$kind" --state kept
		rm -f kept kept.first
		"$@" less >/dev/null && mv kept kept.first || return
		cp kept.first kept
		faulty count=all "$@" little
		cp .out whole
		for i in $(seq 1 2 "$(cat all)"); do
			cp kept.first kept
			faulty nomem="$i" "$@" little
			[ "$(cat .status)" = 0 ] && continue
			grep -Eq 'out of memory|bad_alloc|^terminate' .err &&
				{ cmp -s kept kept.first || from_there "$@"; } && continue
			echo "$kind: allocation $i of $(cat all)"
			cat .status .err
			return 1
		done
	done
}
[ -n "${SML_SHORT-}" ] ||
	ok 'memory that is short is said, and spoils no state' says_that_memory_is_short

# Prints the kilobytes that a run takes.
peak() { python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"; }
an_event_takes() {
	most=$1 n=$2 keys=$3
	seq "$n" | awk -v keys="$keys" \
		'{ printf "{\"t\":%d,\"k\":%d,\"v\":%d.5}\n", $1, $1 % keys, $1 % 100 }' >events
	head -n "$keys" events >first
	set -- smlwindow -k k -t t -w sliding:1d -a 'count(),mean(v)'
	first=$(peak "$@" first) all=$(peak "$@" events)
	echo "$first kB, then $all kB"
	[ $(((all - first) * 1024 / (n - keys))) -le "$most" ]
}
a_key_takes() {
	most=$1 n=100000
	seq $n | awk '{ printf "{\"t\":%d,\"k\":%d,\"v\":1.5}\n", $1, $1 }' >events
	head -n 1 events >first
	for kind in sliding:1d tumbling:1d hopping:2d/1d session:1d count:9 global; do
		set -- smlwindow -k k -t t -w $kind -a 'count(),mean(v)'
		first=$(peak "$@" first) all=$(peak "$@" events)
		echo "$kind: $first kB, then $all kB"
		[ $(((all - first) * 1024 / n)) -le "$most" ] || return
	done
}
if [ -z "${SML_SHORT-}${SML_WRAP-}$sanitized" ]; then
	ok 'a key takes at most 400 bytes' a_key_takes 400
	ok 'an event takes at most 24 bytes, in one window' an_event_takes 24 1000000 1
	ok 'and in a thousand' an_event_takes 24 1000000 1000
fi
forgets() {
	for kind in sliding:1s session:1s; do
		printf '{"k":1,"t":0}\n{"k":2,"t":%s}\n' "$1" | run smlwindow -k k -t t -w $kind -a 'count()' --max-keys 1
		status_is "$2" || return
	done
}
ok 'a sliding or session key is held for two lengths or gaps after its end' forgets 2000 1
ok 'and no longer' forgets 2001 0

# --- other names of functions, and names that do not exist

printf '{"v":%s}\n' 1 2 4 8 >in
run smlwindow -w global -a 'avg(v), stddev(v), variance(v), nunique(v), p95(v), x=p5(v), y=p999(v)' in
cp .out others
run smlwindow -w global \
	-a 'mean(v), std(v), var(v), distinct(v), quantile(v,0.95), x=quantile(v,0.05), y=quantile(v,0.999)' in
ok 'avg, stddev, variance, nunique and p95 are what others call our functions' cmp others .out
for name in p0 p05 p100 p125 p99999; do
	run smlwindow -w global -a "$name(v)" in
	is_err "$name is none of them" "no function is called $name;"
done
run smlwindow -w global -a 'foo(v)' in
is_err 'an unknown function: all there are' 'no function is called foo; there are count, sum, .*, lag \('
run smlwindow -w foo -a 'count()' in
is_err 'an unknown window: all there are' 'no window is called foo; there are sliding, .*, global \('
run smlwindow -w global -k u -a 'count()' in
is_err 'a missing key: the names that are there' 'in:1: the key "u" is missing; the record has "v"; in \{"v":1\}'
run smlwindow -w tumbling:1m -t v --lateness 1h -a 'count()' --state durations in
run smlwindow -w tumbling:1m -t v --lateness 90m -a 'count()' --state durations in
is_err 'durations are told as they are typed' 'was saved with --lateness "1h", and this run has "90m"'
plan
