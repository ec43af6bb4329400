#!/bin/sh
# Times in the forms that people use, and the units of numbers in a time field.
. "${0%/*}/lib.sh"

# Sums each second, by the times in the records.
by_second() {
	run smlwindow -t t -w tumbling:1s -a 'n=count()' "$@"
}

printf '%s\n' '{"t":0}' '{"t":1700000000}' '{"t":1700000000.5}' >seconds
by_second --stats stats --drain --state state seconds
is_out 'the first number that is not 0 decides what numbers count' <<-'EOF'
	{"window_start":0,"window_end":1,"n":1}
	{"window_start":1700000000,"window_end":1700000001,"n":2}
EOF
ok 'and nothing is said of it' test ! -s .err
ok 'what was decided is in --stats' test "$(jq -r .time_unit stats)" = s
ok 'and in the state' grep -q '"time_unit":"s","time_unit_decided":true' state
echo '{"t":1700000002000}' >milliseconds
by_second --state state milliseconds
is_status 'a resumed run holds a number of another unit against it' 1
is_err 'with both units' 'milliseconds:1:6: t: the time looks as if it counted ms, but the first one counted s: give --time-unit'
echo '{"t":1700000003}' >>milliseconds
by_second --rejects rejects milliseconds
is_status 'such a number is a bad record' 3
is_out 'and the others count ms' <<-'EOF'
	{"window_start":1700000002000,"window_end":1700000003000,"n":1}
EOF
printf '%s\n' '{"t":5}' '{"t":1700000000}' '{"t":1700000001}' >small
by_second small
is_err 'where the first number decides nothing, what looks like another unit is warned of once' \
	'small:2: warning: the time looks as if it counted s, but ms was assumed, because the first one showed no unit: give --time-unit'
by_second --time-unit ms small
ok 'a stated unit is not doubted' test ! -s .err

# 2023-11-14T22:13:20Z, in all forms; Python 3.11's datetime.fromisoformat reads them alike.
sed 's/.*/{"t":"&"}/' >forms <<-'EOF'
	2023-11-14T22:13:20Z
	1700000000
	2023-11-14T23:13:20+0100
	2023-11-14T23:13:20+01
	2023-11-14 22:13:20,000
	20231114T221320Z
	2023-11-14T23:13:20+01:00[Europe/Paris]
EOF
by_second forms
is_out 'a time may be in any of the forms that people have' <<-'EOF'
	{"window_start":"2023-11-14T22:13:20Z","window_end":"2023-11-14T22:13:21Z","n":7}
EOF
echo '{"t":"2023-11-14T23:13:20+02:00[Europe/Paris]"}' >zone
by_second zone
is_err 'a zone must have the offset that is given' \
	'zone:1:33: t: the offset is not that of Europe/Paris at this time'
printf '{"t":"%s"}\n' 2023-11-14T22:13 2023-11-14 >parts
run smlwindow -t t -w global -a 'first(t)' parts
is_status 'a time may lack seconds, or be a date' 0
echo '{"t":"2023-11-14T22:13:20.0000000009Z"}' >fine
by_second fine
is_err 'what is finer than a nanosecond is rounded, and said' \
	'fine:1: warning: times finer than a nanosecond are rounded'
echo '{"t":"14/Nov/2023:23:13:20 +0100"}' >log
by_second --time-format '%d/%b/%Y:%H:%M:%S %z' log
is_out '--time-format reads the rest' <<-'EOF'
	{"window_start":"2023-11-14T22:13:20Z","window_end":"2023-11-14T22:13:21Z","n":1}
EOF
by_second log
is_err 'which is named where a time is none' \
	'log:1:9: t: not a time like 2026-01-31T23:59:59Z \(RFC 3339\); --time-format reads other texts'

plan
