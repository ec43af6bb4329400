#!/bin/sh
# A run may stop anywhere.  Together with the run that goes on it writes, byte for byte, what one run
# would have written, side files included.
#
# SML_SHORT=1: fewer places to stop at, for valgrind.
# shellcheck disable=SC2016,SC2086 # $sml is none of ours; $SML_WRAP is words
. "${0%/*}/lib.sh"
some=${SML_SHORT:+37}	# every so many bytes
few=${SML_SHORT:+3}	# every so many records
some=${some:-1} few=${few:-1}

# A byte-order mark, CR LF, a blank line, a bad record, names and keys with escapes, one key in two
# spellings, a line longer than --max-line, white space, a last line without its end.
long=1$(printf '%050d' 7)
{
	printf '\357\273\277{"k":"a","v":1}\r\n'
	printf '{"k":"\\u0061","v":2.50}\n \t\n'
	printf '  { "v" : -0 , "k" : "\\u00e9" }  \n'
	printf 'no record\n'
	printf '{"\\u006b":"\303\251","v":"\\ud83d\\ude00"}\n'
	printf '{"k":12.0,"v":1e3,"long":%s}\r\n' "$long"
	printf '{"k":12,"x":{"k":[{}]}}\n'
	printf '{"k":"a","nth":1}\n'
	printf '{"k":1.2e1,"v":5}'
} >in
size=$(wc -c <in)
echo_() { ${SML_WRAP-} smlecho -k k --max-line 70 "$@"; }

# Without state, to compare with.
echo_ --twice v --rejects rejects.one <in >one 2>err
ok 'the input has something of everything' test $? -eq 3 -a "$(wc -l <one)" -eq 4 \
	-a "$(wc -l <rejects.one)" -eq 5

fresh() { rm -f state* out rejects late; }

# together NAME...: the output of both runs is that of one run
together() {
	cmp one out && sed 's/"line":[0-9]*/"line":0/' rejects >a &&
		sed 's/"line":[0-9]*/"line":0/' rejects.one >b && diff -a b a
}

state() { echo_ --twice v --rejects rejects --state state >>out 2>>err; }

# --- SIGTERM in a pipe, at every byte, then the rest

cut_by_signal() {
	at=0
	while [ $at -le "$size" ]; do
		fresh
		feed $at,TERM in ${SML_WRAP-} smlecho -k k --max-line 70 --twice v \
			--rejects rejects --state state >out 2>err
		is=$?
		# Nothing is kept of a line that is too long: it is given again.
		if [ $is -eq 1 ] && grep -q 'must be given again' err; then
			back=$(head -c $at in | tail -n 1 | wc -c)
			[ "$back" -gt 70 ] || { echo "byte $at: not in the long line"; return 1; }
		elif [ $is -eq 0 ] || [ $is -eq 3 ]; then
			back=0
		else
			echo "byte $at: status $is"
			cat err
			return 1
		fi
		tail -c +$((at - back + 1)) in | state
		together || { echo "byte $at"; return 1; }
		at=$((at + some))
	done
}
ok 'SIGTERM at every byte of a pipe, then the rest' cut_by_signal

