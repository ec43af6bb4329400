#!/bin/sh
# The examples of the manual pages are run: "$ " is typed, "> " goes on, the rest must come out.
root=$(cd "${0%/*}/.." && pwd)
. "${0%/*}/lib.sh"

# Cuts a page into a command and its output each: 001.in, 001.out, 002.in …
cut_examples() {
	awk '
		/^\.Bd -literal/ { on = 1; next }
		/^\.Ed/ { on = 0 }
		!on { next }
		sub(/^\$ /, "") { name = sprintf("%03d", ++count); printf "" >(name ".out")
			print >(name ".in"); next }
		sub(/^> /, "") { print >(name ".in"); next }
		name { print >(name ".out") }'
}

# What mdoc writes otherwise than it looks.
unescape() { sed 's/\\e/\\/g; s/\\(dq/"/g; s/\\(aq/'"'"'/g; s/\\-/-/g; s/\\&//g' "$1"; }

# Alike in what comes out; where that is nothing, it must have gone well.
comes_out() { same "$1" && { [ -s "$1" ] || status_is 0; }; }

work=$PWD
for page in "$root"/man/*.[1-9]; do
	mkdir "$work/${page##*/}" && cd "$work/${page##*/}" || exit 1
	unescape "$page" | cut_examples
	for example in [0-9]*.in; do
		[ -e "$example" ] || continue
		run sh "$example"
		ok "${page##*/}: $(head -n 1 "$example" | tr -d '\134')" comes_out "${example%.in}.out"
	done
done
plan
