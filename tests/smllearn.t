#!/bin/sh
# smllearn: predicts as scikit-learn and River do, learns only from what it should, and goes on where it
# stopped.
#
# SML_SHORT=1: fewer places to stop at, for valgrind.
# shellcheck disable=SC2086 # $learn is words
golden=$(cd "${0%/*}/smllearn" && pwd)
. "${0%/*}/lib.sh"

# Every member GOT of the output is the record's "want", to 1e-12; where one is null the other is too.
near() {
	awk -v got="$1" -v least="$2" '
	function member(name,  s) {
		if (!match($0, "\"" name "\": *[^,}]*"))
			return "missing"
		s = substr($0, RSTART, RLENGTH)
		sub(/^[^:]*: */, "", s)
		return s
	}
	function off(a, b) { return a > b ? a - b : b - a }
	{
		want = member("want")
		is = member(got)
		if (want == "null" && is == "null")
			next
		if (want == "null" || is == "null" || is == "missing" ||
		    off(want, is) > 1e-12 * (1 + off(want, 0))) {
			print NR ": " is " is not " want
			bad = 1
		}
		n++
	}
	END {
		if (n < least)
			print n " were compared, not " least
		exit bad || n < least
	}' .out
}

# Every score in the golden file is in the --stats, to 1e-12.
scores() {
	sed 's/[,}]/\n/g' "$1" | awk -F '[":]+' '
	function off(a, b) { return a > b ? a - b : b - a }
	NR == FNR { is[$2] = $3; next }
	/^#/ { next }
	{
		split($0, want, " ")
		if (!(want[1] in is) || off(is[want[1]], want[2]) > 1e-12 * (1 + off(want[2], 0))) {
			print want[1] ": " is[want[1]] " is not " want[2]
			bad = 1
		}
		n++
	}
	END { exit bad || n < 8 }' - "$2"
}

golden() {
	stream=$1 member=$2 least=$3
	shift 3
	run smllearn --learner sgd -y y -f x,emb --stats stats "$@" "$golden/$stream.ndjson"
	is_status "$stream: goes through" 0
	ok "$stream: predictions are the reference's" near "$member" "$least"
	ok "$stream: scores are scikit-learn's" scores stats "$golden/$stream.scores"
}

golden regress prediction 199
golden regress-scaled prediction 199 --scale standard --learning-rate constant
golden classify probability 199 --task classify
golden classify-scaled probability 184 --task classify --scale standard --learning-rate constant \
	--eta0 0.05

# Options

run smllearn --learner sgd -f x </dev/null
is_status 'without a target there is nothing to do' 2
run smllearn --learner sgd -y y </dev/null
is_status 'nor without features' 2
run smllearn --learner sgd -y x -f z,x </dev/null
is_status 'the target is no feature' 2
is_err 'and the message names it' '"x" cannot also be a feature'
run smllearn --learner sgd -y y -f x,x </dev/null
is_status 'no feature stands twice' 2
run smllearn --learner sgd -y y -f x --loss log_loss </dev/null
is_status 'log loss is for labels' 2
run smllearn --learner sgd -y y -f x --learning-rate optimal --alpha 0 </dev/null
is_status 'optimal needs alpha' 2
run smllearn --learner sgd -y y -f x --eta0 0 </dev/null
is_status 'steps have a length' 2
run smllearn -y y -f x --learner coin --penalty l2 </dev/null
is_status 'an option that the learner does not have is wrong usage' 2
is_err 'and the learners that have it are named' '--penalty is no option of --learner coin, only of sgd '
run smllearn -y y -f x --learner mean --scale standard </dev/null
is_err 'also if there are several' 'of --learner mean, only of sgd, adaptive, coin, ftrl, pa '
run smllearn -y y -f x --learner ftrl --alpha 0 </dev/null
is_status 'ftrl divides by alpha' 2
run smllearn -y y -f x --learner adaptive --power-t 1.5 </dev/null
is_status 'rates of adaptive do not fall faster than the squares grow' 2
run smllearn -y y -f x --learner nought </dev/null
is_status 'a learner has a name' 2
is_err 'of these' 'sgd'
run smllearn --learner sgd -y y -f x --power-t -1 </dev/null
is_status 'steps do not grow' 2
run smllearn --learner sgd -y y -f x --loss hinge </dev/null
is_err 'a hinge is for labels' 'needs --task classify'
run smllearn --learner coin -y y -f x --task classify --loss hinge </dev/null
is_err 'and not for every learner' 'is an option of --learner sgd alone'
run smllearn --learner sgd -y y -f x --epsilon 1 </dev/null
is_err 'epsilon is of some losses' '--epsilon needs --loss huber'
run smllearn --learner sgd -y y -f x --quantile 0.9 </dev/null
is_err 'a quantile of one' '--quantile needs --loss pinball'
run smllearn --learner sgd -y y -f x --l1-ratio 0.9 </dev/null
is_err 'a ratio of one penalty' '--l1-ratio needs --penalty elasticnet'
run smllearn --learner sgd -y y -f x --learning-rate pa1 --loss squared_error </dev/null
is_err 'passive-aggressive steps have one loss' 'passive-aggressive steps need --loss epsilon_insensitive '
run smllearn --learner pa -y y -f x --task classify --loss log_loss </dev/null
is_err 'and pa has two' 'passive-aggressive steps need --loss hinge or squared_hinge '
run smllearn --learner pa -y y -f x --aggressiveness 0 </dev/null
is_err 'steps have a length' '--aggressiveness must be above 0'
run smllearn --learner sgd -y y -f x --aggressiveness 2 </dev/null
is_err 'which is of pa alone' '--aggressiveness is no option of --learner sgd, only of pa'
run smllearn --learner sgd -y y -f x --learning-rate pa2 --intercept-lr 1 </dev/null
is_err 'the intercept moves with the weights there' '--intercept-lr does not go with --learning-rate pa1 or pa2'
run smllearn --learner sgd -y y -f x --intercept-lr 0 </dev/null
is_err 'a step that is none is said otherwise' '--intercept-lr must be above 0; --no-intercept'
for kind in sgd pa; do
	printf '%s\n' '{"x":0,"y":4}' '{"x":0,"y":4}' | smllearn --learner $kind --no-intercept -y y -f x -m flat.model >flat
	ok "$kind: without an intercept nothing is learned where x is 0" test "$(jq -c .prediction flat | tr '\n' ' ')" = 'null 0 '
	rm -f flat.model
