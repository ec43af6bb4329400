#!/bin/sh
# Records as they go through a tool: lines, limits, bad ones, members added; sml-record(5).
# What is JSON and which value a path names is in unit/record.c.
#
# SML_SHORT=1: short inputs, for valgrind.
. "${0%/*}/lib.sh"

echo_() { run smlecho -k k "$@"; }

# bytes NAME WANT GOT [OPTION...]: a record becomes this one
bytes() {
	that=$1 want=$2
	printf '%s\n' "$3" >in
	shift 3
	echo_ "$@" in
	printf '%s\n' "$want" >.want
	ok "$that" same .want
}

# --- what goes through untouched

bytes 'order, spellings, escapes and white space stay' \
	'{ "b" :	[1.00,-0,1E+2 , "\u00e9\/"],"k"  : "x" , "a":{ } ,"nth":1}' \
	'  { "b" :	[1.00,-0,1E+2 , "\u00e9\/"],"k"  : "x" , "a":{ } }	 '
bytes 'so do numbers that fit no double, and lone surrogates' \
	'{"k":1,"n":[1e999,-123456789012345678901234567890,0.1e-9999],"s":"\ud800 \udfff\ud800","nth":1}' \
	'{"k":1,"n":[1e999,-123456789012345678901234567890,0.1e-9999],"s":"\ud800 \udfff\ud800"}'
bytes 'and names that occur twice' '{"k":1,"a":1,"a":2,"k":3,"nth":1}' '{"k":1,"a":1,"a":2,"k":3}'
bytes 'and U+0000' '{"k":"\u0000","\u0000":1,"nth":1}' '{"k":"\u0000","\u0000":1}'

# --- members added

bytes 'into an empty object' '{"nth":1}' '{}' --default k=1
bytes 'into one with a space in it' '{ "nth":1}' '{ }' --default k=1
bytes 'renamed' '{"k":1,"n\"th":1}' '{"k":1}' --as 'n"th'
bytes 'one of two renamed' '{"k":2,"nth":1,"x":4}' '{"k":2}' --twice k --as twice=x
bytes 'into an object of their own' '{"k":2,"e":{"nth":1,"twice":4}}' '{"k":2}' --twice k --nest e
bytes 'into an empty one' '{"e":{"nth":1}}' '{}' --default k=1 --nest e
bytes 'over a value where it stands' '{ "nth" : 1 ,"k":2}' '{ "nth" : {"a":[]} ,"k":2}' --overwrite
bytes 'over two, in the order of the record' '{"twice":4,"x":0,"nth":1,"k":2}' \
	'{"twice":"}","x":0,"nth":null,"k":2}' --overwrite --twice k
bytes 'over one, and one behind' '{"twice":4,"k":2,"nth":1}' '{"twice":0,"k":2}' --overwrite --twice k
bytes 'over an object' '{"e":{"nth":1},"k":2}' '{"e":[1,{"nth":5}],"k":2}' --overwrite --nest e
bytes 'over the field that is read' '{"k":1,"v":6,"nth":1}' '{"k":1,"v":3}' --overwrite --twice v \
	--as twice=v
bytes 'over the last of equal names, which counts' '{"nth":7,"k":1,"nth":1}' '{"nth":7,"k":1,"nth":8}' \
	--overwrite
bytes 'over a name with escapes' '{"\u006eth":1,"k":1}' '{"\u006eth":8,"k":1}' --overwrite
bytes 'a name below is another' '{"k":1,"a":{"nth":1},"nth":1}' '{"k":1,"a":{"nth":1}}'
bytes 'a field that has its value by default is none of the record' '{"k":1,"nth":1,"v":6}' \
	'{"k":1}' --overwrite --twice v --as twice=v --default v=3
bytes 'nor one in the way of others' '{"k":1,"nth":1,"v":6}' '{"k":1}' --twice v --as twice=v \
	--default v=3
bytes 'but null by default is a member' '{"k":1,"v":6,"nth":1}' '{"k":1,"v":null}' --overwrite \
	--twice v --as twice=v --default v=3

