#!/bin/sh
# smlroute: arms and shards, compared with Python's hashlib; plans and their sources; files of records.
# The answers of models are tested in smlroute_answers.t.
# SML_SHORT=1: fewer reloads and less wrong usage, for valgrind.
# shellcheck disable=SC2016,SC2154 # $sml is none of ours; lib.sh and background.sh set the others
golden=$(cd "${0%/*}/smlroute" && pwd)/golden.ndjson
. "${0%/*}/lib.sh"
. "$tests/smlroute/background.sh"

route() { smlroute -k id "$@"; }
run_route() { run smlroute -k id "$@"; }
tail -n +2 "$golden" >ids
ids() { seq "$1" | sed 's/.*/{"id":"user_&"}/'; }
ids 2000 >users

# --- the split is Python's

# Prints the last number of this name in each line.
number() { sed -n "s/.*\"$1\":\([0-9]*\)[,}].*/\1/p" "$2"; }

# buckets_are NAME OPTION...: with these options, the buckets are the golden ones of this name
buckets_are() {
	name=$1
	shift
	rm -f exposed
	route -q --exposure exposed "$@" ids && number "$name" ids >want &&
		number bucket exposed >is && [ -s want ] && diff want is
}
ok 'the bucket is int(md5(id), 16) % 100, of the text that an id stands for' \
	buckets_are bucket -a a=100
ok 'or % 10000' buckets_are fine -a a=100 --buckets 10000
ok 'a salt stands before the id, and a colon between' buckets_are salted -a a=100 --salt spring
ok 'the gate has a hash of its own' buckets_are gate -a a=100 --gate 0
ok 'the holdout too' buckets_are holdout -a a=100 --holdout 100
ok 'other salts can be given' buckets_are salted -a a=100 --buckets 100 --gate 100 --salt spring
shards_are() {
	route --shard 1000 --nest new ids | sed 's/.*"new":{"shard":\(.*\)}}/\1/' >is
	number shard ids | diff - is
}
ok 'a shard is the jump hash of the lower half' shards_are
salt_moves_none() {
	for by in --shard=5 --nodes=a,b,c; do
		route --nest new $by ids >plain && route --nest new $by --salt s ids | cmp - plain || return
	done
}
ok 'a salt affects neither --shard nor --nodes' salt_moves_none

arms_are_cumulative() {
	route -a a=33 -a b=0 -a c=33.00% -a d=24 ids | sed 's/.*"arm":"\(.\)"}/\1/' >is &&
		number bucket ids | awk '{ print $1 < 33 ? "a" : $1 < 66 ? "c" : $1 < 90 ? "d" : "a" }' |
		diff - is
}
ok 'arms have the buckets below their cumulative percentages, the first one the rest' \
	arms_are_cumulative
fine_arms_are_cumulative() {
	route -a a=0.01 -a b=33.33 -a c=40.5 --buckets 10000 --otherwise c ids |
		sed 's/.*"arm":"\(.\)"}/\1/' >is &&
		number fine ids | awk '{ print $1 < 1 ? "a" : $1 < 3334 ? "b" : "c" }' | diff - is
}
ok 'with 10000 buckets by hundredths of a percent' fine_arms_are_cumulative

# --- records

cat >odd <<-'EOT'
	{"id":"\u0075ser_1","x":1.50}
	{"x":[{}],"id":42}
	{ "id" : "42" }
	{"id":4.2e1,"id":true}
EOT
run_route -a a=50 -a b=50 odd
is_status 'arms are appended' 0
is_out 'a record keeps its bytes; 42 and "42" are one id, of two ids the last counts' <<-'EOT'
	{"id":"\u0075ser_1","x":1.50,"arm":"b"}
	{"x":[{}],"id":42,"arm":"b"}
	{ "id" : "42" ,"arm":"b"}
	{"id":4.2e1,"id":true,"arm":"a"}
EOT
run smlroute -k a.1 -a 'é "x"=100' --as arm=model_id <<-'EOT'
	{"a":[0,"x"],"arm":1}
