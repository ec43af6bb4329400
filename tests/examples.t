#!/bin/sh
# The examples of the manual pages and of the README are run, and must print what is shown.
# shellcheck disable=SC2154 # lib.sh's
root=$(cd "${0%/*}/.." && pwd)
. "${0%/*}/lib.sh"

# Cuts a page into commands and their outputs: 001.in, 001.out, 002.in … A command begins with "$ ";
# it goes on after a line that ends in | or \, and to the end of a here document.
cut_examples() {
	awk '
		/^\.Bd -literal/ { shown = 1; next }
		/^\.Ed/ { shown = more = 0; name = "" }
		!shown { next }
		sub(/^\$ /, "") { name = sprintf("%03d", ++count); printf "" >(name ".out"); more = 1 }
		name == "" { next }
		more { print >(name ".in") }
		!more { print >(name ".out"); next }
		here != "" { if ($0 == here) here = more = ""; next }
		match($0, /<<[^ ]+/) { here = substr($0, RSTART + 2, RLENGTH - 2)
			gsub(/\047/, "", here); next }
		{ more = /[|\\]$/ }'
}

# Characters that mdoc writes in another way than they look.
unescape() { sed 's/\\e/\\/g; s/\\(dq/"/g; s/\\(aq/'"'"'/g; s/\\-/-/g; s/\\&//g' "$1"; }

# Equal output; if there should be none, the command must have succeeded.
comes_out() { same "$1" && { [ -s "$1" ] || status_is 0; }; }

# Examples that need brokers run if a broker can be started; it has the topics.
needs_brokers() { grep -Eq 'smlkafka (consume|produce|lag|topics|offsets)|kafka:' "$1"; }
start_brokers() {
	[ -z "${KAFKA_BROKERS-}" ] || return 0
	why=$("$tests/servers/kafka" can 2>&1) || return
	"$tests/servers/kafka" start "$work/kafka" || exit 1
	KAFKA_BROKERS=$(cat "$work/kafka/address")
	export KAFKA_BROKERS
	for topic in clicks copy visits payments scored; do topic "$topic" 3; done
}

work=$PWD
unset KAFKA_BROKERS
for page in "$root"/man/*.[1-9]; do
	mkdir "$work/${page##*/}" && cd "$work/${page##*/}" || exit 1
	unescape "$page" | cut_examples
	for example in [0-9]*.in; do
		[ -e "$example" ] || continue
		name="${page##*/}: $(head -n 1 "$example" | tr -d '\134')"
		if needs_brokers "$example" && ! start_brokers && [ -z "${CI-}" ]; then
			skip "$name" "$why"
			continue
		fi
		run sh "$example"
		ok "$name" comes_out "${example%.in}.out"
	done
done
# Each recipe of the cookbook is a script for an empty folder, pasted with the indent that man(1)
# shows; "# " is what it prints.
mkdir "$work/recipes" && cd "$work/recipes" || exit 1
unescape "$root/man/sml-cookbook.7" | awk '
	/^\.Ss/ { name = sprintf("%02d", ++count); print substr($0, 5) >(name ".title")
		printf "" >(name ".out") }
	/^\.Bd -literal/ { shown = 1; next }
	/^\.Ed/ { shown = 0 }
	!shown { next }
	sub(/^# /, "") { print >(name ".out"); next }
	{ print "           " $0 >(name ".in") }'
for recipe in *.in; do
	recipe=$work/recipes/${recipe%.in}
	mkdir "$recipe" && cd "$recipe" || exit 1
	name="sml-cookbook.7: $(cat "$recipe.title")"
	if needs_brokers "$recipe.in" && ! start_brokers && [ -z "${CI-}" ]; then
		skip "$name" "$why"
		continue
	fi
	run timeout 300 sh "$recipe.in"
	ok "$name" same "$recipe.out"
done
[ -z "${KAFKA_BROKERS-}" ] || "$tests/servers/kafka" stop "$work/kafka"

# The first pipeline of the README is a script; "# " is what it prints.
mkdir "$work/README" && cd "$work/README" && ln -s "$root/tests" tests || exit 1
sed -n '/^A first pipeline/,/^The programs/s/^\t//p' "$root/README" >pasted
sed -n 's/^# //p' pasted >printed
run sh pasted
ok 'README: the first pipeline prints what is shown' same printed
ok 'README: and something is shown' [ -s printed ]
plan