# refused NAME REGEX RECORD [OPTION...]: a bad record, for this reason at this byte
refused() {
	that=$1 why=$2
	printf '%b\n' "$3" >in
	shift 3
	echo_ "$@" in
	is_status "$that: refused" 1
	is_err "$that: the message" "^smlecho: in:1:$why"
	ok "$that: nothing comes out" test ! -s .out
}
taken='1: the record has a member "nth" already: --overwrite replaces it'
refused 'a name that is there' "$taken" '{"k":1,"nth":null}'
refused 'a name that is there, escaped' "$taken" '{"k":1,"n\\u0074h":0}'
refused 'a name that is there, as the object for all' '1: .*"e" already' '{"k":1,"e":0}' --nest e
refused 'null in the way of a value by default' '1: .*"v" already' '{"k":1,"v":null}' --twice v \
	--as twice=v --default v=3

# --- what is a bad record

refused 'no object' '1: a record is a JSON object' '[{"k":1}]'
refused 'a number' '2: a record is a JSON object' ' 12'
refused 'two objects' '9: there is more after the record' '{"k":1} {"k":1}'
refused 'an object that is cut' '6: the line ends where a value is expected' '{"k":'
refused 'a string that is cut' '6: the string has no end' '{"k":"x'
refused 'a control character' '8: a control character must be escaped' '{"k":"x\001"}'
refused 'Latin-1' '8: not UTF-8' '{"k":"x\0351"}'
refused 'a surrogate in UTF-8' '7: not UTF-8' '{"k":"\0355\0240\0200"}'
refused 'a byte-order mark that is not at the start' '2: a record is' ' \0357\0273\0277{"k":1}'
refused 'a lone surrogate where text is needed' '8: a lone surrogate' '{"k":"x\\udc00"}'
refused 'a number too large where one is needed' '12: the number is too large' '{"k":1,"v":1e309}' \
	--twice v
refused 'text where a number is needed' '12: a number is needed, not a string' '{"k":1,"v":"1"}' \
	--twice v
refused 'a missing key' ' the key is missing' '{"v":1}'
refused 'a key that is null' '6: ' '{"k":null}'

nested() { printf '{"k":1,"v":%s1%s}' "$(printf "%$1s" | tr ' ' '[')" "$(printf "%$1s" | tr ' ' ']')"; }
nested 999 >in
echo_ in
is_status 'a record nested 1000 levels deep is accepted' 0
nested 1000 >in
echo_ in
is_status 'a deeper one is not' 1
is_err 'and the byte is that of the level too many' '^smlecho: in:1:1011: nested deeper than --max-depth 1000'
nested 9999 >in
echo_ --max-depth 10000 in
is_status 'unless --max-depth says so' 0
echo '{"k":1,"v":{}}' >in
echo_ --max-depth 2 in
is_status 'as few levels as one likes' 0
echo_ --max-depth 1 in
is_status 'and no more' 1

# --- lines

printf '\357\273\277{"k":1}\r\n\n \t \r\n{"k":1}\r\n{"k":1}' >in
echo_ in
is_out 'a mark at the start, CR LF, blank lines, no last newline: accepted, not passed on' <<'EOT'
{"k":1,"nth":1}
{"k":1,"nth":2}
{"k":1,"nth":3}
EOT
printf '\n \n\r\n{"k":}\n' >in
echo_ in
is_err 'blank lines count in line numbers' '^smlecho: in:4:6: '
printf '{"k":1}\n\357\273\277{"k":1}\n' >in
echo_ in
is_err 'a mark before another line makes a bad record' '^smlecho: in:2:1: '
printf '\357\273\277\357\273\277{"k":1}\n' >in
echo_ in
is_err 'two marks too' '^smlecho: in:1:1: '
for part in '\357' '\357\273'; do
	printf '%b' "$part" >in
	echo_ in
	is_err 'a mark that is cut is none' '^smlecho: in:1:1: .*(UTF-8|JSON)'
done
printf '\357\273\277' >in
echo_ in
is_status 'a mark alone is an empty input' 0
: >in
echo_ in
is_status 'so is an empty file' 0
is_out 'without a record' </dev/null

