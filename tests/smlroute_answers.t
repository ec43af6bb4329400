#!/bin/sh
# smlroute: the answers. Models of smllearn answer as smllearn does, to the last bit; co-processes may do
# anything; shadows change no answer; models change in the middle.
#
# SML_SHORT=1: a co-process is killed, and models change, a few times only, for valgrind.
# shellcheck disable=SC2016,SC2154 # $sml is no variable; lib.sh and background.sh set the others
golden=$(cd "${0%/*}/smllearn" && pwd)
chaos=$(cd "${0%/*}/smlroute" && pwd)/chaos.py
. "${0%/*}/lib.sh"
. "$tests/smlroute/background.sh"

# Prints a member of each record of out, on one line.
members() { sed 's/.*"'"$1"'":\("[^"]*"\|[^,}]*\).*/\1/' out | tr '\n' ' '; }

seq 1000 | sed 's/.*/{"id":&,"x":&}/' >many
head -n 3 many >three

# Constants

run smlroute -k id -a a=100:const:0.50 three
is_out 'a constant is written as it was given' <<'E'
{"id":1,"x":1,"arm":"a","prediction":0.50}
{"id":2,"x":2,"arm":"a","prediction":0.50}
{"id":3,"x":3,"arm":"a","prediction":0.50}
E
head -n 1 three >one
run smlroute -k id -a 'a=100:const:{"prediction": 1, "b": [null, "x:y"]}' one
is_out 'it can be anything' <<'E'
{"id":1,"x":1,"arm":"a","prediction":{"prediction": 1, "b": [null, "x:y"]}}
E
run smlroute -k id -a 'a=100:const:{"a b":
 [1,
2]}' --shadow "$(printf 's:const:[1,\r\n2]')" one
is_out 'but with line breaks it is compacted: they would forge lines' <<'E'
{"id":1,"x":1,"arm":"a","prediction":{"a b":[1,2]},"shadow":{"s":{"prediction":[1,2]}}}
E
echo '{"id":1,"error":"old","prediction":2,"probability":0.5,"shadow":{}}' >answered
run smlroute -k id -a a=100:const:1 --shadow s:const:0 --shadow-share 0 --overwrite answered
is_out 'under --overwrite nothing of a former answer stays' <<'E'
{"id":1,"error":null,"prediction":1,"probability":null,"shadow":null,"arm":"a"}
E
for bad in '' 1,2 '{' 'a' '"a"b' '1,"r":1'; do
	run smlroute -k id -a "a=100:const:$bad" one
	is_status "that is no JSON: $bad" 1
	is_err 'and is named' 'arm a: const:.* is no JSON value'
done
run smlroute -k id -a a=100:conts:1 one
is_status 'a kind of model that there is not' 1
is_err 'is named, and those that there are' 'arm a: there is no file conts:1; .* exec: or const:'
run smlroute -k id -a a=0:const:1 -a b=100 three
is_out 'an arm without a model says null' <<'E'
{"id":1,"x":1,"arm":"b","prediction":null}
{"id":2,"x":2,"arm":"b","prediction":null}
{"id":3,"x":3,"arm":"b","prediction":null}
E
echo '{"id":1,"prediction":2}' >taken
run smlroute -k id -a a=100:const:1 taken
is_status 'a record that has a prediction already is bad' 1
run smlroute -k id -a a=100:const:1 --as prediction=p taken
is_out 'but it can go under another name' <<'E'
{"id":1,"prediction":2,"arm":"a","p":1}
E

# Models of smllearn: one is published after every record, and predicts the next record as smllearn does.