EOT
is_out 'the id is a path, the member has the name that was asked for' <<-'EOT'
	{"a":[0,"x"],"arm":1,"model_id":"é \"x\""}
EOT
echo '{"id":1,"arm":"old"}' >named
run_route -a a=100 named
is_status 'a record that has an arm is bad' 1
is_err 'which is said with its place' '^smlroute: named:1:1: .*"arm" already'
run_route -a a=100 --overwrite named
is_out 'or has it replaced' <<-'EOT'
	{"id":1,"arm":"a"}
EOT

# missing WHAT RECORD REGEX: the record has no id, and is refused with this message
missing() {
	echo "$2" >none
	run_route -a a=100 none
	is_status "$1: a bad record" 1
	is_err "$1: the message says why" "^smlroute: none:1(:[0-9]+)?: the id \"id\" is $3; --on-missing otherwise takes it"
	run_route -a a=0 -a b=100 --on-missing otherwise --exposure exposed none
	ok "$1: or the first arm's" grep -q '"arm":"a"}$' .out
	ok "$1: which is exposed" grep -q '"arm":"a","bucket":null,"reason":"otherwise"}$' exposed
}
missing 'no id' '{"user":1}' 'missing; the record has "user"'
missing 'a null id' '{"id":null}' 'null'
missing 'an empty id' '{"id":""}' 'empty'
missing 'an array' '{"id":[1]}' 'an array'
missing 'an object' '{"id":{}}' 'an object'
echo '{"id":"\ud800"}' >lone
run_route -a a=100 --on-missing otherwise lone
is_status 'a lone surrogate is no id that could be hashed' 1
is_err 'and stays a bad record' '^smlroute: lone:1:8: a lone surrogate'
{ head -n 2 users; cat none; sed -n 3p users; } >some
run_route -a a=100 --rejects bad some
is_status 'bad records go to --rejects' 3
ok 'all others go on' test "$(wc -l <.out)" -eq 3
echo '{"id":null}' | run_route -a a=50 -a b=50 --default id=7
is_out 'an id may have a default' <<-'EOT'
	{"id":null,"arm":"b"}
EOT

# --- wrong usage

# wrong REGEX OPTION...
wrong() {
	why=$1
	[ $((usages += 1)) -le "$most" ] || return 0
	shift
	run_route "$@" users
	is_status "wrong usage: $*" 2
	is_err "and why: $*" "^smlroute: .*$why.*\(see smlroute --help\)"
}
usages=0 most=100
[ -z "${SML_SHORT-}" ] || most=3
wrong 'no arm' -q
wrong 'arm "a" has no weight' -a a
wrong 'a weight is 0 to 100 percent' -a a=
wrong 'a weight is 0 to 100 percent' -a a=-1
wrong 'a weight is 0 to 100 percent' -a a=100.01
wrong 'a weight is 0 to 100 percent' -a a=1.234 --buckets 10000
wrong 'an arm without a name' -a =5
wrong 'a model is missing' -a a=5:
wrong 'two arms are called "a"' -a a=5 -a a=6
wrong 'two shadows are called "s"' -a a=5 --shadow s:const:1 --shadow s:const:2
wrong 'add up to 100.01 percent' -a a=50.01 -a b=50 --buckets 10000
wrong 'a weight with decimals needs --buckets 10000' -a a=0.5
wrong 'add up to 1 percent or less: --weights relative' -a control=0.5 -a test=0.5
wrong 'add up to 1 percent or less: --weights relative' -a a=0.2 -a b=0.25 -a c=0.5 --buckets 10000
wrong 'a weight is 0 to a million' -a a=1000000.01 --weights relative
wrong 'a weight is 0 to a million' -a a=1% --weights relative
wrong 'all weights are 0' -a a=0 -a b=0 --weights relative
wrong 'otherwise: no arm is called "champoin"; did you mean "champion"' -a champion=5 \
	--otherwise champoin
