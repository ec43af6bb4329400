#!/bin/sh
# smlrun --to-by: results that go to several files, each once, whatever is killed.
# shellcheck disable=SC2016 # the variables are the pipeline's
# shellcheck disable=SC2154 # lib.sh's
. "${0%/*}/lib.sh"
. "$tests/smlrun.sh"

# records FIRST LAST: three keys in turn; every fifth one is an alarm.
records() {
	seq "$1" "$2" | awk '{ printf "{\"k\":\"k%d\",\"v\":%d,\"alarm\":%s}\n", $1 % 3, $1, $1 % 5 ? "false" : "true" }'
}
anew() {
	rm -rf dir out alarms zero rejects in
	records 1 200 >in
}
committed() { jq -r "$1" dir/commit; }
# start OPTION...: alarms to a file, what is left of a key to another one, the rest to --to
start() { smlrun --state dir --from in --to out --to-by alarm:true=alarms --to-by k:k0=zero "$@" -- "$pipeline"; }
is_exact() {
	smlecho -k k in | smlecho -k k --as again >all
	grep '"alarm":true' all >want.alarms
	grep -v '"alarm":true' all >others
	grep '"k":"k0"' others | cmp - zero && grep -v '"k":"k0"' others | cmp - out && cmp want.alarms alarms
}
lengths() { jq -c .last.lengths dir/commit; }

anew
run start --every 50
is_status 'results go to several files' 0
ok 'the first option that matches wins, and the rest goes to --to' is_exact
ok 'the lengths of all are committed' test "$(lengths)" = "[$(wc -c <out),$(wc -c <alarms),$(wc -c <zero)]"
ok 'and status shows them' test "$(smlrun status dir | jq -c '[.to_by, .last.lengths]')" = "[[\"alarm:true=alarms\",\"k:k0=zero\"],$(lengths)]"
run smlrun check dir
is_status 'check finds nothing wrong' 0
records 201 300 >>in
run start --every 7
is_status 'a second run goes on' 0
ok 'in each of them' is_exact
cp alarms whole
head -c 100 whole >alarms
run smlrun check dir
is_status 'check compares each' 1
is_err 'and names the one' "^smlrun: alarms has 100 bytes, but $(wc -c <whole) were committed"
run start
is_status 'a run refuses it too' 1
is_err 'and names it' '^smlrun: alarms: has 100 bytes'
cp whole alarms
echo '{"more":1}' >>zero
run start
ok 'what was not committed is cut from each' is_exact
run smlrun reset dir --to BEGINNING
run start
is_status 'a reset begins anew' 0
ok 'in each' is_exact

# Options that are not those of DIR.
run smlrun --state dir --from in --to out --to-by alarm:false=alarms --to-by k:k0=zero -- "$pipeline"
is_status 'other options are refused' 1
is_err 'and both are named' 'dir belongs to another run: --to-by was alarm:true=alarms, and is alarm:false=alarms now'
run smlrun --state dir --from in --to out --to-by alarm:true=alarms -- "$pipeline"
is_err 'also if one is missing' '--to-by was k:k0=zero, and is none now'
run start --to-by k:k1=one
is_err 'or is new' '--to-by was none, and is k:k1=one now'
run smlrun reset dir --to BEGINNING
run smlrun --state dir --from in --to out --to-by alarm:true=alarms -- "$pipeline"
is_status 'after a reset they may be' 0
ok 'sinks that are no longer named stay' test -s zero
ok 'the others are written again' cmp want.alarms alarms
grep -v '"alarm":true' all >others
ok 'all of them' cmp others out

# Two runs, one of which is killed before each step of its commits: with a snapshot at each, and with marks.
for every in '--every 30' '--every 10 --snapshot-every 4'; do
	step=1 wrong=
	while
		anew
		# shellcheck disable=SC2086 # several words
		faulty "kill=$step,in=smlrun" smlrun --state dir --from in --to out --to-by alarm:true=alarms --to-by k:k0=zero $every -- "$pipeline"
		status_is 137 >/dev/null
	do
		# shellcheck disable=SC2086
		run start $every
		if ! { status_is 0 && is_exact; } >why 2>&1; then
			wrong="$wrong $step"
			sed "s/^/# step $step: /" why
		fi
		step=$((step + ${SML_EVERY:-3}))
	done
	ok "$every: each result is there once, whatever step a run is killed before" test -z "$wrong" -a $step -gt 30
