#!/bin/sh
# A tool that reads nothing: what it writes, and how it ends; sml-stream(7).
# SML_SHORT=1: only one of the tools, for valgrind.
# shellcheck disable=SC2086 # $SML_WRAP is words
. "${0%/*}/lib.sh"

run smlgive -n 3 --stats stats --metrics m.prom
is_status 'a source ends when it is done' 0
is_out 'all that it wrote is out' <<'EOT'
{"n":0}
{"n":1}
{"n":2}
EOT
ok '--stats counts it' test "$(cat stats)" = '{"tool":"smlgive","records":3}'
ok '--metrics as well' grep -qx 'sml_records_total{tool="smlgive",run="m"} 3' m.prom

ok 'it has no options of tools that read' test -z "$(smlgive --help | grep -E 'rejects|max-line|control|progress')"
run smlgive --max-line 3
is_status 'and refuses them' 2

# The reader takes one line and ends.  The source has nothing more to write, but must notice.
gone() {
	rm -f .status
	{ ${SML_WRAP-} smlgive --wait "$@" 2>.err; echo $? >.status; } | head -n 1 >.out
	status_is 141 && [ ! -s .err ] && [ "$(cat .out)" = '{"n":0}' ]
}
ok 'a silent source dies of SIGPIPE when its reader goes away' gone
ok 'a busy one too' gone -n 1000000

ends_by() { # SIGNAL STATUS
	rm -f from .status
	mkfifo from
	${SML_WRAP-} smlgive -n 2 --wait >from 2>.err &
	pid=$!
	exec 3<from
	IFS= read -r line <&3 && IFS= read -r more <&3
	kill -"$1" $pid
	wait $pid
	echo $? >.status
	exec 3<&-
	status_is "$2" && [ "$line$more" = '{"n":0}{"n":1}' ]
}
ok 'SIGTERM ends it by the signal, when all is out' ends_by TERM 143

run sh -c 'exec smlgive >/dev/full'
is_status 'a full disk is a failure' 1
is_err 'that is said' '^smlgive: cannot write standard output: No space left on device'
run sh -c 'exec smlgive --wait >/dev/full'
is_status 'also where nothing more would be written' 1
run sh -c 'exec smlgive --stats stats >&-'
is_status 'closed standard output' 1
is_err 'is said' 'cannot write standard output: Bad file descriptor'
ok 'and no file took its place' grep -qx '{"tool":"smlgive","records":1}' stats
run smlgive --stats /dev/full
is_status 'counts that cannot be written are a failure' 1
is_err 'of their own' '^smlgive: /dev/full: No space left'

# Files that are written only at the end, perhaps days later, are checked at the start.
early() { # FILE COMMAND...: fails by the file's name, before a record is out
	file=$1
	shift
	rm -rf features
	timeout 60 ${SML_WRAP-} "$@" "$file" one >.out 2>.err
	echo $? >.status
	status_is 1 && [ ! -s .out ] && err_matches "^sml[a-z]*: .*$file"
}
mkdir folder shut
printf '{"k":1,"y":1,"x":1}\n' >one
chmod 777 .
chmod 555 shut
# The programs run as another user if root runs the test, because root may write anywhere.
nobody=
[ "$(id -u)" -ne 0 ] || nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
$nobody smlecho --version >/dev/null 2>&1 || nobody=false
while read -r command; do
	[ -z "${SML_SHORT-}" ] || [ "${command%% *}" = smlecho ] || continue
	for option in --stats --metrics --state; do
		${command%% *} ${command#* } --help | grep -q -e "$option" || continue
		ok "${command%% *}: $option is no folder" early folder $command $option
		if [ "$nobody" = false ]; then
			skip "${command%% *}: $option may be written" 'somebody else cannot run it here'
		else
			ok "${command%% *}: $option may be written" \
				early shut/new $nobody $command $option
		fi
	done
done <<'EOT'
smlecho -k k
smlwindow -w count:1 -a count()
smllearn -y y -f x
smldrift -f x -d ks --annotate
smlroute -k k -a a=100
smlfeat put -k k
smlkafka replay
EOT
ok 'nothing is left of the trials' test -z "$(find . -name '*.tmp')"

# Permissions: kept files hold raw data.
permissions() { stat -c %a "$@" | tr '\n' ' '; }
umask 000
smllearn -q -y y -f x -m model --state state --rejects rejects one
ok 'states, models and locks are private' \
	test "$(permissions model state model.lock state.lock)" = '600 600 600 600 '
chmod 640 model state
smllearn -q -y y -f x -m model --state state one
ok 'those that are replaced stay as they are' test "$(permissions model state)" = '640 640 '
smllearn -q -y y -f x -m model --state state --mode 0604 one
ok '--mode changes them' test "$(permissions model state)" = '604 604 '
smllearn -q -y y -f x -m new --state new.state --mode 644 one
ok 'and gives new ones theirs' test "$(permissions new new.state)" = '644 644 '
printf '%s\n' '{"$sml":"begin"}' '{"$sml":"barrier","id":1}' |
	smlecho -k k --control --state barriers --mode 640 >/dev/null
ok 'snapshots too' test "$(permissions barriers.1)" = '640 '
for mode in '' 0 400 0888 1777 644x; do
	run smlecho -k k --state state --mode "$mode" one
	is_status "--mode \"$mode\" is wrong usage" 2
done

# A link in place of a temporary file or a lock does not make a tool write elsewhere.
mkfifo aside.tmp
smlecho -k k --state aside one >aside.out
ok 'a fifo of somebody else at F.tmp is not used' test -p aside.tmp -a -s aside -a -s aside.out
smlecho -k k --state near one >near.tmp
ok '>F.tmp beside --state F keeps the output' cmp aside.out near.tmp
echo precious >victim
ln -s victim linked.lock
run smlecho -k k --state linked one
is_status 'a lock that is a link is refused' 1
is_err 'by name' '^smlecho: cannot lock linked: linked.lock: '
mkfifo piped.lock
run timeout 60 smlecho -k k --state piped one
is_err 'one that is a fifo too' '^smlecho: piped.lock is not a regular file, and so no lock'
ok 'nothing happened to what the link led to' test "$(cat victim)" = precious

# A line break inside an option does not forge a line of output.
json='[1,
{"a":2}]'
run smlwindow -w count:1 -a 'last(v)' --default "v=$json" one
is_out 'smlwindow: a default is written on one line' <<'EOT'
{"v_last":[1,{"a":2}]}
EOT
smlfeat put -k k -q -s lmdb:lines one
run smlfeat get -k k --nest f -f v -s lmdb:lines --default "v=$json" one
is_out 'smlfeat: so is that of a feature' <<'EOT'
{"k":1,"y":1,"x":1,"f":{"v":[1,{"a":2}]}}
EOT
plan