wrong 'fallback: no arm is called "b"' -a a=5 --fallback b
wrong '--gate: "101" is no share' -a a=5 --gate 101
wrong '--holdout: "x" is no share' -a a=5 --holdout x
wrong 'a salt is missing' -a a=5 --holdout 5%:
wrong '"x" is not ARM=FILE' -a a=5 --out x
wrong 'no arm is called "b"' -a a=5 --out b=x
wrong 'the arm "a" has two files' -a a=5 --out a=x --out a=y
wrong '--out needs arms' --shard 4 --out a=x
wrong '--shard and --nodes' --shard 4 --nodes a,b
wrong '--out-shard needs' -a a=5 --out-shard 'x%d'
wrong 'two nodes are called "a"' --nodes a,b,a
wrong 'a node without a name' --nodes a,,b
wrong 'a whole number' --nodes a=0
wrong 'gives all shards one file' --shard 4 --out-shard x
wrong '% must be followed by d' --shard 4 --out-shard 'x%s'
wrong '% must be followed by s' --nodes a,b --out-shard 'x%d'
wrong '% must be followed by d' --shard 4 --out-shard 'x%n%d'
wrong 'cannot be given with --config' -a a=5 --config none
wrong 'are the same file' -a a=5 --out a=users
wrong 'are the same file' -a a=5 --out a=x --exposure x
wrong '--out and another --out are the same file' -a a=5 -a b=5 --out a=x --out b=./x
echo model >m
wrong '--out and a model are the same file' -a a=5:m --out a=m
wrong '--shadow-out and a model are the same file' -a a=5 --shadow s:m --shadow-out ./m
ok 'whose file is as it was' grep -q model m
ok 'the input is as it was' test "$(wc -l <users)" -eq 2000

# --- pins, holdout, gate

cat >pins <<-'EOT'
	{"id":"user_1","arm":"b","why":"wants it"}
	{"arm":"c","id":2}
	{"id":"2","arm":"c"}
EOT
cat >four <<-'EOT'
	{"id":"user_1"}
	{"id":2}
	{"id":"\u0032"}
	{"id":"user_2"}
EOT
rm exposed
run_route -a a=100 -a b=0 -a c=0 --pin pins --holdout 100 --exposure exposed four
is_out 'a pin goes before all else' <<-'EOT'
	{"id":"user_1","arm":"b"}
	{"id":2,"arm":"c"}
	{"id":"\u0032","arm":"c"}
	{"id":"user_2","arm":"a"}
EOT
printf '%s\n' '{"id":"user_1","arm":"b","bucket":null,"reason":"pin"}' \
	'{"id":2,"arm":"c","bucket":null,"reason":"pin"}' \
	'{"id":"\u0032","arm":"c","bucket":null,"reason":"pin"}' \
	'{"id":"user_2","arm":"a","bucket":209,"reason":"holdout"}' >want
ok 'exposures say who, what and why, the id as it was spelt' diff want exposed
stays_where_it_was() {
	route -a a=50 -a b=50 --exposure were users >before &&
		route -a a=0 -a b=0 -a c=100 --pin were users | diff before -
}
ok 'what was exposed can be pinned' stays_where_it_was
printf '%s\n' '{"id":null}' '{"id":""}' '{"id":[1]}' '{"id":7}' '{}' >nobody
route -a a=50 -a b=50 --on-missing otherwise --exposure were nobody >before
run_route -a a=0 -a b=0 -a c=100 --pin were --rejects bad nobody
is_out 'where those without an id pin nothing' <<-'EOT'
	{"id":7,"arm":"b"}
EOT
echo '{"id":"2","arm":"a"}' >>pins
run_route -a a=100 -a b=0 -a c=0 --pin pins four
is_status 'an id with two pins is an error' 1
is_err 'with its place' '^smlroute: pins:4:7: the id is pinned to two arms'
echo '{"id":"2","arm":"d"}' >pins
run_route -a a=100 --pin pins four
is_err 'so is an arm that there is not' '^smlroute: pins:1:17: no arm is called "d"'

