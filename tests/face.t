#!/bin/sh
# What every tool shows of itself: --help, its page, completion, version, and how it refuses.
root=$(cd "${0%/*}/.." && pwd)
. "${0%/*}/lib.sh"

# The words of a text, one space between them.
words() { tr -s ' \n' ' ' | sed 's/^ //; s/ $//'; }

usage() { "$1" --help | awk '/^$/ { on = 0 } sub(/^usage: /, "") { on = 1 } on'; }
synopsis() {
	mandoc -Tascii -O width=1000 "$root/man/$1.1" | col -bx |
		sed -n '/^SYNOPSIS$/,/^[A-RT-Z]/{/^[A-Z]/d;p;}'
}
synopsis_is_usage() {
	usage "$1" | words >said
	synopsis "$1" | words >written
	[ -s said ] && diff written said
}

# The options as "-k, --key LIST", one a line: the tool's own, and those it shares.
own_options() {
	"$1" --help | sed -n '/^usage:/,/^as in all/p' | options
}
shared_options() {
	"$1" --help | sed -n '/^as in all/,$p' | options
}
options() { sed -En 's/^ +(-., )?(--[^ ]+( [^ ]+)?).*/\1\2/p' | sort; }

# The page as HTML, each item of a list in a line of its own, without its SYNOPSIS.
page() {
	mandoc -Thtml -O fragment "$root/man/$1".[17] | tr -s ' \n' '  ' |
		sed 's/<h1[^>]*>/\n&/g; s/<dt[^>]*>/\n<dt>/g; s/<.dt>/&\n/g' |
		grep -v '^<h1[^>]*><a[^>]*>SYNOPSIS'
}
items() {
	page "$1" | sed -n 's/<[^>]*>//g; s/  */ /g; s/ | /|/g; s/ $//; /^-/p' | sort
}
page_lists_its_options() {
	own_options "$1" >said
	items "$1" >listed
	shared_options "$1" | grep -vxFf - listed >written
	[ -s said ] && diff written said
}

# Every option that the page speaks of, and every one that there is, long or a letter alone.
names() { sed 's/^-., //; s/ .*//' | sort -u; }
page_names_all_options() {
	{ own_options "$1"; shared_options "$1"; } >all
	sed -n 's/^\(-.\), .*/\1/p' all >letters
	names <all >said
	page "$1" | grep -o '<code class="Fl">[^<]*' | sed 's/.*>//' | sort -u >fl
	grep '^--' fl >written
	# -q speaks of --quiet as well.
	sed -n 's/^\(-.\), \(--[^ ]*\).*/\1 \2/p' all | while read -r letter long; do
		! grep -qx -e "$letter" fl || echo "$long"
	done >>written
	sort -u written | diff - said && ! grep -v '^--' fl | grep -vxFf letters
}

# What any tool shares is described where every page says that it is.
sml_lists_what_is_shared() {
	for path in "$SML_BIN"/*; do
		shared_options "${path##*/}"
	done | sort -u >said
	items sml >written
	diff written said
}

fits() { "$1" --help >help && ! grep -E '.{80}' help; }
prints_its_version() {
	[ "$("$1" --version)" = "$1 $(cat "$root/VERSION")" ]
}
completes() {
	"$1" --completion >completion && bash -n completion || return
	# shellcheck disable=SC2016 # the variables are the other shell's
	bash -c '. ./completion
		COMP_WORDS=("$1" --he) COMP_CWORD=1
		"_$1" && [ "${COMPREPLY[*]}" = --help ]' bash "$1"
}
refuses() {
	"$1" --halp 2>refused
	[ $? -eq 2 ] && [ "$(cat refused)" = \
		"$1: unknown option --halp; did you mean --help? (see $1 --help)" ]
}
misses_no_failed_write() {
	for option in --help --version --completion; do
		"$1" $option >/dev/full 2>failed
		[ $? -eq 1 ] && grep -q "^$1: standard output: No space left" failed || return
	done
}

for path in "$SML_BIN"/*; do
	tool=${path##*/}
	if command -v mandoc >/dev/null; then
		ok "$tool: SYNOPSIS of the page is the usage of --help" synopsis_is_usage "$tool"
		ok "$tool: the page lists the tool's own options" page_lists_its_options "$tool"
		ok "$tool: the page names every option and no other" page_names_all_options "$tool"
	else
		skip "$tool: the page says what --help says" 'no mandoc'
	fi
	ok "$tool: --help fits a terminal of 80 columns" fits "$tool"
	ok "$tool: --version is that of the tree" prints_its_version "$tool"
	ok "$tool: bash completes its options" completes "$tool"
	ok "$tool: a mistyped option exits 2 with the right one" refuses "$tool"
	ok "$tool: exits 1 where help cannot be written" misses_no_failed_write "$tool"
done
if command -v mandoc >/dev/null; then
	ok 'sml(7) describes the options that are shared, and no other' sml_lists_what_is_shared
fi
plan