done
run smllearn --learner sgd -y y -f x --task classify --loss hing </dev/null
is_status 'what there is not is refused' 2
is_err 'and what there is named' 'squared_error\|log_loss'

# What comes out

cat >xy <<'E'
{"x":1,"y":2}
{"x":2,"y":4,"z":[1.0,"\u0061"]}
{"x":3, "y":6}
E
run smllearn --learner sgd -y y -f x --learning-rate constant --eta0 0.5 --penalty none xy
is_out 'a record is predicted by what was before it, and keeps its bytes' <<'E'
{"x":1,"y":2,"prediction":null}
{"x":2,"y":4,"z":[1.0,"\u0061"],"prediction":3}
{"x":3, "y":6,"prediction":7.5}
E
run smllearn --learner sgd -y y -f x --learning-rate constant --eta0 0.5 --penalty none --cold-start zero xy
is_out 'with a cold start of zero the first one is 0' <<'E'
{"x":1,"y":2,"prediction":0}
{"x":2,"y":4,"z":[1.0,"\u0061"],"prediction":3}
{"x":3, "y":6,"prediction":7.5}
E
run smllearn --learner sgd -q -y y -f x xy
is_out 'with -q nothing comes out' </dev/null
run smllearn --learner sgd -y y -f x --nest model --as p --learning-rate constant --eta0 0.5 --penalty none xy
is_out 'what is appended has the name and place that one wants' <<'E'
{"x":1,"y":2,"model":{"p":null}}
{"x":2,"y":4,"z":[1.0,"\u0061"],"model":{"p":3}}
{"x":3, "y":6,"model":{"p":7.5}}
E
echo '{"prediction":0.10,"y":1,"x":2}' >taken
run smllearn --learner sgd -y y -f x taken
is_status 'a name that is there already is not written twice' 1
run smllearn --learner sgd -y y -f x --overwrite taken
is_out 'unless its value may be replaced' <<'E'
{"prediction":null,"y":1,"x":2}
E

run smllearn --learner sgd -y y -f x --learning-rate constant --eta0 0.5 --penalty none <<'E'
{"x":1,"y":2}
{"x":2}
{"x":2,"y":null}
{"x":2}
{"x":2,"y":4}
E
is_out 'a record without the target is predicted, and changes nothing' <<'E'
{"x":1,"y":2,"prediction":null}
{"x":2,"prediction":3}
{"x":2,"y":null,"prediction":3}
{"x":2,"prediction":3}
{"x":2,"y":4,"prediction":3}
E
run smllearn --learner sgd -y y -f x --scale standard --stats stats <<'E'
{"x":1,"y":2}
{"x":100}
{"x":3,"y":3}
{"x":100}
{"x":3,"y":3}
E
grep prediction .out | sed -n 's/.*"x":3.*prediction"/"x":3/p' >with
printf '%s\n' '{"x":1,"y":2}' '{"x":3,"y":3}' '{"x":3,"y":3}' | smllearn --learner sgd -y y -f x --scale standard |
	sed -n 's/.*"x":3.*prediction"/"x":3/p' >without
ok 'nor does it change the scaler' cmp with without

run smllearn --learner sgd -y b -f a,c --learning-rate constant --eta0 1 --penalty none <<'E'
{"a":true,"b":true,"c":[false,1]}
{"a":false,"b":0,"c":[true,1]}
E
is_out 'true is 1 and false is 0' <<'E'
{"a":true,"b":true,"c":[false,1],"prediction":null}
{"a":false,"b":0,"c":[true,1],"prediction":2}
E

run smllearn --learner sgd -y y -f x --learning-rate constant --eta0 0.001 --penalty none --stats stats <<'E'
{"x":1e150,"y":1e50}
{"x":1e150,"y":1}
{"x":0,"y":1}
E
is_status 'a prediction beyond doubles is no failure' 0
is_out 'but null' <<'E'
{"x":1e150,"y":1e50,"prediction":null}
{"x":1e150,"y":1,"prediction":null}
{"x":0,"y":1,"prediction":0}
E
is_err 'which is said' 'stdin:2: .*not finite'
ok 'and not scored' grep -q '"scored":1,"experts_gone":0,"mae":1,' stats

run smllearn --learner sgd -y y -f x --task classify --learning-rate constant --eta0 1e10 --penalty none <<'E'
{"x":1e150,"y":1}
{"x":1e150,"y":0}
E
is_out 'so is a label whose score is beyond doubles' <<'E'
{"x":1e150,"y":1,"prediction":null,"probability":null}
{"x":1e150,"y":0,"prediction":null,"probability":null}
E