# By hashlib: user_2 has bucket 209 in the holdout and 68 in the split, user_1 has 3578 in the gate and 53 in the split.
bound() { rm -f exposed; route -q -a a=0 -a b=100 "$@" --exposure exposed four; grep "\"$id\"" exposed | cut -d, -f2-; }
bounds_are_exact() {
	id=user_2
	[ "$(bound --holdout 2.09)" = '"arm":"b","bucket":68,"reason":"split"}' ] &&
		[ "$(bound --holdout 2.10)" = '"arm":"a","bucket":209,"reason":"holdout"}' ] &&
		id=user_1 && [ "$(bound --gate 35.78)" = '"arm":"a","bucket":3578,"reason":"gate"}' ] &&
		[ "$(bound --gate 35.79)" = '"arm":"b","bucket":53,"reason":"split"}' ]
}
ok 'the bounds of --holdout and --gate: a share of n hundredths ends before bucket n' bounds_are_exact
rm -f fifo && mkfifo fifo
run timeout 10 smlroute -k id -a a=100 --pin fifo four
is_err 'pins are a regular file' '^smlroute: fifo: not a regular file'
run timeout 10 smlroute -k id --config fifo four
is_err 'so is a configuration' '^smlroute: fifo: not a regular file'
run timeout 10 smlroute -k id -a a=100:/dev/zero four
is_err 'and a model' '^smlroute: arm a: /dev/zero: not a regular file'
truncate -s 300M vast
run timeout 10 smlroute -k id -a a=100 --pin vast four
is_err 'of 256 MiB at most' '^smlroute: vast: larger than 256 MiB'
rm vast

gate_is_even() {
	rm exposed
	route -q -a a=0 -a b=50 -a c=50 --gate 10% --holdout 5% --exposure exposed users
	sed 's/.*"arm":"\(.\)".*"reason":"\(.*\)"}/\1 \2/' exposed | sort | uniq -c >counts
	awk '$2 $3 == "agate" { gate = $1 } $2 $3 == "aholdout" { out = $1 }
		$2 $3 == "bsplit" { b = $1 } $2 $3 == "csplit" { c = $1 }
		END { exit !(NR == 4 && out > 60 && out < 140 && gate > 1650 && b > 60 && c > 60 &&
			gate + out + b + c == 2000) }' counts || { cat counts; false; }
}
ok 'a gate lets a tenth in, which is split evenly' gate_is_even

# --- weights that are ratios, and weights that leave something

ratios() {
	route -a a=0.5 -a b=0.5 --weights relative --method "$1" users >halves || return
	sed 's/.*"arm":"\(.\)"}/\1/' halves | sort | uniq -c |
		awk '$1 < 900 || $1 > 1100 || NR > 2 { bad = 1 } END { exit bad || NR != 2 }'
}
ok 'relative weights of a half each are halves' ratios classic
cp halves halves.classic
ok 'by rendezvous too' ratios rendezvous
route -a a=60 -a b=30 -a c=10 users >percent
run_route -a a=6 -a b=3 -a c=1 --weights relative users
ok 'and 6:3:1 is 60, 30 and 10 percent' cmp percent .out
ok 'of which nothing is said' test ! -s .err
run_route -a a=20 -a b=20 users
is_status 'weights that leave something still do' 0
is_err 'which is said, with the share and the arm' \
	'^smlroute: warning: the weights leave 60.00 percent of the ids, which get the first arm, "a"; give --otherwise ARM'
