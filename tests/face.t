#!/bin/sh
# What every tool, and each command of a tool, shows to users: --help, its page, completion, version,
# and refusals.
root=$(cd "${0%/*}/.." && pwd)
. "${0%/*}/lib.sh"

# The words of a text, one space between them.
words() { tr -s ' \n' ' ' | sed 's/^ //; s/ $//'; }

commands() { "$1" --help | sed -n '/^commands:$/,/^$/s/^  \([^ ][^ ]*\).*/\1/p'; }
# What --help says of the tool, and of each of its commands.
all_help() {
	"$1" --help
	for command in $(commands "$1"); do
		"$1" "$command" --help
	done
}

usage() { "$@" --help | awk '/^$/ { on = 0 } sub(/^usage: /, "") { on = 1 } on'; }
synopsis() {
	mandoc -Tascii -O width=1000 "$root/man/$1.1" | col -bx |
		sed -n '/^SYNOPSIS$/,/^[A-RT-Z]/{/^[A-Z]/d;p;}'
}
synopsis_is_usage() {
	usage "$1" | words >said
	synopsis "$1" | words >written
	[ -s said ] && diff written said
}
# The usage of the tool lists that of each command, in order; a usage without a command may come first.
usage_is_that_of_commands() {
	usage "$1" | words >said
	for command in $(commands "$1"); do
		usage "$1" "$command"
	done | words >written
	if ! [ -s written ] || ! grep -q "$(sed 's/[][*.]/\\&/g' written)\$" said; then
		diff written said
	fi
}

# The options as "-k, --key LIST", one a line: the tool's own, and those it shares.
own_options() {
	all_help "$1" | sed -n '/^usage:/,/^as in all/p' | options
}
shared_options() {
	all_help "$1" | sed -n '/^as in all/,/^$/p' | options
}
options() { sed -En 's/^ +(-., )?(--[^ ]+( [^ ]+)?).*/\1\2/p' | sort -u; }

# The page as HTML, each item of a list in a line of its own, without its SYNOPSIS.
page() {
	mandoc -Thtml -O fragment "$root/man/$1".[17] | tr -s ' \n' '  ' |
		sed 's/<h1[^>]*>/\n&/g; s/<dt[^>]*>/\n<dt>/g; s/<.dt>/&\n/g' |
		grep -v '^<h1[^>]*><a[^>]*>SYNOPSIS'
}
items() {
	page "$1" | sed -n 's/<[^>]*>//g; s/  */ /g; s/ | /|/g; s/ $//; /^-/p' | sort -u
}
page_lists_its_options() {
	own_options "$1" >own
	shared_options "$1" | sort -u own - >all
	items "$1" >written
	if ! [ -s own ] || [ -n "$(comm -23 own written; comm -23 written all)" ]; then
		diff written own
	fi
}

# All options that the page names, and all that exist: by the long name, or the letter if there is no other.
names() { sed 's/^-., //; s/ .*//' | sort -u; }
page_names_all_options() {
	{ own_options "$1"; shared_options "$1"; } >all
	sed -n 's/^\(-.\), .*/\1/p' all >letters
	names <all >said
	page "$1" | grep -o '<code class="Fl">[^<]*' | sed 's/.*>//' | sort -u >fl
	grep '^--' fl >written
	# -q names --quiet too.
	sed -n 's/^\(-.\), \(--[^ ]*\).*/\1 \2/p' all | while read -r letter long; do
		! grep -qx -e "$letter" fl || echo "$long"
	done >>written
	sort -u written | diff - said && ! grep -v '^--' fl | grep -vxFf letters
}

# Shared options are described where every page says; some tools have other letters.
sml_lists_what_is_shared() {
	for path in "$SML_BIN"/*; do
		shared_options "${path##*/}"
	done | sed 's/^-., //' | sort -u >said
	items sml | sed 's/^-., //' | sort -u >written
	diff written said
}

fits() { "$@" --help >help && ! grep -E '.{80}' help; }
prints_its_version() {
	[ "$("$@" --version)" = "$1 $(cat "$root/VERSION")" ]
}
# completes TOOL WORD... : the last word is completed to --help
completes() {
	"$1" --completion >completion && bash -n completion || return
	# shellcheck disable=SC2016 # the variables are the other shell's
	bash -c '. ./completion
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		"_$1" && [ "${COMPREPLY[*]}" = --help ]' bash "$@"
}
completes_commands() {
	"$1" --completion >completion || return
	# shellcheck disable=SC2016
	bash -c '. ./completion
		COMP_WORDS=("$1" "") COMP_CWORD=1
		"_$1" && printf "%s\n" "${COMPREPLY[@]}"' bash "$1" >said
	commands "$1" | diff - said
}
refuses() {
	"$@" --halp 2>refused
	[ $? -eq 2 ] && [ "$(cat refused)" = \
		"$1: unknown option --halp; did you mean --help? (see $* --help)" ]
}
# If a word cannot be an operand, it must be a command.
refuses_commands() {
	[ "$(usage "$1" | grep -c "^ *$1 ")" -gt "$(commands "$1" | wc -l)" ] && return
	for command in $(commands "$1"); do
		"$1" "${command}x" 2>refused
		[ $? -eq 2 ] && [ "$(cat refused)" = \
			"$1: unknown command ${command}x; did you mean $command? (see $1 --help)" ] || return
	done
	"$1" 2>refused
	[ $? -eq 2 ] && [ "$(cat refused)" = "$1: needs a command (see $1 --help)" ]
}
# misses_no_failed_write OPTION TOOL [COMMAND]
misses_no_failed_write() {
	option=$1
	shift
	"$@" "$option" >/dev/full 2>failed
	[ $? -eq 1 ] && grep -q "^$1: standard output: No space left" failed
}

# The checks of a tool and of each of its commands.
shows_itself() {
	ok "$*: --help fits a terminal of 80 columns" fits "$@"
	ok "$*: --version is that of the tree" prints_its_version "$@"
	ok "$*: bash completes its options" completes "$@" --hel
	ok "$*: a mistyped option exits 2 with the right one" refuses "$@"
	for answer in --help --version; do
		ok "$*: exits 1 where $answer cannot be written" misses_no_failed_write $answer "$@"
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
	shows_itself "$tool"
	ok "$tool: exits 1 where --completion cannot be written" \
		misses_no_failed_write --completion "$tool"
	for command in $(commands "$tool"); do
		shows_itself "$tool" "$command"
	done
	[ -n "$(commands "$tool")" ] || continue
	ok "$tool: its usage is that of its commands" usage_is_that_of_commands "$tool"
	ok "$tool: bash completes its commands" completes_commands "$tool"
	ok "$tool: a mistyped command exits 2 with the right one" refuses_commands "$tool"
done
if command -v mandoc >/dev/null; then
	ok 'sml(7) describes the options that are shared, and no other' sml_lists_what_is_shared
fi
# How a script begins: with a comment, or with the text of a Python module.
opens() {
	case $(head -n 1 "$1") in
	*python3) sed '1d; s/^"""\(.\)/\1/; /^"""$/,$d' "$1" ;;
	*) sed -n '2,/^set -/s/^# \{0,1\}//p' "$1" ;;
	esac
}
for script in "$root"/scripts/*; do
	[ -f "$script" ] || continue
	which=scripts/${script##*/}
	opens "$script" >header
	for option in -h --help; do
		run "$script" $option
		ok "$which $option prints what opens it, and runs nothing" same header
	done
	ok "$which says how it is used" grep -q "^usage: $which" header
done
plan