# Labels

echo '{"x":1,"y":"b"}' | run smllearn --learner sgd -y y -f x --task classify --cold-start zero
is_out 'a cold start knows no label that is a string, only the probability' <<'E'
{"x":1,"y":"b","prediction":null,"probability":0.5}
E
run smllearn --learner sgd -y y -f x --task classify --cold-start zero <<'E'
{"x":1,"y":1.0}
{"x":1}
{"x":-1}
{"x":-1,"y":0}
E
is_out 'labels 0 and 1 are known from the first on, spelt as they were' <<'E'
{"x":1,"y":1.0,"prediction":0,"probability":0.5}
{"x":1,"prediction":1.0,"probability":0.9999546021312976}
{"x":-1,"prediction":0,"probability":0.5}
{"x":-1,"y":0,"prediction":0,"probability":0.5}
E
run smllearn --learner sgd -y y -f x --task classify --cold-start zero --loss squared_error \
	--learning-rate constant --eta0 1 --penalty none <<'E'
{"x":1,"y":true}
{"x":1}
{"x":-2}
E
is_out 'so are false and true; without log loss there is no probability' <<'E'
{"x":1,"y":true,"prediction":false}
{"x":1,"prediction":true}
{"x":-2,"prediction":false}
E
cat >mails <<'E'
{"x":1,"y":"sp\u0061m"}
{"x":1}
{"x":-1,"y":"ham"}
{"x":1,"y":"spam"}
{"x":-1}
E
run smllearn --learner sgd -y y -f x --task classify --loss squared_error --learning-rate constant --eta0 1 \
	--penalty none --cold-start zero mails
is_out 'of text nothing is said until both labels were met' <<'E'
{"x":1,"y":"sp\u0061m","prediction":null}
{"x":1,"prediction":null}
{"x":-1,"y":"ham","prediction":null}
{"x":1,"y":"spam","prediction":"sp\u0061m"}
{"x":-1,"prediction":"ham"}
E
sed 's/sp.*m"/ham"/; t
s/ham/spam/' mails >other
run smllearn --learner sgd -y y -f x --task classify --loss squared_error --learning-rate constant --eta0 1 \
	--penalty none other