ok 'once' test "$(wc -l <.err)" -eq 1
run_route -a a=20 -a b=20 --otherwise b users
ok 'unless somebody asked for it' test ! -s .err
run_route -a a=0.2 -a b=0.25 --buckets 10000 --otherwise b users
is_status 'so can small ones be meant' 0
echo '{"arms":[{"name":"a","weight":20},{"name":"b","weight":20.5}],"buckets":10000}' >leaves.json
run smlroute check leaves.json
is_status 'check lets it pass' 0
is_err 'and says so' '^smlroute: warning: leaves.json: the weights leave 59.50 percent'
echo '{"arms":[{"name":"a","weight":0.5},{"name":"b","weight":0.5}]}' >half.json
run smlroute check half.json
is_status 'fractions are refused there too' 1
is_err 'with the remedy' 'half.json: the weights add up to 1 percent or less: --weights relative'
sed 's/]}/],"weights":"relative"}/' half.json >ratio.json
run smlroute check ratio.json
is_status 'which a configuration can name' 0
run_route --config ratio.json users
ok 'to the same end' cmp .out halves.classic
mkdir conf && echo '{"arms":[{"name":"a","weight":100,"model":"here.model"}]}' >conf/config.json
seq 9 | sed 's/.*/{"x":&,"y":&}/' | smllearn --learner sgd -q -y y -f x -m here.model
echo '{"x":1}' | run_route --config conf/config.json --on-missing otherwise
is_status 'a relative path of a model starts in the working directory' 0

# --- what a restore leaves

restored() {
	rm -f own.out own.seen
	echo '{"id":1}' | route -a a=100 --out a=own.out --exposure own.seen &&
		printf '{"$sml":"restore","id":0}\n{"id":2}\n{"$sml":"end"}\n' |
		SML_CONTROL=1 smlroute -k id -a a=100 --out a=own.out --exposure own.seen >/dev/null &&
		[ "$(wc -l <own.out) $(wc -l <own.seen)" = '2 2' ]
}
ok 'a restore empties neither --out nor --exposure' restored
anew() { echo '{"id":3}' | route -a a=100 --out a=own.out --exposure own.seen && [ "$(wc -l <own.out) $(wc -l <own.seen)" = '1 3' ]; }
ok 'without a driver --out begins anew, and --exposure goes on' anew

# --- configuration

cat >full.json <<-'EOT'
	{"pins": {"user_1": "b"}, "salt": "spring", "buckets": 10000, "otherwise": "b",
	 "arms": [{"name": "a", "weight": 33.33}, {"name": "b", "weight": 20}],
	 "holdout": 5, "gate": {"share": 50.5, "salt": "door"}}
EOT
run smlroute check full.json
is_status 'a good configuration is checked in silence' 0
ok 'in all silence' test ! -s .out -a ! -s .err
config_is_options() {
	rm -f want is
	route -a a=33.33 -a b=20 --salt spring --buckets 10000 --otherwise b --holdout 5 \
		--gate 50.5:door --exposure want users | tail -n +2 >by_options &&
		route --config full.json --exposure is users | tail -n +2 | diff by_options - &&
		tail -n +2 want >rest && tail -n +2 is | diff rest - && grep -c '"pin"' is
}
ok 'a configuration does what options do' config_is_options
echo '{"arms": [{"name": "a", "wieght": 1}]}' >typo.json
echo '{"arms": [' >cut.json
echo '{"arms": [], "arms": []}' >twice.json
run smlroute check typo.json full.json cut.json twice.json nowhere.json
is_status 'broken ones are a failure' 1
is_err 'with what was meant' \
	'typo.json: arms: number 1: no member is called "wieght"; did you mean "weight"\?'
is_err 'with line and column' 'cut.json:2:0: '
is_err 'where a name stands twice' 'twice.json:1:'
is_err 'where there is none' 'nowhere.json: No such file'
run_route --config typo.json users
is_status 'none is begun with' 1
ok 'and nothing written' test ! -s .out
echo '{"arms": [{"name": "a", "weight": 1, "model": "nowhere"}]}' >modelless.json
run smlroute check --stats stats modelless.json full.json
is_err 'or where a model is not' '^smlroute: modelless.json: arm a: nowhere: No such file'
ok 'which is counted' grep -q '"checked":2,"broken":1}' stats
run smlroute check
is_status 'check needs something to check' 2