cut_twice() {
	at=3
	while [ $at -le 150 ]; do
		fresh
		for part in 0:$at $at:$((at + 2)) $((at + 2)):170; do
			from=${part%:*} to=${part#*:}
			tail -c +$((from + 1)) in >part
			feed $((to - from)),TERM part ${SML_WRAP-} smlecho -k k --max-line 70 --twice v \
				--rejects rejects --state state >>out 2>>err
		done
		tail -c +171 in | state
		together || { echo "byte $at"; return 1; }
		at=$((at + 3 * some))
	done
}
ok 'three stops, two of them in the same line' cut_twice

# --- a file that grows

# A line that its writer has not finished waits for the next run.
grow_by_bytes() {
	grep -av '^no record' in | sed 's/,"nth":1//; s/"v":"[^"]*"/"v":3/' >whole
	printf '{"k":1.2e1,"v":5}' >>whole
	echo_ --max-line 200 --twice v --default v=9 <whole >want || return 1
	end=$(wc -c <whole)
	at=0
	set -- "$@" --max-line 200 --twice v --default v=9 --state state --continue file
	while [ $at -le "$end" ]; do
		fresh
		head -c $at whole >file
		if ! {
			echo_ "$@" >out 2>err &&
				cat whole >file && echo_ "$@" >>out 2>>err &&
				echo >>file && echo_ "$@" >>out 2>>err &&
				cmp want out && [ ! -s rejects ]
		}; then
			echo "byte $at"
			cat err
			return 1
		fi
		at=$((at + some))
	done
}
ok '--continue in a file that grew from every byte on' grow_by_bytes
ok 'with --rejects too: half a line is no bad record' grow_by_bytes --rejects rejects
run smlecho -k k --twice v --default v=9 --state drained --continue --drain whole
ok 'with --drain a last line without its end is one' test "$(wc -l <.out)" -eq "$(wc -l <want)"

run smlecho -k k --twice v --default v=9 --state state --continue file
is_status 'where nothing was added there is nothing to do' 0
is_out 'and nothing comes out' </dev/null

head -c 20 whole >file
run smlecho -k k --twice v --default v=9 --state state --continue file
is_status 'a file that has shrunk is refused' 1
is_err 'with the reason' 'cannot continue in file: it has shrunk below the [0-9]+ bytes'
{ sed 's/2.50/2.51/' whole; echo; } >file
run smlecho -k k --twice v --default v=9 --state state --continue file
is_status 'another file is refused' 1
is_err 'with the reason' 'it is not the file that was read before'
printf '{"k":7}' >growing
smlecho -k k --state lines growing >out
printf '\n\n{"k":7}\nbad\n' >>growing
run smlecho -k k --state lines --continue growing
is_err 'messages count the lines from the beginning of the file' '^smlecho: growing:4:1: '
for wrong in '' '-' 'file whole'; do
	# shellcheck disable=SC2086 # words
	run smlecho -k k --twice v --default v=9 --state state --continue $wrong
	is_status "--continue is for one named file, not \"$wrong\"" 2
done
mkfifo pipe
exec 3<>pipe
printf '{"k":1}\n' >&3
run smlecho -k k --twice v --default v=9 --state state --continue pipe
is_status 'nor for a pipe' 1
is_err 'with the reason' 'needs a regular file'
run smlecho -k k --state none --continue pipe
is_err 'in the first run already' 'needs a regular file'
ok 'which makes no state' test ! -e none
exec 3>&-

# --- a bad record, then the mended one

stop_and_mend() {
	grep -v '^no record' in | sed 's/,"nth":1//; s/"v":"[^"]*"/"v":3/; s/,"v":5}/}/' >good
	printf '{"k":1.2e1}\n' >>good
	echo_ --max-line 200 <good >want || return 1
	for bad in 'no record' '{"k":null}' '{"k":1,"nth":2}' '{"$sml":"end"}' "{\"$long$long$long$long\":1}"; do
		at=1	# as the first line the control line would be one
		while [ $at -le 6 ]; do
			fresh
			{ head -n $at good; echo "$bad"; tail -n +$((at + 1)) good; } >file
			# In a pipe the next run gets the rest; in a file the record is mended in place.
			if [ $((at % 2)) -eq 0 ]; then
				echo_ --max-line 200 --state state <file >out 2>err && return 1
				tail -n +$((at + 1)) good | echo_ --max-line 200 --state state >>out || return 1
			else
				echo_ --max-line 200 --state state file >out 2>err && return 1
				cat good >file
				echo_ --max-line 200 --state state --continue file >>out || return 1
			fi
			cmp want out || { echo "$bad at $at"; return 1; }
			at=$((at + few))
		done
	done
}
ok 'a bad record at every place, then the mended one' stop_and_mend

half_and_bad() {
	fresh
	printf '{"k":1}\n{"k":' >first
	printf 'oops}\n{"k":2}\n' >second
	feed 12,TERM first ${SML_WRAP-} smlecho -k k --state state >out || return 1
	echo_ --state state second 2>>err && return 1
	printf '{"k":1}\n{"k":2}\n' | echo_ --state state >>out || return 1
	printf '{"k":1}\n{"k":1}\n{"k":2}\n' | echo_ | cmp - out
}
ok 'a bad record of which one run read the first half, and another the second' half_and_bad

# --- barriers and restores, the process killed at every record

{
	echo '{"$sml":"begin"}'
	LC_ALL=C awk 'NR == 1 { sub(/^[^{]*/, "") }
	/[^ \t\r]/ { print; printf "{\"$sml\":\"barrier\",\"id\":%d}\n", ++n }' in
	echo '{"$sml":"end"}'
} >marked
barriers=$(grep -ac barrier marked)

restored() {
	fresh
	echo_ --control --twice v --rejects rejects.all <marked >all
	sed 's/"line":[0-9]*/"line":0/' rejects.all >rejects.want
	id=1
	while [ $id -le "$barriers" ]; do
		fresh
		upto=$(LC_ALL=C sed "/barrier\",\"id\":$id}/q" marked | wc -c)
		feed $((upto + 25)),KILL marked ${SML_WRAP-} smlecho -k k --control --max-line 70 --twice v \
			--rejects rejects --state state >before 2>err
		# Half a record that was read or written after the barrier is lost with the process.
		printf 'more' >>rejects
		# The snapshot of the last barrier but one is still there; older ones are not.
		for old in state.*[0-9]; do
			[ "${old#state.}" -ge $((id - 1)) ] || { echo "$old at $id"; return 1; }
		done
		if [ ! -e state.$id ] || [ -e state ]; then
			echo "no state.$id"
			return 1
		fi
		sed "/barrier\",\"id\":$id}/q" before >out
		{
			echo "{\"\$sml\":\"restore\",\"id\":$id}"
			tail -c +$((upto + 1)) marked
		} | echo_ --control --twice v --rejects rejects --state state >after 2>err
		head -n 1 after | grep -q restore || { echo "not forwarded at $id"; return 1; }
		tail -n +2 after >>out
		cmp all out || { echo "barrier $id"; return 1; }
		sed 's/"line":[0-9]*/"line":0/' rejects | cmp rejects.want - || { echo "rejects $id"; return 1; }
		id=$((id + few))
	done
}
ok 'killed behind any barrier, then restored from it' restored

from_nothing() {
	fresh
	echo old >rejects
	echo old >state
	{ echo '{"$sml":"restore","id":0}'; tail -n +2 marked; } |
		echo_ --control --twice v --rejects rejects --state state | tail -n +2 >out
	tail -n +2 all | cmp - out &&
		sed 's/"line":[0-9]*/"line":0/' rejects | tail -n +2 | cmp rejects.want - &&
		[ "$(cat state)" = old ] && [ "$(head -n 1 rejects)" = old ]
}
ok 'restored from 0 the state starts empty, and no file is cut' from_nothing

plan