done

# What is text, and which record has it.
cat >in <<'END'
{"n":1,"s":"a:b","o":{"p":[7,{"q":"x=y"}]}}
{"n":1.0,"s":"a\u003ab"}
{"n":"1","s":null}
{"n":true,"z.y":"dot"}
{"n":"plain"}
{"n":-0.5e3,"s":"a\\b"}
{"s:t":"colon"}
{"o":{"p":[7]}}
{"e":""}
END
# by OPTION WANT: the lines that go to the file, by their numbers
by() {
	rm -rf dir hit rest
	smlrun --state dir --from in --to rest --to-by "$1=hit" -- 'smlrun through -- sed "s/.*plain.*/plain/"' || return
	sed 's/.*plain.*/plain/' in >all
	[ "$(grep -nxFf hit all | cut -d: -f1 | tr '\n' ' ')" = "$2" ] || { cat hit; return 1; }
	sort hit rest | cmp - sorted
}
sed 's/.*plain.*/plain/' in | sort >sorted
ok "a number's text is its JSON" by n:1 '1 3 '
ok 'as it was spelt' by n:1.0 '2 '
ok 'also one with an exponent' by n:-0.5e3 '6 '
ok 'a boolean likewise' by n:true '4 '
ok 'escapes are resolved' by s:a:b '1 2 '
ok 'a backslash is one' by 's:a\\b' '6 '
ok 'null is no text' by s:null ''
ok 'a path goes into objects and arrays' by 'o.p.1.q:x\=y' '1 '
ok 'or is the name of a member' by z.y:dot '4 '
ok 'a colon in it is escaped' by 's\:t:colon' '7 '
ok 'a value may be empty' by e: '9 '
ok 'an array is its JSON, too' by 'o.p:[7]' '8 '
ok 'a line that is no object goes to --to' by k:v ''

# Other sinks.
anew
rm -f out
run smlrun --state dir --from in --to null --to-by alarm:true=- --to-by k:k0=- -- "$pipeline"
is_err 'standard output cannot be cut back' 'after a crash some results come twice'
smlecho -k k in | smlecho -k k --as again | grep -e '"alarm":true' -e '"k":"k0"' >want
ok 'two options may name it' cmp want "$tmp/.out"
cat >clock <<'END'
#!/bin/sh
date +%s%N >started
exec sed "s/^{\"k\":\"k0\",/&\"at\":$(cat started),/"
END
chmod +x clock
anew
faulty kill=40,in=smlrun smlrun --state dir --from in --to out --to-by k:k0=zero --every 10 --snapshot-every 8 -- 'stdbuf -oL ./clock'
ok 'a run is killed between two snapshots' test "$(committed .epoch)" -gt "$(committed .snapshot_id)"
run smlrun --state dir --from in --to out --to-by k:k0=zero --every 10 --snapshot-every 8 -- 'stdbuf -oL ./clock'
is_status 'a stage whose output depends on more than its input is refused' 1
is_err 'with the remedy' '(out|zero): the record at byte [0-9]+ differs when repeated after epoch [0-9]+: .*smlrun reset dir --to [0-9]+ takes back what came'
run smlrun reset dir --to "$(committed .snapshot_id)"
run smlrun --state dir --from in --to out --to-by k:k0=zero -- 'stdbuf -oL ./clock'
is_status 'which a run does' 0
ok 'and all results are there' test "$(cat out zero | wc -l)" -eq 200
anew
faulty 'write=ENOSPC@300,only=/alarms,in=smlrun' smlrun --state dir --from in --to out --to-by alarm:true=alarms --to-by k:k0=zero --every 20 -- "$pipeline"
is_status 'a disk that is full ends the run' 1
is_err 'and the file is named' '^smlrun: alarms: No space left'
run start
is_status 'the next one goes on' 0
ok 'and each result is there once' is_exact