# --- read again

config() {
	printf '{"arms":[{"name":"%s","weight":100}]}' "$1" >new.json
	mv new.json config.json
}

reloads() {
	config a
	begin --config config.json --stats stats
	echo '{"id":1}' >&7
	comes 1 || return
	config b
	kill -HUP "$pid"
	echo '{"id":2}' >&7
	comes 2 || return
	echo '{"arms":[' >config.json
	kill -HUP "$pid"
	echo '{"id":3}' >&7
	comes 3 || return
	config c
	kill -HUP "$pid"
	echo '{"id":4}' >&7
	end || return
	printf '%s\n' '{"id":1,"arm":"a"}' '{"id":2,"arm":"b"}' '{"id":3,"arm":"b"}' \
		'{"id":4,"arm":"c"}' | diff - out
}
ok 'SIGHUP reads the configuration again, between two records' reloads
ok 'a broken one is reported' grep -q \
	'^smlroute: warning: config.json:2:0: .*; the run goes on with what was read before' said
ok 'once, and nothing else' test "$(wc -l <said)" -eq 1
ok 'and counted' grep -q \
	'"reloads":2,"reloads_failed":1,"arms":{"a":1,"b":2,"c":1},' stats
models_come_and_go() {
	config a
	begin --config config.json --stats stats
	echo '{"id":1}' >&7
	comes 1 || return
	echo '{"x":2,"y":1}' | smllearn --learner sgd -q -y y -f x -m new.model || return
	echo '{"arms":[{"name":"a","weight":100,"model":"new.model"}],
		"shadows":[{"name":"s","model":"const:[]"}]}' >config.json
	kill -HUP "$pid"
	printf '%s\n' '{"x":0,"id":2}' '{"id":3,"x":0}' >&7
	comes 3 || return
	config a
	kill -HUP "$pid"
	echo '{"id":4}' >&7
	end || return
	diff - out <<-'EOT' && grep -q '"shadow_replies":2' stats
		{"id":1,"arm":"a"}
		{"x":0,"id":2,"arm":"a","prediction":0.01,"shadow":{"s":{"prediction":[]}}}
		{"id":3,"x":0,"arm":"a","prediction":0.01,"shadow":{"s":{"prediction":[]}}}
		{"id":4,"arm":"a","prediction":null}
	EOT
}
ok 'one with models brings predictions, and features that nobody read before' models_come_and_go
answers_come_first() {
	cat >slow <<-'EOT'
		while read -r line; do
			touch asked
			sleep 0.3
			echo 1
		done
	EOT
	echo '{"arms":[{"name":"a","weight":100,"model":"exec:sh slow"}]}' >config.json
	begin --config config.json
	echo '{"id":1}' >&7
	until [ -e asked ]; do
		sleep 0.01
	done
	echo '{"arms":[{"name":"b","weight":100,"model":"const:2"}]}' >config.json
	kill -HUP "$pid"
	echo '{"id":2}' >&7
	end || return
	printf '%s\n' '{"id":1,"arm":"a","prediction":1}' '{"id":2,"arm":"b","prediction":2}' | diff - out
}
ok 'what was asked before is answered by the old one first' answers_come_first
# A name that is in use; and a member of a plan that was refused.
declines() {
	config a
	begin --config config.json --as arm=prediction
	echo '{"id":1}' >&7
	comes 1 || return
	echo '{"arms":[{"name":"b","weight":100,"model":"const:2"}]}' >config.json
	kill -HUP "$pid"
	echo '{"id":2}' >&7
	comes 2 || return
	echo '{"arms":[{"name":"b","weight":100}],"shadows":[{"name":"s","model":"none"}]}' >config.json
	kill -HUP "$pid"
	echo '{"id":3,"shadow":0,"error":0}' >&7
	end || return
	diff - out <<-'EOT'
		{"id":1,"prediction":"a"}
		{"id":2,"prediction":"a"}
		{"id":3,"shadow":0,"error":0,"prediction":"a"}
	EOT
}
ok 'one whose members cannot be appended is not taken, and leaves nothing behind' declines
ok 'and is told of' grep -q 'two members would be named "prediction"; the run goes on with what was read before' said
pins_too() {
	echo '{"id":1,"arm":"a"}' >pins
	begin -a a=0 -a b=0 -a c=100 --pin pins
	echo '{"id":1}' >&7
	comes 1 || return
	echo '{"id":1,"arm":"b"}' >pins
	kill -HUP "$pid"
	echo '{"id":1}' >&7
	end || return
	printf '%s\n' '{"id":1,"arm":"a"}' '{"id":1,"arm":"b"}' | diff - out
}
ok 'pins are read again too' pins_too
hangs_up() {
	begin -a a=100
	echo '{"id":1}' >&7
	comes 1 || return
	kill -HUP "$pid"
	end
	[ $? -eq 129 ]
}
ok 'where nothing could be read again, SIGHUP ends the run' hangs_up