# of BYTES: makes a record of so many bytes
of() { printf '{"k":1,"x":"%s"}' "$(head -c $(($1 - 14)) /dev/zero | tr '\0' x)"; }
printf '%s' "$(of 100)" >exact
printf '%s' "$(of 101)" >over
for ending in 'none:' 'LF:\n' 'CR LF:\r\n' 'CR:\r'; do
	end=${ending#*:} shown=${ending%:*}
	{ cat exact && printf '%b' "$end"; } >in
	echo_ --max-line 100 in
	is_status "a line of --max-line bytes, ending $shown, is accepted" 0
	{ cat over && printf '%b' "$end{\"k\":1}\n"; } >in
	echo_ --max-line 100 in
	is_err "one more, ending $shown, is not" '^smlecho: in:1(:1)?: the line is longer than --max-line 100: give a larger one, or, for a JSON array, make lines of it by jq -c .\.\[\].; --rejects FILE sets it aside$'
	rm -f rejects
	echo_ --max-line 100 --rejects rejects in
	case $end in
	*n)
		is_out 'and goes to --rejects, alone' <<'EOT'
{"k":1,"nth":1}
EOT
		jq -rj .raw.base64 rejects | base64 -d >back
		ok 'which gives its bytes back, without the ending' cmp back over
		;;
	esac
done
head -c 300 /dev/zero | tr '\0' ' ' >in
echo_ --max-line 100 in
is_status 'a blank line may be as long, and no longer' 1

# Lines at the ends of blocks of 256 KiB: of many lengths, long ones among them.
more='1000000 262144 700000'
[ -z "${SML_SHORT-}" ] || more=
long_lines() {
	rm -f want.rejects
	{
		for n in 262143 40 262144 100 262145 262131 524288 $more; do
			printf '%s\r\n{"k":2}\n' "$(of "$n")"
		done
		of 300000
	} >in
	for most in 262144 262143 299999; do
		rm -f rejects
		echo_ --max-line $most --rejects rejects in
		awk -v most=$most '{ sub(/\r$/, "") } length <= most {
			sub(/}$/, ",\"nth\":" ++n[substr($0, 1, 6)] "}"); print
		}' in >want
		cmp want .out || return 1
		awk -v most=$most '{ sub(/\r$/, "") } length > most' in >want
		jq -r '.raw.base64 | @base64d' rejects >back
		cmp want back || return 1
		jq .line rejects >back
		awk -v most=$most '{ sub(/\r$/, "") } length > most { print NR }' in >want
		cmp want back || return 1
	done
}
ok 'lines longer than a block, and than --max-line, at all places of a block' long_lines

# One bad line among good ones: only that line is refused, though its block cannot be indexed.
spoilt() {
	awk -v n="${SML_SHORT:+300}" 'BEGIN {
		for (i = 1; i <= (n ? n : 9000); i++)
			printf "{\"k\":1,\"i\":%d,\"text\":\"%s\"}\n", i, i % 7 ? "ab" : "\\\"}\\n{"
	}' >good
	echo_ good
	cp .out want
	lines=$(wc -l <good)
	ends="1 $lines"
	[ -z "${SML_SHORT-}" ] || ends=
	for bad in '{"k":1,"x":"no end}' '{"k":"\0377"}' '{"k":"\001"}' '"' '{"k":"\\"}' '\0302'; do
		for at in $((lines / 2)) $ends; do
			{ head -n $((at - 1)) good; printf '%b\n' "$bad"; tail -n +"$at" good; } >in
			rm -f rejects
			echo_ --rejects rejects in
			[ "$(cat .status)" -eq 3 ] && cmp want .out || return 1
			jq -es "length == 1 and .[0].line == $at and .[0].byte > 0" rejects || return 1
		done
	done
}
ok 'a line that spoils a block for the first stage is the only one that is rejected' spoilt

printf '%b' '\0357\0273\0277{"k":1}\r\n\n{"k":"\\u0061"}\n{"k":"a","x":"' >in
head -c 120 /dev/zero | tr '\0' y >>in
printf '%b' '"}\r\nbad\n{"k":"\0303\0251"}' >>in
rm -f rejects
echo_ --max-line 100 --rejects rejects in
cp .out plain && cp rejects plain.rejects
pieces() {
	for n in 1 2 3 7; do
		rm -f rejects
		faulty short=$n smlecho -k k --max-line 100 --rejects rejects in
		cmp .out plain && cmp rejects plain.rejects || return 1
		rm -f rejects
		faulty short=$n,eintr=2 smlecho -k k --max-line 100 --rejects rejects in
		cmp .out plain && cmp rejects plain.rejects || return 1
	done
}
ok 'the same bytes however the input is cut into reads' pieces