as_smllearn() {
	file=$golden/$1.ndjson
	shift
	sed 's/^{/{"id":1,/' "$file" |
		smllearn --learner sgd -y y -f x,emb --publish 1 --publish-name m "$@" |
		smlroute -k id -a m=100 --model-from-stream --as prediction=p --as probability=q \
			--as error=e --stats route.stats >out || return
	grep -v '^{"$sml"' out | awk '
	function member(name,  s) {
		if (!match($0, "\"" name "\":(\"[^\"]*\"|[^,}]*)"))
			return "none"
		s = substr($0, RSTART, RLENGTH)
		sub(/^[^:]*:/, "", s)
		return s
	}
	function same(a, b) { return a == b || (a == "null" && b == "none") }
	!same(member("prediction"), member("p")) || !same(member("probability"), member("q")) {
		print
		bad = 1
	}
	member("p") != "null" { n++ }
	END { exit bad || n < 150 }' && ! grep -q '"models_loaded":0' route.stats
}
ok 'predictions are those of smllearn' as_smllearn regress
ok 'scaled' as_smllearn regress-scaled --scale standard --learning-rate constant
ok 'of labels' as_smllearn classify --task classify
ok 'of labels, scaled' as_smllearn classify-scaled --task classify --scale standard --missing zero
ok 'where features are missing' as_smllearn classify-scaled --task classify --missing skip
sed 's/^{/{"id":1,/; s/"y":[^,}]*/"y":null/' "$golden/classify.ndjson" >askers
sed 's/^{/{"id":1,/' "$golden/classify.ndjson" |
	smllearn --learner sgd -q -y y -f x,emb --task classify -m c.model
smllearn -y y -f x,emb --task classify -m c.model askers 2>/dev/null |
	sed 's/"prediction"/"arm":"a","prediction"/' >want
smlroute -k id -a a=100:c.model askers >out
ok 'from a file too' cmp want out

smllearn --learner sgd -q -y x -f f.g,h -m needy.model <<'E'
{"x":1,"f":{"g":1},"h":2}
E
cat >lacking <<'E'
{"id":1,"h":2,"f":{"g":1}}
{"id":2,"h":2}
{"id":3,"h":null,"f":{"g":1}}
{"id":4,"h":"high","f":{"g":1}}
E
run smlroute -k id -a a=100:needy.model --rejects rejects lacking
is_status 'a feature that is needed and not there makes a bad record' 3
ok 'the others are answered' test "$(grep -c '"arm":"a","prediction":[-0-9.]*}' .out)" -eq 1
ok 'it is named' test "$(sed 's/{"error":"//; s/","source.*//' rejects | tr '\n' ';')" = \
	'arm a: the feature \"f.g\" is missing; the record has \"id\", \"h\" (see smllearn'"'s --missing);arm a: the feature \\\"h\\\" is null (see smllearn's --missing);"'arm a: a string in the feature \"h\" is no number;'
sed 's/"missing": "reject"/"missing": "skip"/' needy.model >skip.model
run smlroute -k id -a a=100:skip.model lacking
is_status 'as the --missing of the model says' 1
head -n 3 lacking | smlroute -k id -a a=100:skip.model >out
ok 'nothing is predicted under skip' test "$(members prediction | cut -d ' ' -f 2-3)" = 'null null'
sed 's/"missing": "reject"/"missing": "zero"/' needy.model >zero.model
head -n 3 lacking | smlroute -k id -a a=100:zero.model >out
ok 'and missing is 0 under zero' test "$(members prediction | grep -c null)" -eq 0
sed '/"missing"/d; /"cold_start"/d; s/\("scale": "none"\),/\1/' needy.model >older.model
run smlroute -k id -a a=100:older.model lacking
is_err 'a model that does not say rejects' 'lacking:2.*"f.g" is missing'

refuses() {
	sed "$2" needy.model >broken.model
	run smlroute -k id -a a=100:broken.model one
	is_status "$1" 1
	is_err 'with the reason' "^smlroute: arm a: broken.model:.*$3"
	ok 'before the first record' test ! -s .out
}
refuses 'a file that is no JSON' '1d' 'expected'
refuses 'a file that is no model' 's/"smllearn"/"other"/' 'no model of smllearn'
refuses 'a model of a later format' 's/"smllearn": 1/"smllearn": 2/' 'format is 2'
refuses 'a model without its task' '/"task"/d' 'task is missing or unknown'
refuses 'a model of an unknown loss' 's/squared_error/cubic_error/' 'loss is missing or unknown'
refuses 'a model whose list of features is none' 's/f.g,h/f..g,h/' 'a name is missing'
refuses 'a model with text for a weight' 's/"weight": /&"a", "b": /' 'features'
run smlroute -k id -a a=100:nowhere.model one
is_err 'a model that is not there' '^smlroute: arm a: nowhere.model: No such file'

# Co-processes