# Every record has the arm and the model of one and the same plan, and none is lost.
under_load() {
	plan_of 0
	begin --config config.json --stats stats
	cat users >&7
	comes 2000 || return
	{
		copies=1
		while [ ! -e enough ]; do
			cat users
			copies=$((copies + 1))
			sleep 0.01
		done
		cat users
		echo $((copies + 1)) >copies
	} >&7 &
	feeder=$!
	exec 7>&-
	i=0
	while [ $((i += 1)) -le "$times" ]; do
		plan_of "$i"
		kill -HUP "$pid" || break
	done
	touch enough
	wait $feeder && wait "$pid" || return
	for _ in $(seq "$(cat copies)"); do
		sed 's/}$//' users
	done >want
	sed 's/,"arm":"\(arm_[0-9]*\)","prediction":"\1"}$//' out | cmp want - && [ ! -s said ] &&
		grep -q "\"reloads\":[1-9][0-9]*,\"reloads_failed\":0,.*\"arm_$times\":" stats
}
plan_of() {
	printf '{"arms":[{"name":"arm_%s","weight":100,"model":"const:\\"arm_%s\\""}]}' "$1" "$1" >new.json
	mv new.json config.json
}
times=1000
[ -z "${SML_SHORT-}" ] || times=50
ok 'a configuration that changes all the time loses no record' under_load

# --- files

run_route -a a=50 -a b=50 --out b=b.out --shard 3 users
ok 'records of an arm go to its file' test "$(grep -c '"arm":"b"' b.out)" -eq "$(wc -l <b.out)"
ok 'the others go on' test "$(grep -c '"arm":"a"' .out)" -eq "$(wc -l <.out)"
ok 'none is lost' test $(($(wc -l <b.out) + $(wc -l <.out))) -eq 2000
route -a a=50 -a b=50 users >want
run_route -a a=50 -a b=50 --out b=all --out a=all users
ok 'arms may share a file' cmp want all
run timeout 15 smlroute -k id --shard 100000 --out-shard 'nowhere/%d' users
is_status 'so many files that they cannot be created are told of at once' 1
run_route --shard 3 --out-shard '%%-%02d' users
ok 'shards have files, numbered as asked' test -s %-00 -a -s %-01 -a -s %-02
ok 'of all records, unaltered' sh -c 'sort %-0? >is && sort users | cmp - is'
run_route --nodes 'x , y=3' --out-shard 'node-%s' users
ok 'or named' test "$(wc -l <node-x)" -lt "$(wc -l <node-y)" -a -s node-x
named_pipes() {
	rm -f fifo && mkfifo fifo
	wc -l <fifo >lines &
	route -a a=50 -a b=50 --out b=fifo users >rest && wait $! &&
		[ $(($(cat lines) + $(wc -l <rest))) -eq 2000 ]
}
ok 'a file may be a named pipe' named_pipes
reader_goes() {
	rm -f fifo && mkfifo fifo
	head -n 1 <fifo >/dev/null &
	for _ in $(seq 100); do
		cat users
	done | route -a a=50 -a b=50 --out b=fifo >rest 2>message
	[ $? -eq 1 ] && grep 'fifo: Broken pipe' message
}
ok 'whose reader must not go away' reader_goes
run_route -a a=100 --out a=/dev/full users
is_status 'a full disk is a failure' 1
is_err 'with the name of the file' '/dev/full: No space left'
run_route -q -a a=100 --exposure /dev/full users
is_status 'that of exposures too' 1
is_err 'with its name' '/dev/full: No space left'
run_route -a a=100 --out a=no/where users
is_status 'a folder that is not there is one' 1
is_err 'with its name' '^smlroute: --out no/where: No such file'