# Models that come out of the pipeline.
seq 196 | awk '{ printf "{\"id\":%d,\"x\":%d,\"y\":%d}\n", $1, $1 % 7, 3 * ($1 % 7) }' >in
learn='smllearn --learner sgd -y y -f x --learning-rate constant --publish 7 --publish-name m'
learns() { smlrun --state dir --from in --to out "$@" -- "$learn"; }
$learn in | tail -n +2 >all
rm -rf dir out
run learns
is_status 'a model' 0
ok 'is no result' sh -c 'grep -v "^{.\$sml" all | cmp - out'
rm -rf dir out
run learns --carry model --every 30
is_status 'with --carry it is' 0
ok 'in its place' cmp all out
run learns --every 30
is_err 'DIR has one --carry' '--carry was model, and is none now'
step=1 wrong=
while
	rm -rf dir out models
	set -- --carry model --to-by '$sml:model=models' --every 10 --snapshot-every 3
	faulty "kill=$step,in=smlrun" smlrun --state dir --from in --to out "$@" -- "$learn"
	status_is 137 >/dev/null
do
	run learns "$@"
	grep -v '^{.$sml' all | cmp -s - out && grep '^{.$sml' all | cmp -s - models || wrong="$wrong $step"
	step=$((step + 2 * ${SML_EVERY:-5}))
done
ok 'it may have a sink of its own, and is there once, whatever step a run is killed before' test -z "$wrong" -a $step -gt 30
run learns "$@"
echo '{"id":0,"x":2}' >asker
cat models asker | smlroute -k id -a m=100 --model-from-stream | tail -n 1 >got
smllearn --learner sgd -q -y y -f x --learning-rate constant -m learned in
smlroute -k id -a m=100:learned asker >want
ok 'smlroute --model-from-stream predicts by it' cmp want got
$learn in | smlroute -k id -a m=100 --model-from-stream --as prediction=p >want
rm -rf dir out
learns --carry model
(echo '{"$sml":"begin"}' && cat out) | smlroute -k id -a m=100 --model-from-stream --as prediction=p >got
ok 'also if results come between' cmp want got
ok 'of which most are predicted' test "$(grep -c '"p":[0-9]' got)" -gt 150
run learns --carry results
is_status 'nothing else can be carried' 2

# What is refused.
anew
refused() { # NAME REGEX OPTION...
	name=$1 regex=$2
	shift 2
	run smlrun --state new --from in --to out "$@" -- "$pipeline"
	is_status "$name" 2
	is_err 'and the message says why' "$regex"
}
refused 'two sinks are one file' '--to-by and --to are the same file, out' --to-by k:k0=out
: >out
ln -s out link
refused 'also through a link' '--to-by and --to are the same file, link' --to-by k:k0=link
rm out link
refused 'also if both are new' '--to-by and --to-by are the same file, ./zero' --to-by k:k0=zero --to-by k:k1=./zero
refused 'a sink is the source' '--to-by and --from are the same file, in' --to-by k:k0=in
refused 'a sink is the file of another option' '--to-by and --rejects are the same file, bad' --to-by k:k0=bad --rejects bad
refused 'no value' '--to-by k=zero: this is not FIELD:VALUE=SINK' --to-by k=zero
refused 'no sink' '--to-by k:k0=: this is not FIELD:VALUE=SINK' --to-by k:k0=
refused 'no field' '--to-by :k0=zero: ' --to-by :k0=zero
refused 'a field that is no path' '--to-by k\(:k0=zero: ' --to-by 'k(:k0=zero'
refused 'no topic' '--to-by kafka:: needs only the name of a topic' --to-by k:k0=kafka:
run smlrun --state new --from kafka:t -G g --to kafka:u --to-by k:k0=zero -- "$pipeline"
is_status 'a file in a group' 2
is_err 'because it cannot refuse a member' '--to-by zero does not go with -G: a file cannot refuse a member that the group has given up'
set -- --to-by k:0=null
for i in $(seq 32); do set -- "$@" --to-by "k:$i=f$i"; done
refused 'too many sinks' '--to-by k:31=f31: there are more than 32 sinks' "$@"
mkfifo pipe
run smlrun --state new --from in --to out --to-by k:k0=pipe -- "$pipeline" 3<>pipe
is_status 'a pipe is refused' 1
is_err 'which cannot be cut back' 'pipe is not a regular file'

plan