run smlroute -k id -a 'a=50:exec:sed -u "s/.*/{\"prediction\":&}/"' -a b=50:const:1 many
is_status 'a co-process answers' 0
seq 1000 >want
sed 's/^{"id":\([0-9]*\),.*/\1/' .out >got
ok 'in the order of the records' cmp want got
ok 'each its own' sh -c '! grep "\"arm\":\"a\"" .out | grep -v "^\({.*}\),\"arm\":\"a\",\"prediction\":\1}}$" |
	grep -vE "^\{\"id\":([0-9]+),\"x\":[0-9]+,\"arm\":\"a\",\"prediction\":\{\"id\":\1,\"x\":\1\}\}$"'

cat >forms.sh <<'E'
while read -r line; do
	case $line in
	*'"id":1}') echo ' {"prediction" : [1, 2],"probability":0.1, "more":{}} ' ;;
	*'"id":2}') echo '{"score":1}' ;;
	*'"id":3}') printf '"text"\r\n' ;;
	*'"id":4}') echo '{"prediction":null}' ;;
	*'"id":5}') echo 'Warning: no JSON' ;;
	*'"id":6}') echo ;;
	*'"id":7}') echo '1,2' ;;
	*) echo 8 ;;
	esac
done
E
seq 8 | sed 's/.*/{"id":&}/' >eight
run smlroute -k id -a 'a=100:exec:sh forms.sh' eight
is_out 'its prediction is a member, or the whole line; a line that is no JSON is an error' <<'E'
{"id":1,"arm":"a","prediction":[1, 2],"probability":0.1}
{"id":2,"arm":"a","prediction":{"score":1}}
{"id":3,"arm":"a","prediction":"text"}
{"id":4,"arm":"a","prediction":null}
{"id":5,"arm":"a","prediction":null,"error":"the co-process answered a line that is no JSON value"}
{"id":6,"arm":"a","prediction":null,"error":"the co-process answered a line that is no JSON value"}
{"id":7,"arm":"a","prediction":null,"error":"the co-process answered a line that is no JSON value"}
{"id":8,"arm":"a","prediction":8}
E
is_status 'which is no failure of the run' 0