# The output is there as soon as the input pauses.
at_once() {
	rm exposed b.out
	begin -a a=0 -a b=100 --out b=b.out --exposure exposed --shadow s:const:1 --shadow-out shown
	echo '{"id":1}' >&7
	for _ in $(seq 3000); do
		[ -s exposed ] && [ -s b.out ] && [ -s shown ] && break
		sleep 0.01
	done
	[ -s exposed ] && [ -s b.out ] && [ -s shown ] && end
}
ok 'files are written before the next record is waited for' at_once

# --- the stream

run_route --control -a a=100 --stats stats <<-'EOT'
	{"$sml":"restore","id":4}
	{"id":1}
	{"$sml":"barrier","id":5}
	{"$sml":"model","name":"a"}
	{"id":2}
	{"$sml":"end"}
EOT
is_out 'control lines are forwarded in their place' <<-'EOT'
	{"$sml":"restore","id":4}
	{"id":1,"arm":"a"}
	{"$sml":"barrier","id":5}
	{"$sml":"model","name":"a"}
	{"id":2,"arm":"a"}
	{"$sml":"end"}
EOT
ok 'and no records' grep -q '"records":2,' stats
run_route -a 'a"\=50' -a b=50 --metrics m.prom -q users
ok '--metrics counts by arm' grep -qF 'sml_arm_records_total{tool="smlroute",run="m",arm="a\"\\"} ' \
	m.prom
terminated() {
	feed 100,TERM users smlroute -k id -a a=100 >is
	[ $? -eq 143 ] && diff - is <<-'EOT'
		{"id":"user_1","arm":"a"}
		{"id":"user_2","arm":"a"}
		{"id":"user_3","arm":"a"}
		{"id":"user_4","arm":"a"}
		{"id":"user_5","arm":"a"}
		{"id":"user_6","arm":"a"}
	EOT
}
ok 'SIGTERM ends the run behind a whole record' terminated

faulty short=1 smlroute -k id -a a=50 -a b=50 users
ok 'reads and writes of a byte change nothing' cmp want .out
allocations() {
	for _ in $(seq "$1"); do
		cat users
	done >copied
	faulty count="count.$1" smlroute -k id -a a=50 -a b=50 --gate 50 --exposure exposed copied
}
allocations 1
allocations 40
allocations 80
ok 'no record costs an allocation' cmp count.40 count.80
# One of the allocations is simdjson's own; if it fails, std::terminate ends the program.  Without a
# configuration, because jansson then blames its text.
says_that_memory_is_short() {
	head -n 3 users >three
	set -- -k id -a a=40 -a b=50 --salt s --method rendezvous --gate 50:x --holdout 5 --pin pins \
		--out a=a.out --nodes x,y --exposure exposed three
	echo '{"id":"user_2","arm":"a"}' >pins
	faulty count=all smlroute "$@"
	for i in $(seq "$(cat all)"); do
		faulty nomem="$i" smlroute "$@"
		[ "$(cat .status)" = 0 ] || grep -Eq 'out of memory|Cannot allocate memory|^terminate called' .err ||
			{ echo "allocation $i"; cat .err; return 1; }
	done
}
ok 'memory that is short is said, whenever it is' says_that_memory_is_short
plan