# --- what goes to --rejects

{
	printf 'plain "quoted" \\ back\ttab\n'
	printf '{"k":"\303\251"\n'
	printf 'latin \351\n'
	printf '{"k":null}\r\n'
} >in
rm -f rejects
echo_ --rejects rejects in
is_status 'rejected records tell by the exit status' 3
ok 'they come back as they were' test "$(jq -r '.raw | strings' rejects)" = \
	"$(grep -av latin in | tr -d '\r')"
ok 'bytes that are no text by base64' test "$(jq -r '.raw.base64? // empty' rejects | base64 -d | od -c)" = \
	"$(printf 'latin \351' | od -c)"
ok 'with source, line and byte' jq -es 'map([.source, .line]) == [["in",1],["in",2],["in",3],["in",4]]' rejects

# --- what is no record is told what it is

# seems NAME REGEX INPUT: the message of this input, a string of printf
seems() {
	# shellcheck disable=SC2059 # its escapes are meant
	printf "$3" >in
	echo_ in
	is_err "$1" "$2"
}
seems 'CSV' '^smlecho: in:1:1: .*; CSV, it seems: mlr --icsv --ojsonl cat' 'k,n\n1,2\n'
seems 'tab-separated' 'tab-separated, it seems: mlr --itsv --ojsonl cat' 'k\tn\n1\t2\n'
seems 'gzip' 'not UTF-8; gzip, it seems: zcat' '\037\213\010\n'
seems 'zstd' 'zstd, it seems: zstdcat' '\050\265\057\375\n'
seems 'UTF-16' 'UTF-16, it seems: iconv -f UTF-16 -t UTF-8' '\377\376{\000\n'
seems 'UTF-16 without a mark' 'UTF-16, it seems: iconv -f UTF-16LE -t UTF-8' '{\000"\000\n'
seems 'an array' "a JSON array, it seems: jq -c '.\[\]' makes lines of its elements" '[{"k":1}]\n'
seems 'one over several lines' 'JSON over several lines, it seems: jq -c' '{\n"k":1\n}\n'
seems 'NaN' 'in:1:12: a value is expected here; JSON has no NaN' '{"k":1,"v":NaN}\n'
seems "Python's None" 'in:1:6: .*; Python, it seems: json.dumps' '{"k":None}\n'
printf '{"k":1,"v":"12"}\n' >in
echo_ --twice v in
is_err 'a number in quotes' "in:1:12: a number is needed, not a string; its quotes are taken off by jq -c '.FIELD \|= tonumber'"
printf '{"n":"%0100d","k":null,"m":"%0100d"}\n' 0 0 >in
echo_ in
is_err 'a bad record is shown, with the way to go on' \
	'^smlecho: in:1:113: a key is a string, .* not null; in …0+","k":null,"m":"0+… \(--rejects FILE sets such records aside\)$'
echo_ --rejects rejects in
ok 'but not where it goes there' test ! -s .err
printf '{"k":"\342\200\256"}x\n' >in
echo_ in
is_err 'what would turn the message around is not printed' 'in \{"k":"\\xe2\\x80\\xae"\}x'

# --- paths and options

bytes 'a member of the whole name is found where none is nested' '{"k":1,"a.b":2,"nth":1,"twice":4}' \
	'{"k":1,"a.b":2}' --twice a.b
echo_ --default k=1 --default k=2 in
is_err 'a field has one default' 'the field k has two defaults \(see smlecho --help\)'
echo_ --as nth=a --as nth=b in
is_err 'a member has one new name' '^smlecho: --as renames a member twice: nth=b'
bytes 'blanks around a name are no part of it' '{"k":1,"nth":1,"twice":2}' '{"k":1}' --twice ' k '
bytes 'an empty name is one' '{"k":1,"":{"nth":1}}' '{"k":1}' --nest ''
plan