# Each of these records comes out once, in order, with an answer or an error.
answered() {
	sed 's/^{"id":\([0-9]*\).*/\1/' .out | cmp - "$1" &&
		! grep -vE '"prediction":[0-9]+}$|"prediction":null,"error":"the co-process [^"]*"}$' .out
}
errs() { [ "$(grep -c "\"error\":\"the co-process $1\"" .out)" -ge "$2" ]; }
fault() {
	what=$1 command=$2 why=$3 least=$4
	shift 4
	run smlroute -k id -a "a=100:exec:$command" "$@" many
	is_status "$what: the run goes on" 0
	ok "$what: every record is answered or marked" answered want
	ok "$what: with the reason" errs "$why" "$least"
	is_err "$what: and a message" "warning: arm a: the co-process $why; it is started again in 100ms"
}
fault 'one that dies' 'sed -u "s/.*/1/; 9q"' 'exited with status 0' 1
fault 'one that is killed' 'sed -u "s/.*/1/; 9q"; kill -9 $$' 'died of signal 9' 900
fault 'one that fails at once' 'exit 125' 'exited with status 125' 1000
fault 'one that never answers' 'cat >/dev/null' 'gave no answer within 200ms' 1000 --timeout 200ms
fault 'one that answers half a line' 'read x; echo 1; read x; printf 1; exec sleep 0.1' \
	'exited with status 0' 1
ok 'half a line is told of' errs 'ended within a line' 1
fault 'one that closes its output' 'sed -u "s/.*/1/; 1q"; exec >&- sleep 8.25' 'closed its output' 900
fault 'one that answers at length' 'read x; yes 11111 | tr -d "\n"' \
	'answered a line longer than --max-line 1000' 1 --max-line 1000
run smlroute -k id -a 'a=100:exec:sed -u "s/.*/1/; p"' many
ok 'one that answers twice: every record is answered or marked' answered want
is_err 'and there is a message' 'the co-process wrote a line that nobody asked for'

# One record at a time: a second answer to one record is not taken for the next one's.
one_at_a_time() {
	# Both lines in one write(2).
	begin -a 'a=100:exec:while read -r x; do x=${x#*:}; x=${x%\}}; printf "%s\n%s\n" "$x" "$x"; done'
	for i in 1 2 3 4 5 6; do
		echo "{\"id\":$i}" >&7
		comes $i || return
		sleep 0.05
	done
	end || return
	! sed 's/^{"id":\([0-9]\),"arm":"a","prediction":\1}$/right/' out |
		grep -vE '^right$|"prediction":null,"error":"the co-process wrote a line that' &&
		grep -q '"id":1,"arm":"a","prediction":1}' out
}
ok 'a line that nobody asked for is found out before the next record' one_at_a_time

back_again() {
	begin -a 'a=100:exec:sed -u "s/.*/1/; 1q"'
	for i in 1 2 3; do
		echo "{\"id\":$i}" >&7
		comes $i || return
		sleep 1 # it is started again in 100ms
	done
	end
	[ "$(members prediction)" = '1 1 1 ' ]
}
ok 'one that died is started again' back_again
slow_at_first() {
	begin -a 'a=100:exec:sleep 0.3; exec sed -u "s/.*/1/"' --timeout 5s
	cat three >&7
	end && [ "$(members prediction)" = '1 1 1 ' ]
}
ok 'it may take its time to begin, within --timeout' slow_at_first
at_once() {
	begin -a 'a=100:exec:sed -u "s/.*/1/"'
	for i in 1 2 3; do
		echo "{\"id\":$i}" >&7
		comes $i || return
	done
	end
}
ok 'an answer is there at once' at_once
long_lines() {
	awk 'BEGIN { for (i = 0; i < 300000; i++) printf "x" }' >x
	for i in 1 2 3 4 5; do
		printf '{"id":%d,"x":"%s"}\n' $i "$(cat x)"
	done >long
	smlroute -k id -a 'a=100:exec:cat' long >out &&
		[ "$(wc -l <out)" -eq 5 ] && [ "$(wc -c <out)" -gt 3000000 ]
}
ok 'lines longer than a pipe go through' long_lines
run smlroute -k id -a a=100:exec: one
is_err 'a command must be there' 'arm a: exec: needs a command'

# Fallback

run smlroute -k id -a 'a=100:exec:exit 1' -a b=0:const:2 --fallback b --stats stats three
is_out 'the fallback answers, and the reason is told' <<'E'
{"id":1,"x":1,"arm":"a","prediction":2,"error":"the co-process exited with status 1"}
{"id":2,"x":2,"arm":"a","prediction":2,"error":"the co-process exited with status 1"}
{"id":3,"x":3,"arm":"a","prediction":2,"error":"the co-process exited with status 1"}
E
ok 'which is counted' grep -q '"unanswered":3,"fallbacks":3,"coprocess_starts":1' stats
run smlroute -k id -a 'a=100:exec:exit 1' -a 'b=0:exec:sed -u s/.*/3/' --fallback b three
ok 'a co-process can be one' test "$(grep -c '"prediction":3,"error":"the co-process exited' .out)" -eq 3
run smlroute -k id -a 'a=100:exec:exit 1' -a 'b=0:exec:exit 2' --fallback b three
ok 'if it does not answer either, nobody does' \
	test "$(grep -c '"prediction":null,"error":"the co-process exited with status 1"' .out)" -eq 3
run smlroute -k id -a 'a=100:exec:exit 1' -a b=0:needy.model --fallback b one
ok 'nor where it lacks a feature' grep -q '"prediction":null,"error"' .out
is_status 'which is not the fault of the record' 0

# Bad records among those that wait

cat >mixed <<'E'
{"id":1}
{"id":2}
{"x":3}
{"id":4}
nonsense
{"id":6}
E
rm -f rejects
run smlroute -k id -a 'a=100:exec:sed -u s/.*/1/' --rejects rejects mixed
is_status 'bad records go aside' 3
ok 'the others are answered' test "$(grep -c '"prediction":1}' .out)" -eq 4
ok 'both are there' test "$(wc -l <rejects)" -eq 2
run smlroute -k id -a 'a=100:exec:sed -u s/.*/1/' mixed
is_status 'without --rejects the run stops at the first' 1
is_out 'and what was before is answered' <<'E'
{"id":1,"arm":"a","prediction":1}
{"id":2,"arm":"a","prediction":1}
E
printf '%s\n' '{"$sml":"begin"}' '{"id":1}' '{"$sml":"watermark","ts":1}' '{"id":2}' '{"$sml":"end"}' >controlled
run smlroute -k id --control -a 'a=100:exec:sleep 0.1; sed -u s/.*/1/' controlled
is_out 'a control line waits for the answers before it' <<'E'
{"$sml":"begin"}
{"id":1,"arm":"a","prediction":1}
{"$sml":"watermark","ts":1}
{"id":2,"arm":"a","prediction":1}
{"$sml":"end"}
E

# A command that is not there

run smlroute -k id -a a=100:exec:nosuchprog three
is_status 'a command that is not there is a failure' 1
is_out 'of which nothing is answered' </dev/null
is_err 'and which is named' \
	'^smlroute: arm a: the co-process exited with status 127 before its first answer: its command cannot be run: nosuchprog'
run smlroute -k id -a a=100:exec:./three --fallback b -a b=0:const:1 three
is_status 'so is one that cannot be run' 1
run smlroute -k id -a 'a=100:exec:read x; echo 1; exit 127' --rejects rej --timeout 5s three
is_status 'one that has answered before is started again' 0
run smlroute -k id -a a=100:const:1 --shadow s:exec:nosuchprog three
is_status 'and a shadow never ends a run' 0

# The environment of co-processes

export SECRET=s3cret OPEN=o LC_NUMERIC=C TZ=UTC
says='read x; echo "\"$SECRET $OPEN $LC_NUMERIC $TZ\""; cat'
run smlroute -k id -a "a=100:exec:$says" one
is_out 'a co-process gets no secrets' <<'E'
{"id":1,"x":1,"arm":"a","prediction":"  C UTC"}
E
run smlroute -k id -a "a=100:exec:$says" --exec-env 'OPEN, SECRET' one
is_out 'but what it is given by name' <<'E'
{"id":1,"x":1,"arm":"a","prediction":"s3cret o C UTC"}
E
unset SECRET OPEN LC_NUMERIC TZ

# Ends

# Checks that no process has this in its arguments.
gone() { printf '%s' "$1" >needle && ! grep -lFf needle /proc/[0-9]*/cmdline 2>/dev/null; }
run smlroute -k id -a 'a=100:exec:sed -u s/.*/1/ # mark one' three
ok 'nothing is left of a co-process' gone 'mark one'
ends_stubborn() {
	started=$(date +%s)
	smlroute -k id -a 'a=100:exec:trap "" TERM; while read x; do echo 1; done; while :; do sleep 8.125; done' three >out &&
		[ $(($(date +%s) - started)) -le 6 ] && gone 'sleep 8.125'
}
ok 'nor of one that does not want to go' ends_stubborn
terminated() {
	begin -a 'a=100:exec:while read x; do sleep 0.2; echo 1; done'
	cat three >&7
	comes 1 || return
	kill -TERM "$pid"
	end
	[ $? -eq 143 ] && [ "$(members prediction)" = '1 1 1 ' ]
}
ok 'SIGTERM: what was read is answered first' terminated
signal_ends_all() {
	begin -a 'a=100:exec:trap "" TERM; while read x; do echo 1; done; sleep 8.375' --shadow 's:exec:sleep 8.375' \
		--timeout 100ms
	cat three >&7
	comes 3 || return
	kill -TERM "$pid"
	end
	[ $? -eq 143 ] && gone 'sleep 8.375'
}
ok 'and nothing is left of those that do not want to go' signal_ends_all
# Eight co-processes that do not end: together they take the two seconds that one takes.
ends_together() {
	stubborn='exec:trap "" TERM; while read x; do echo 1; done; while :; do sleep 8.875; done'
	started=$(date +%s)
	smlroute -k id -a "a=20:$stubborn" -a "b=20:$stubborn" -a "c=20:$stubborn" -a "d=40:$stubborn" \
		--shadow "s:$stubborn" --shadow "t:$stubborn" --shadow "u:$stubborn" --shadow "v:$stubborn" three >out &&
		[ $(($(date +%s) - started)) -le 8 ] && gone 'sleep 8.875'
}
ok 'those that do not want to go are ended together' ends_together
no_zombies() {
	begin -a 'a=100:exec:exit 1'
	for i in 1 2 3 4; do
		echo "{\"id\":$i}" >&7
		comes $i || return
		sleep 0.15
	done
	! grep -l ") Z $pid " /proc/[0-9]*/stat 2>/dev/null && end
}
ok 'no zombies' no_zombies
run env --ignore-signal=CHLD smlroute -k id -a 'a=100:exec:exit 3' one
ok 'also where the parent ignores SIGCHLD' grep -q '"error":"the co-process exited with status 3"' .out
leaves_its_group() {
	timeout 20 smlroute -k id --timeout 200ms \
		-a 'a=100:exec:exec python3 -c "import os, time; os.setpgid(0, os.getpgid(os.getppid())); time.sleep(30)"' one
}
ok 'one that left its group is ended too' leaves_its_group
longest=106751d23h47m16s # all that fits into 64 bits
run timeout 20 smlroute -k id --timeout $longest -a a=100:exec:cat --shadow 's:exec:sleep 0.1; cat' --stats stats three
ok 'the longest --timeout is no short one' test "$(grep -c '"prediction":{' .out)" -eq 3
ok 'at the end neither' grep -q '"shadow_replies":3' stats
reader_gone() { smlroute -k id -a 'a=100:exec:sed -u s/.*/1/' many | head -n 1 >out; gone 's/.*/1/'; }
ok 'a reader that goes away ends both' reader_gone
if [ -w /dev/full ]; then
	smlroute -k id -a 'a=100:exec:sed -u s/.*/1/' many >/dev/full 2>.err
	ok 'a full disk is a failure' test $? -eq 1
fi
smlroute -k id -a 'a=100:exec:echo mess >&2; sed -u s/.*/1/' one >out 2>said
ok 'what it says on standard error is heard' grep -q mess said

# Shadows

run smlroute -k id -a a=100:const:1 --shadow s:const:3 --shadow t:const:1 --stats stats three
is_out 'what shadows say stands beside' <<'E'
{"id":1,"x":1,"arm":"a","prediction":1,"shadow":{"s":{"prediction":3},"t":{"prediction":1}}}
{"id":2,"x":2,"arm":"a","prediction":1,"shadow":{"s":{"prediction":3},"t":{"prediction":1}}}
{"id":3,"x":3,"arm":"a","prediction":1,"shadow":{"s":{"prediction":3},"t":{"prediction":1}}}
E
ok 'and is compared' grep -qF '"shadows":{"s":{"requests":3,"replies":3,"errors":0,"dropped":0,"compared":3,"differed":3,"numbers":3,"mean_difference":2,"mean_absolute_difference":2},"t":{"requests":3,"replies":3,"errors":0,"dropped":0,"compared":3,"differed":0,"numbers":3,"mean_difference":0,"mean_absolute_difference":0}}' stats
run smlroute -k id -a 'a=100:const:"x"' --shadow 's:const:"y"' --shadow n:const:null --stats stats one
ok 'text too' grep -qF '"compared":1,"differed":1,"numbers":0,"mean_difference":null' stats
run smlroute -k id -a a=100:const:1 --shadow s:const:3 --shadow-out shadows three
is_out 'under --shadow-out the records have nothing of it' <<'E'
{"id":1,"x":1,"arm":"a","prediction":1}
{"id":2,"x":2,"arm":"a","prediction":1}
{"id":3,"x":3,"arm":"a","prediction":1}
E
printf '{"id":%d,"arm":"a","prediction":1,"shadow":{"s":{"prediction":3}}}\n' 1 2 3 >want.shadows
ok 'which stands there' cmp want.shadows shadows
rm shadows
run smlroute -k id -a a=100:const:1 --shadow 's:exec:sed -u s/.*/3/' --shadow-out shadows three
ok "also a co-process's" cmp want.shadows shadows
rm shadows
run smlroute -k id -a 'a=100:exec:sleep 0.2; sed -u s/.*/1/' --shadow 's:exec:sed -u s/.*/3/' \
	--shadow-out shadows three
ok 'whoever is the quicker' cmp want.shadows shadows
run smlroute -k id -a a=100:const:1 --shadow 's:exec:sed -u s/.*/3/' --stats stats three
ok 'without --shadow-out it is only counted' grep -q '"compared":3,"differed":3' stats
for shadow in 'exec:exit 1' 'exec:cat >/dev/null' 'exec:sed -u p' 'exec:sleep 8.5' needy.model; do
	run smlroute -k id -a a=100:const:1 --shadow "s:$shadow" --timeout 200ms --stats stats many
	is_status "$shadow as a shadow: nothing happens" 0
	ok "$shadow as a shadow: the answers are the same" \
		test "$(grep -cE '^\{"id":[0-9]+,"x":[0-9]+,"arm":"a","prediction":1\}$' .out)" -eq 1000
	ok "$shadow as a shadow: its requests are accounted for" awk -F '[{:,}]+' '{
		for (i = 1; i < NF; i++)
			if ($i ~ /^"shadow_/)
				n[$i] = $(i + 1)
		sum = n["\"shadow_replies\""] + n["\"shadow_errors\""] + n["\"shadow_dropped\""]
		exit n["\"shadow_requests\""] != 1000 || sum != 1000
	}' stats
done
half() { [ "$(grep -c '"shadow"' .out)" -gt 400 ] && [ "$(grep -c '"shadow"' .out)" -lt 600 ]; }
run smlroute -k id -a a=100:const:1 --shadow s:const:3 --shadow-share 50 many
ok '--shadow-share: some of the ids' half

# A full disk is not blamed on a record, and is reported.
for model in const:2 exec:cat; do
	rm -f rejects
	run smlroute -k id -a "a=100:exec:sed -u s/.*/1/" --shadow "s:$model" --shadow-out /dev/full --rejects rejects many
	is_status "--shadow-out $model to a full disk is a failure" 1
	is_err 'which is named' '/dev/full: No space left on device$'
	ok 'and says so, not for each record' test "$(grep -c '/dev/full: No space left on device$' .err)" -le 3
	ok 'no record is refused for it' test ! -s rejects
done
run smlroute -k id -a a=100:const:1 --shadow s:const:2 --shadow-out /dev/full --rejects rejects many
is_status 'also where no answer is waited for' 1
is_err 'which says so' '/dev/full: No space left on device$'
ok 'and refuses no record' test ! -s rejects

for file in --exposure=/dev/full --out=a=/dev/full; do
	run smlroute -k id -a 'a=100:exec:sed -u s/.*/1/' "$file" many
	is_status "$file is a failure" 1
	is_err 'that is told of' '/dev/full: No space left on device$'
	ok 'but not for each record' test "$(grep -c '/dev/full: No space left on device$' .err)" -le 3
done

# A shadow that a new configuration no longer has.
shadow_goes() {
	echo '{"arms":[{"name":"a","weight":100}],"shadows":[{"name":"s","model":"exec:sleep 8.7"}]}' >config.json
	begin --config config.json --stats stats
	cat three >&7
	comes 3 || return
	echo '{"arms":[{"name":"a","weight":100}]}' >config.json
	kill -HUP "$pid"
	cat one >&7
	end && wc -l <out && grep -F '"shadow_requests":3,"shadow_replies":0,"shadow_errors":0,"shadow_dropped":3,' stats
}
ok 'what a shadow that goes did not answer counts as dropped' shadow_goes

# Models that change

model() {
	echo "{\"smllearn\":1,\"options\":{\"target\":\"y\",\"features\":\"x\",\"task\":\"regress\",\"learner\":\"sgd\",\"loss\":\"squared_error\",\"penalty\":\"l2\",\"alpha\":0.0001,\"learning_rate\":\"invscaling\",\"eta0\":0.01,\"power_t\":0.25,\"scale\":\"none\"},\"steps\":1,\"intercept\":$1.0,\"features\":[{\"path\":\"x\",\"weight\":0.0}]}"
}
change() { model "$1" >fresh && mv fresh m; }
on_hangup() {
	change 1
	begin -a a=100:m --shadow s:m
	echo '{"id":1,"x":1}' >&7
	comes 1 || return
	change 2
	echo '{"id":1,"x":1}' >&7
	comes 2 || return
	kill -HUP "$pid"
	echo '{"id":1,"x":1}' >&7
	comes 3 || return
	echo broken >m
	kill -HUP "$pid"
	echo '{"id":1,"x":1}' >&7
	end || return
	printf '{"id":1,"x":1,"arm":"a","prediction":%d,"shadow":{"s":{"prediction":%d}}}\n' \
		1 1 1 1 2 2 2 2 | diff - out
}
ok 'SIGHUP: models are read again, and a broken one is not taken' on_hangup
ok 'but told of' test "$(grep -c 'arm a: m:1:.*; the old model stays in use$' said)" -eq 1
on_change() {
	change 1
	begin -a a=100:m --reload --stats stats
	for i in 1 2 3; do
		change $i
		sleep 0.2
		echo '{"id":1,"x":1}' >&7
		comes $i || return
	done
	echo broken >m
	sleep 0.2
	for i in 4 5 6; do
		echo '{"id":1,"x":1}' >&7
		comes $i || return
		sleep 0.2
	done
	rm m
	echo '{"id":1,"x":1}' >&7
	end || return
	[ "$(members prediction)" = '1 2 3 3 3 3 3 ' ]
}
ok '--reload: when the file changes' on_change
ok 'what does not load is told of once' test "$(grep -c 'm:1:' said)" -eq 1
ok 'and counted' grep -q '"models_loaded":[23],"models_refused":2' stats
other_features() {
	change 1
	begin -a a=100:m --reload
	echo '{"id":1,"x":1,"z":{"w":5}}' >&7
	comes 1 || return
	model 2 | sed 's/"x"/"z.w"/g; s/"weight":0.0/"weight":3.0/' >fresh && mv fresh m
	sleep 0.2
	echo '{"id":1,"x":1,"z":{"w":5}}' >&7
	echo '{"id":1,"x":1,"z":{"w":6}}' >&7
	end && [ "$(members prediction)" = '1 17 20 ' ]
}
ok 'a new model may need other features' other_features

line() { printf '{"$sml":"model","name":"%s","model":%s}\n' "$1" "$(model "$2")"; }
{
	echo '{"$sml":"begin"}'
	echo '{"id":1,"x":1}'
	line s 5
	line other 6
	echo '{"id":1,"x":1}'
	line a 1
	echo '{"id":1,"x":1}'
	echo '{"$sml":"model","name":"a","model":{"smllearn":1}}'
	echo '{"$sml":"model","name":7}'
	echo '{"id":1,"x":1}'
	line a 2 | sed 's/"x"/"f"/g'
	echo '{"id":1,"f":1}'
} >stream
cut_models() { sed 's/\(.*"model","name":[^,]*\).*/\1/'; }
run smlroute --control -k id -a a=100 --shadow s:const:9 --model-from-stream stream
cut_models <.out >out
cat >want.stream <<'E'
{"$sml":"begin"}
{"id":1,"x":1,"arm":"a","prediction":null,"shadow":{"s":{"prediction":9}}}
{"$sml":"model","name":"s"
{"$sml":"model","name":"other"
{"id":1,"x":1,"arm":"a","prediction":null,"shadow":{"s":{"prediction":9}}}
{"$sml":"model","name":"a"
{"id":1,"x":1,"arm":"a","prediction":1,"shadow":{"s":{"prediction":9}}}
{"$sml":"model","name":"a"
{"$sml":"model","name":7}
{"id":1,"x":1,"arm":"a","prediction":1,"shadow":{"s":{"prediction":9}}}
{"$sml":"model","name":"a"
{"id":1,"f":1,"arm":"a","prediction":2,"shadow":{"s":{"prediction":9}}}
E
ok 'a model that comes down the stream answers from there on' diff want.stream out
is_err 'one that does not load is told of' 'arm a: the model of the control line: .*; the old model stays in use'
is_err 'and one for what is no model' 'shadow s: a control line has a model for it, but it has const:9'
is_err 'one for a name that nobody has is reported' \
	'warning: a control line has a model for "other", but no arm or shadow has that name'
ok 'once' test "$(grep -c 'no arm or shadow' .err)" -eq 1
echo '{"$sml":"model","name":"a"}' | cat stream - >lacks
run smlroute --control -k id -a a=100 --model-from-stream lacks
is_err 'and a line without one' 'arm a: the model of the control line: it has no member "model"'
run smlroute --control -k id -a a=100:const:0 stream
ok 'without the option it is only forwarded' test "$(grep -c '"prediction":0' .out)" -eq 5
ok 'as it is' test "$(grep -c '^{"$sml":"model"' .out)" -eq 6

# Long runs

times=1000 kills=100
[ -z "${SML_SHORT-}" ] || times=20 kills=3
ok "killed $kills times: every record once, in order, answered or marked" \
	python3 "$chaos" kill $kills
ok "models read again $times times: no record without an answer, none by half a model" \
	python3 "$chaos" model $times
ok "the configuration $times times" python3 "$chaos" config $times
ok "models from the stream $times times" python3 "$chaos" stream $times
plan