is_out 'and it does not matter which of them is the first' <<'E'
{"x":1,"y":"ham","prediction":null}
{"x":1,"prediction":null}
{"x":-1,"y":"spam","prediction":null}
{"x":1,"y":"ham","prediction":"ham"}
{"x":-1,"prediction":"spam"}
E
for pair in 'z \u00e4' 'b ba' 'Z a' '\u0000 \u0001' '\uffff \ud83d\ude00'; do
	earlier=${pair% *} later=${pair#* }
	printf '{"x":%s,"y":"%s"}\n' 1 "$later" -1 "$earlier" 1 "$later" >first
	printf '{"x":%s,"y":"%s"}\n' -1 "$earlier" 1 "$later" 1 "$later" >second
	for order in first second; do
		run smllearn --learner sgd -y y -f x --task classify --learning-rate constant --eta0 1 $order
		ok "the probability is that of $later, not $earlier, the $order way round" \
			grep -q '"probability":0\.[6789]' .out
	done
done
for bad in '"third"' 1 true '[1]' '{}' '"\ud800"'; do
	{ cat mails; echo "{\"x\":1,\"y\":$bad}"; } >labels
	run smllearn --learner sgd -y y -f x --task classify labels
	is_status "the label $bad is none" 1
done
run smllearn --learner sgd -y y -f x --task classify <<'E'
{"x":1,"y":0.5}
E
is_err 'a label that is a number is 0 or 1' ':1:12: the label 0.5'

# Bad records, and what they must not do

bad() {
	what=$1 place=$2
	{ cat xy; cat; } >records
	smllearn --learner sgd -q -y y -f x -m without.model xy
	run smllearn --learner sgd -q -y y -f x -m with.model --rejects rejects records
	is_status "$what: goes to the rejects" 3
	ok "$what: leaves no trace in the model" cmp with.model without.model
	run smllearn --learner sgd -q -y y -f x -m never.model records
	is_status "$what: stops the run" 1
	is_err "$what: is said with its place" "^smllearn: records:$place: "
	ok "$what: which leaves the model alone" test ! -e never.model
	rm -f with.model without.model
}

bad 'text in a feature' 4:6 <<'E'
{"x":"3","y":6}
E
bad 'a feature that is missing' 4 <<'E'
{"y":6}
E
bad 'a feature that is null' 4:6 <<'E'
{"x":null,"y":6}
E
bad 'a feature that becomes an array' 4:6 <<'E'
{"x":[3],"y":6}
E
bad 'a number beyond doubles' 4:6 <<'E'
{"x":1e999,"y":6}
E
bad 'text in the target' 4:13 <<'E'
{"x":3, "y":"6"}
E
bad 'a record that would overflow the model' 4 <<'E'
{"x":1e300,"y":1e300}
E
bad 'no JSON' 4:8 <<'E'
{"x":3 "y":6}
E

rm -f rejects
run smllearn --learner sgd -y y -f e --rejects rejects --learning-rate constant --eta0 1 --penalty none <<'E'
{"e":[1,2,"3"],"y":1}
{"e":[1e300,1e300,1e300],"y":1e300}
{"e":[1,2],"y":1}
{"e":[1,2]}
{"e":[1,2,3],"y":1}
{"e":1,"y":1}
E
is_out 'the length of an array is that of the first good record' <<'E'
{"e":[1,2],"y":1,"prediction":null}
{"e":[1,2],"prediction":6}
E
ok 'the others are rejected' test "$(wc -l <rejects)" -eq 4

smllearn -q -y y -f e --learner sgd -m empty.model <<'E'
{"e":[],"y":1}
E
run smllearn -y y -f e -m empty.model <<'E'
{"e":[],"y":1}
{"e":[1,2],"y":1}
{"e":[],"y":1}
E
is_err 'an empty array decides nothing, also in a model' ':3:6: the feature "e" has 0 elements; before, it had 2'

# What is missing

cat >gaps <<'E'
{"y":1,"a":1}
{"y":1,"b":[1,2],"a":null}
{"y":2,"b":[null,3],"a":1}
{"y":2,"b":[1,3],"a":1}
{"y":2,"b":[1,3],"a":1}
E
run smllearn --learner sgd -y y -f a,b --missing skip --learning-rate constant --eta0 0.5 --penalty none \
	--stats stats gaps
is_out 'a record that lacks a feature is passed on, and nothing learned' <<'E'
{"y":1,"a":1,"prediction":null}
{"y":1,"b":[1,2],"a":null,"prediction":null}
{"y":2,"b":[null,3],"a":1,"prediction":null}
{"y":2,"b":[1,3],"a":1,"prediction":null}
{"y":2,"b":[1,3],"a":1,"prediction":12}
E
ok 'and counted' grep -q '"targets":5,"skipped":3,"scored":1,' stats

sed 's/null/0/; s/"y":1,"a":1/&,"b":[0,0]/' gaps >filled
for scale in none standard; do
	smllearn --learner sgd -y y -f a,b --scale $scale -m filled.model filled | sed 's/.*prediction/prediction/' >want
	smllearn --learner sgd -y y -f a,b --scale $scale -m gaps.model --missing zero gaps |
		sed 's/.*prediction/prediction/' >got
	ok "what is missing counts as 0, also before its length is known (--scale $scale)" cmp got want
	sed 's/"missing": "zero"/"missing": "reject"/' gaps.model >said.model
	ok "and the model is the same, but for saying so (--scale $scale)" cmp said.model filled.model
	rm -f gaps.model filled.model
done
run smllearn --learner sgd -y y -f a --default a=7 --learning-rate constant --eta0 0.5 --penalty none <<'E'
{"y":1}
{"y":1,"a":7}
E
is_out 'or as what one says' <<'E'
{"y":1,"prediction":null}
{"y":1,"a":7,"prediction":25}
E

# The target that never comes

printf '%s\n' '{"x":1,"lable":1}' '{"x":2,"z":0}' >none
run smllearn --learner sgd -y label -f x -m none.model none
is_status 'a run without the target is an error' 1
is_err 'that names what there was' '"label"; they had "x", "lable", "z"$'
ok 'and makes no model' test ! -e none.model
run smllearn --learner sgd -y label -f x </dev/null
is_status 'a run without records is none' 0
run smllearn --learner sgd -y label -f x --rejects rejects <<'E'
{"x":1}
nonsense
E
is_status 'it is one also with rejects' 1

# The model, and going on with it

sed '3s/"emb": \[[^,]*/"emb": [null/; 5s/"emb"/"other"/' "$golden/classify-scaled.ndjson" |
	head -n 30 >stream

# Options of the tests below.
learn='smllearn --learner sgd -y y -f x,emb --task classify --scale standard --missing zero --eta0 0.1
	--learning-rate invscaling'

# Prints the scores, without the counts of the run.
scored() { sed 's/.*"scored"/"scored"/' "$1"; }

$learn -m whole.model --stats whole.stats stream >whole
scored whole.stats >whole.scored

# Output, model and scores of two runs are those of one.
parts_are_whole() {
	scored part.stats >part.scored
	cmp part whole && cmp part.model whole.model && cmp part.scored whole.scored
}

split_at() {
	rm -f part.model
	head -n "$1" stream | $learn -m part.model >part
	tail -n +$(($1 + 1)) stream | $learn -m part.model --stats part.stats >>part
	parts_are_whole
}

split_with_state() {
	rm -f part.model state
	head -n "$1" stream | $learn -m part.model --state state >part
	tail -n +$(($1 + 1)) stream | $learn -m part.model --state state --stats part.stats >>part
	parts_are_whole
}

# Stopped at a record that was bad, and was mended.
stop_at() {
	rm -f part.model state
	sed "$1s/\"x\"/\"X\"/" stream | $learn -m part.model --missing reject --state state >part 2>err &&
		return 1
	tail -n +"$1" stream | $learn -m part.model --missing reject --state state --stats part.stats >>part
	parts_are_whole
}

# Stopped by SIGTERM after so many records and half of the next one.
terminate_at() {
	rm -f part.model fifo state
	mkfifo fifo
	: >part
	$learn -m part.model "$2" "$3" <fifo >part &
	pid=$!
	exec 9>fifo
	# In one write, so that the half line has been read when the lines before it come out.
	head -c $(($(head -n "$1" stream | wc -c) + 20)) stream >&9
	for _ in $(seq 600); do
		[ "$(wc -l <part)" -eq "$1" ] && break
		sleep 0.1
	done
	kill -TERM $pid
	exec 9>&-
	wait $pid
	status=$?
}

terminate_with_state() {
	terminate_at "$1" --state state
	[ $status -eq 0 ] || return 1
	tail -n +$(($1 + 1)) stream | tail -c +21 |
		$learn -m part.model --state state --stats part.stats >>part
	parts_are_whole
}

terminate_without_state() {
	terminate_at "$1" --as prediction
	[ $status -eq 143 ] || return 1
	tail -n +$(($1 + 1)) stream | $learn -m part.model --stats part.stats >>part
	parts_are_whole
}

every_record() {
	for at in $(seq 1 ${SML_SHORT:+14} 29); do
		"$1" "$at" || { echo "at record $at"; return 1; }
	done
}

ok 'two runs with a model are one' every_record split_at
ok 'two runs with a state are one' every_record split_with_state
for at in 1 4 16 29; do
	ok "SIGTERM at record $at, with a state: nothing shows" terminate_with_state $at
	ok "SIGTERM at record $at, without: the model is saved" terminate_without_state $at
done
sed '3,5d' stream >mended && mv mended stream
rm whole.model
$learn -m whole.model --missing reject --stats whole.stats stream >whole
scored whole.stats >whole.scored
for at in 1 2 9 14 27; do
	ok "stopped by record $at, and given it mended: nothing shows" stop_at $at
done

# shellcheck disable=SC2016 # $sml is no variable
barrier() {
	rm -f part.model state.*
	{
		echo '{"$sml":"restore","id":0}'
		head -n "$1" stream
		echo '{"$sml":"barrier","id":1}'
		tail -n 3 stream
	} | $learn --control -m part.model --missing reject --state state >first
	[ ! -e part.model ] || return 1
	{
		echo '{"$sml":"restore","id":1}'
		tail -n +$(($1 + 1)) stream
		echo '{"$sml":"end"}'
	} | $learn --control -m part.model --missing reject --state state --stats part.stats >second
	{ head -n $(($1 + 1)) first | grep -v sml; grep -v sml second; } >part
	parts_are_whole
}
for at in 1 12 26; do
	ok "restored from a barrier behind record $at: nothing shows" barrier $at
done

rm -f state.*
cp whole.model begun.model
cp whole.model twice.model
$learn -m twice.model stream >twice
# shellcheck disable=SC2016 # $sml is no variable
{ echo '{"$sml":"restore","id":0}'; cat stream; } |
	$learn --control -m begun.model --state state | tail -n +2 >restored
ok 'a restore of 0 begins with the model' cmp restored twice
ok 'and leaves it alone before the end is said to be one' cmp begun.model whole.model

# Every learner

# TASK STREAM NAME [option ...]: what it learned is kept, and nothing else.
learner() {
	task=$1 stream=$2 name=$3
	shift 3
	head -n 40 "$golden/$stream.ndjson" >all
	sed 's/"y":/"Y":/' all >unlabelled
	all="smllearn -y y -f x,emb --learner $name --task $task $*"
	rm -f whole.model
	$all -m whole.model --stats whole.stats all >whole
	scored whole.stats >whole.scored
	for at in 1 17 39; do
		rm -f part.model state
		head -n $at all | $all -m part.model >part
		cp part.model before.model
		# What is not given is what the model says.
		smllearn -q -y y -f x,emb -m part.model unlabelled 2>err
		cmp part.model before.model || return 1
		tail -n +$((at + 1)) all | smllearn -y y -f x,emb -m part.model --stats part.stats >>part
		parts_are_whole || return 1
		rm -f part.model
		head -n $at all | $all -m part.model --state state >part
		tail -n +$((at + 1)) all | $all -m part.model --state state --stats part.stats >>part
		parts_are_whole || return 1
	done
}
mkdir kept && cp whole whole.* kept
for kind in auto sgd adaptive coin ftrl pa mean last; do
	ok "$kind: numbers in several runs are those of one" learner regress regress $kind
	ok "$kind: labels in several runs are those of one" learner classify classify-scaled $kind
done
ok 'sgd with numbers of its own: so are these' learner regress regress sgd --loss huber \
	--epsilon 0.3 --penalty elasticnet --l1-ratio 0.4
ok 'and labels without probabilities' learner classify classify sgd --loss hinge --penalty l1
ok 'sgd with a step of its own for the intercept: so are these' \
	learner classify classify-scaled sgd --penalty none --learning-rate constant --intercept-lr 0.02
ok 'pa with a squared loss: so are these' \
	learner regress regress pa --loss squared_epsilon_insensitive --epsilon 0.3 --aggressiveness 0.2
ok 'and labels without an intercept' learner classify classify pa --loss squared_hinge --no-intercept
for kind in adaptive coin ftrl; do
	ok "$kind, scaled, without intercept or clamp: so are these" \
		learner regress regress-scaled $kind --scale standard --no-intercept --no-clamp
done
cp kept/* .
printf '%s\n' '{"x":1,"y":3}' '{"x":1,"y":4}' '{"x":900,"y":4}' >far
for kind in adaptive ftrl; do
	run smllearn -y y -f x --learner $kind far
	ok "$kind: no prediction is beyond the targets seen" \
		test "$(sed -n '3s/.*"prediction"/"prediction"/p' .out)" = '"prediction":4}'
	run smllearn -y y -f x --learner $kind --no-clamp far
	ok "$kind: but with --no-clamp" grep -q '"x":900.*"prediction":[5-9][0-9][0-9][.]' .out
done
run smllearn -y y -f x --learner last far
is_out 'last predicts the last target again' <<'E'
{"x":1,"y":3,"prediction":null}
{"x":1,"y":4,"prediction":3}
{"x":900,"y":4,"prediction":4}
E
run smllearn -y y -f x --learner mean far
is_out 'mean their mean' <<'E'
{"x":1,"y":3,"prediction":null}
{"x":1,"y":4,"prediction":3}
{"x":900,"y":4,"prediction":3.5}
E

# The default: an average, for numbers or labels

{
	for _ in 1 2 3 4 5 6 7 8 9 10; do echo '{"x":1,"z":2,"y":7}'; done
	printf '%s\n' '{"x":-1e153,"z":2,"y":100}' '{"x":1,"z":2,"y":7}'
} >wild
run smllearn -y y -f x,z --stats stats wild
is_status 'an expert may leave the numbers' 0
ok 'and is counted' grep -q '"experts_gone":1,' stats

run smllearn -y y -f x <<'E'
{"x":1}
{"x":1,"y":"ham"}
{"x":2,"y":"spam"}
{"x":1}
E
sed 's/0\.[0-9]*}/0.p}/' .out >shape
ok 'the first target decides: a string is a label' cmp shape - <<'E'
{"x":1,"prediction":null}
{"x":1,"y":"ham","prediction":null,"probability":null}
{"x":2,"y":"spam","prediction":null,"probability":null}
{"x":1,"prediction":"ham","probability":0.p}
E
run smllearn -y y -f x <<'E'
{"x":1,"y":true}
{"x":1}
E
ok 'so is a boolean' grep -q '"prediction":true,"probability":0' .out
run smllearn -y y -f x --stats stats <<'E'
{"x":1,"y":1,"probability":5}
{"x":1,"probability":5}
E
is_out 'and a number is a number' <<'E'
{"x":1,"y":1,"probability":5,"prediction":null}
{"x":1,"probability":5,"prediction":1}
E
ok 'with the scores of numbers' grep -q '"mae_last"' stats
run smllearn -y y -f x --rejects rejects <<'E'
{"x":"1","y":"spam"}
{"x":1,"y":[2]}
{"x":1,"y":2}
{"x":1,"y":"spam"}
E
ok 'a bad record decides nothing' test "$(wc -l <.out)" -eq 1
run smllearn -y y -f x --task classify far
is_status 'a task that is given is kept to' 1

# A task that was decided is kept: by the state alone, by the model, by both.
open_task() {
	sed 's/"y": *"*\([^",}]*\)"*/"y":'"$2"'\1'"$2"'/' "$golden/$1.ndjson" | head -n 20 >all
	sed 's/"y"/"Y"/' all | head -n 2 | cat - all >opened
	rm -f whole.model && smllearn -y y -f x,emb -m whole.model --stats whole.stats opened >whole
	scored whole.stats >whole.scored
	for at in 3 4 9; do
		rm -f part.model state
		head -n $at opened | smllearn -y y -f x,emb -m part.model --state state >part || return 1
		[ "$3" = both ] || rm -f part.model
		tail -n +$((at + 1)) opened |
			smllearn -y y -f x,emb -m part.model --state state --stats part.stats >>part
		parts_are_whole || return 1
	done
}
mkdir -p kept && cp whole whole.* kept
ok 'numbers, decided and gone on with: from the state' open_task regress '' alone
ok 'labels, too' open_task classify-scaled '"' alone
ok 'numbers: with the model beside it' open_task regress '' both
ok 'labels, too' open_task classify-scaled '"' both
cp kept/* .
smllearn -q -y y -f x -m small.model far 2>err
run smllearn -y y -f x -m small.model --task classify far
is_err 'a model of another task is refused' 'made with --task regress, not classify'

seq 200 | awk '{ print "{\"x\":" 1e9 * $1 ",\"y\":" $1 % 9 "}" }' >wild
run smllearn -q -y y -f x --learner sgd wild
is_err 'a run that ends worse than a naive prediction says so' \
	'worse than naive ones [(]mae [^ ]*, not [0-9.]*[)]: try --learner auto, or --scale standard'
run smllearn -q -y y -f x wild
ok 'by default it is not' test ! -s .err

# A target that is far from all others is bad; those after it are not.
for y in 1e141 -1e155 1e300 1.797e308; do
	seq 20 | sed "s/.*/{\"x\":&,\"y\":&}/; 10s/\"y\":10/\"y\":$y/" >outlier
	rm -f far.model far.bad
	run smllearn -q -y y -f x -m far.model --rejects far.bad outlier
	is_status "a target of $y" 3
	ok 'is refused alone' test "$(jq -c .line far.bad)" = 10
	run smllearn -q -y y -f x -m far.model xy
	is_status 'and the model is whole' 0
done
run smllearn -q -y y -f x <<'E'
{"x":1,"y":1e-320}
{"x":2,"y":2e-320}
{"x":3,"y":1e-320}
{"x":4,"y":4}
E
is_status 'tiny targets are learned' 0
seq 20 | sed 's/.*/{"x":1e-200,"y":&}/' >tiny
run smllearn -q -y y -f x --learner coin tiny
is_status 'tiny features, too' 0

# What a model says of a loss that is not given must not be blamed on who gives another one.
smllearn -q -y y -f x --learner sgd --penalty elasticnet --l1-ratio 0.3 -m mixed.model xy
run smllearn -q -y y -f x --learner sgd --penalty l2 -m mixed.model xy
is_err 'another penalty is named, and not its ratio' 'made with --penalty elasticnet, not l2'
run smllearn -q -y y -f x --learner auto -m mixed.model xy
is_err 'so is another learner' 'made with --learner sgd, not auto'
smllearn -q -y y -f x --learner coin -m coin.model xy
sed 's/: \([0-9]*\)\.0\(,*\)$/: \1\2/' coin.model >whole.numbers
ok 'a tool may write 4.0 as 4' grep -q '"alpha": 4,' whole.numbers
run smllearn -q -y y -f x --learner coin -m whole.numbers xy
is_status 'that is the same option' 0

# Published models

smllearn --learner sgd -y y -f x --publish 2 -m ./pub.some.model xy >pub
kinds() { sed 's/^{"$sml":"\([a-z]*\)".*/\1/; s/^{"x.*/record/' "$1" | tr '\n' ' '; }
ok 'published: behind every so many records learned, and at the end' \
	test "$(kinds pub)" = 'begin record record model record model '
tail -n 1 pub | sed 's/^{"$sml":"model","name":"pub.some","model":\(.*\)}$/\1/' >last
tr -d '\n' <last >last.line
tr -d '[:blank:]\n' <pub.some.model >saved.line
ok 'called as its file is; the last one is the model that is saved' cmp saved.line last.line
smllearn --learner sgd -q -y y -f x --publish 1 --publish-name 'a "b"' xy >pub
ok 'with -q nothing else comes out' test "$(grep -vc '"name":"a \\"b\\""' pub)" -eq 1
printf '%s\n' '{"x":1,"y":1}' '{"x":2}' '{"x":2}' |
	smllearn --learner sgd -y y -f x --publish 1 --publish-name m >pub
ok 'a record that is not learned publishes nothing' test "$(grep -c model pub)" -eq 1
run smllearn --learner sgd -y y -f x --publish 1 xy
is_status 'it must have a name' 2
run smllearn --learner sgd -y y -f x --publish-name m xy
is_status 'and a name is of something' 2

$learn --publish 4 --publish-name m --state pub.state --drain stream >pub
publish_split() {
	rm -f state
	head -n "$1" stream | $learn --publish 4 --publish-name m --state state >part
	tail -n +$(($1 + 1)) stream |
		$learn --publish 4 --publish-name m --state state --drain >>part
	cmp part pub
}
for at in 1 4 7 21; do
	ok "published in two runs, cut at $at: as in one" publish_split $at
done
rm -f state

cp whole.model given.model
cp whole.model taken.model
$learn --missing reject -m given.model stream >given
smllearn --learner sgd -y y -f x,emb -m taken.model stream >taken
ok 'an option that is not given is that of the model' cmp taken given
ok 'which goes on as if it had been' cmp taken.model given.model
run $learn -m whole.model --eta0 0.2 stream
is_status 'a model of other options is refused' 1
is_err 'with the option that differs' 'whole.model: it was made with --eta0 0.1, not 0.2'
run $learn -m whole.model -f x stream
is_status 'two lists of features are no list' 2
run smllearn --learner sgd -y y -f x -m whole.model stream
is_err 'so is one of other features' 'whole.model: it was made with --features x,emb, not x'
run smllearn --learner sgd -y x -f y -m whole.model stream
is_err 'or of another target' 'whole.model: it was made with --target y, not x'

cp whole.model saved
passed=yes
for length in $(seq 0 "${SML_SHORT:+9}50" "$(wc -c <saved)"); do
	head -c "$length" saved >cut.model
	run $learn -m cut.model stream
	{ status_is 1 && [ ! -s .out ] && err_matches '^smllearn: cut.model' &&
		[ "$(wc -c <cut.model)" -eq "$length" ]; } >why || passed="not $length"
done
ok 'a model that was cut short is refused, and left alone' test "$passed" = yes
damage() {
	what=$1 change=$2 why=$3
	sed "$change" saved >damaged.model
	ok "$what: is another model" test -n "$(cmp damaged.model saved)"
	run $learn -m damaged.model stream
	is_status "$what: is refused" 1
	is_err "$what: with the reason" "^smllearn: damaged.model: .*$why"
}
damage 'a model of a later format' 's/"smllearn": 1/"smllearn": 2/' 'format is 2'
damage 'a model without its name' 's/"smllearn"/"other"/' 'no model of smllearn'
damage 'a model of another feature' 's/"path": "emb"/"path": "other"/' features
damage 'a model with text for a weight' 's/"weight": /"weight": "a/; s/"weight".*[0-9]/&"/' features
damage 'a model with a weight too many' 's/"weights": \[/&1, /' features
damage 'a model with a negative variance' 's/"variance": /&-/' damaged
damage 'a model with three labels' 's/"labels": \[/&null, /' labels
damage 'a model with a label that is none' 's/"labels": \[[^,]*/"labels": ["yes"/' labels
damage 'a model with a label that goes on behind its end' 's/no\\"/&\\u0000/' labels
damage 'a model with space around a label' 's/no\\"/&\\n/' labels
damage 'a model with its labels in the wrong order' 's/\(\[\)\(.*no.*\), \(.*yes.*\)\]/\1\3, \2]/' labels
damage 'a model without steps' '/"steps"/d' steps
damage 'a model without scores' 's/"majority"/"minority"/' scores
echo '[]' >damaged.model
run $learn -m damaged.model stream
is_err 'a document that is no object is refused' 'damaged.model: it is no model of smllearn'

# Faults

run $learn -m nowhere/x.model stream
is_status 'a folder that is not there is a failure' 1
is_err 'of that name' 'nowhere/x.model.*No such file'
if [ -w /dev/full ]; then
	sh -c 'smllearn --learner sgd -y y -f x -m full.model "$1" >/dev/full' - xy 2>.err
	ok 'a full disk is a failure' test $? -eq 1
	ok 'and then nothing was learned' test ! -e full.model
fi
for fault in write=ENOSPC@100 fsync=EIO rename=EXDEV; do
	cp saved kept.model
	faulty "only=.tmp,$fault" $learn -m kept.model stream
	is_status "$fault at the model: is a failure" 1
	ok "$fault at the model: leaves it as it was" cmp kept.model saved
done
faulty short=1 $learn -m short.model --missing reject stream
ok 'the output does not depend on how the input was cut' cmp .out whole
ok 'nor does the model' cmp short.model whole.model

head -n 5 stream >few
cat stream stream stream stream stream stream >many
faulty count=few.count smllearn --learner sgd -y y -f x,emb few
faulty count=many.count smllearn --learner sgd -y y -f x,emb many
ok 'a record takes no allocation' cmp few.count many.count
passed=yes
for n in $(seq 1 ${SML_SHORT:+20} "$(cat few.count)"); do
	rm -f none.model
	faulty "nomem=$n" smllearn --learner sgd -y y -f x,emb --task classify --scale standard -m none.model few
	# simdjson ends the process itself if it has no memory at the start.
	grep -Eq 'out of memory|Cannot allocate|^terminate called' .err || [ "$(cat .status)" = 0 ] || passed="not $n"
done
ok 'memory that is short is said, whenever it is' test "$passed" = yes

run smllearn --learner sgd -q -y y -f x --metrics learn.prom xy
ok 'scores are there for Prometheus' \
	grep -q '^sml_mae_last{tool="smllearn",run="learn"} 2$' learn.prom

# A model that has learned predicts records without a target.
rm -f score.model
smllearn --learner sgd -q -y y -f x -m score.model xy
cp score.model kept.model
echo '{"x":3}' | run smllearn --learner sgd -y y -f x -m score.model
is_status 'a model that has learned only predicts' 0
is_err 'says so' 'no record had the target "y": nothing was learned'
ok 'and stays as it was' cmp score.model kept.model

# A feature too large to be scaled is refused; those after it are not

printf '{"x":%s,"y":1}\n' 1e155 1 2 3 >outlier
run smllearn --learner sgd -q -y y -f x --scale standard --rejects huge outlier
is_status 'a feature that cannot be scaled is refused' 3
ok 'and no other' test "$(wc -l <huge)" -eq 1

# One model, one run

echo '{"x":1,"y":2}' >pair
rm -f fifo shared.model && mkfifo fifo
smllearn --learner sgd -y y -f x -m shared.model <fifo >/dev/null &
pid=$!
exec 9>fifo
until grep -q "FLOCK .* $pid " /proc/locks; do sleep 0.05; done
run smllearn --learner sgd -y y -f x -m shared.model pair
is_status 'a second run with the same model is refused' 1
is_err 'and the first one named' "shared.model.*process $pid"
is_out 'before anything is written' </dev/null
exec 9>&-
wait $pid
run smllearn --learner sgd -q -y y -f x -m shared.model pair
is_status 'until that has ended' 0
mkdir -p shut
if chmod 500 shut && ! touch shut/x 2>/dev/null; then
	run smllearn --learner sgd -y y -f x -m shut/m pair
	is_status 'a model that cannot be written is a failure' 1
	is_out 'before the first record' </dev/null
fi
run smllearn --learner sgd -y y -f x -m . pair
is_status 'so is one that is a folder' 1
is_out 'before the first record too' </dev/null
rm -f fifo && mkfifo fifo
run timeout 10 smllearn --learner sgd -y y -f x -m fifo pair
is_status 'and one that is a pipe: it is not waited for' 1
is_err 'which says what it is' 'fifo: .*not a regular file'
run timeout 10 sh -c 'smllearn --learner sgd -y y -f x -m /dev/stdout pair | cat; exit 0'
is_err 'nor is standard output a model' '/dev/stdout: .*not a regular file'

# States that were tampered with, and sealed again

reseal() {
	sed '$d' sound | sed "$1" >s
	printf '{"lines":%d,"xxh64":"%s"}\n' "$(wc -l <s)" "$(xxhsum -H64 -q s | sed 's/.*= //; s/ .*//')" >>s
}
if command -v xxhsum >/dev/null; then
	seq 7 | sed 's/.*/{"x":&,"s":"yes"}/; 2s/yes/no/' >seven
	rm -f sound && smllearn --learner sgd -q -y s -f x --task classify --state sound seven >/dev/null
	reseal ''
	run smllearn --learner sgd -q -y s -f x --task classify --state s seven
	is_status 'what is only sealed again is taken' 0
	reseal 's/"label1":"[^,}]*/"label1":"\\""/'
	run smllearn --learner sgd -q -y s -f x --task classify --state s seven
	is_err 'a state is refused for a label that is no JSON value' 'the labels are damaged'
	reseal 's/"label1":"[^,}]*/"label1":"\\"y\\nes\\""/'
	run smllearn --learner sgd -q -y s -f x --task classify --state s seven
	is_err 'a state is refused for one with a line break in it' 'the labels are damaged'
	reseal 's/"elements":.*]/"elements":[4294967295]/'
	run smllearn --learner sgd -q -y s -f x --task classify --state s seven
	is_err 'a state is refused for weights of other features' 'the weights are damaged, or too many'
else
	skip 'states that were tampered with' 'xxhsum is not there'
fi

plan
