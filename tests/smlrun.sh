# smlrun.sh - what tests of smlrun share, after lib.sh:	. "$tests/smlrun.sh"

# Two stages, each with a state; and what they make without smlrun.
pipeline='smlecho -k k --state $SML_STATE/a | smlecho -k k --as again --state $SML_STATE/b'
piped() { smlecho -k k | smlecho -k k --as again; }

# refused REASON OPTION...: this is wrong usage
refused() {
	reason=$1
	shift
	run smlrun --state no "$@" -- cat
	ok "refused: $*" status_is 2
	is_err 'for a reason' "$reason"
}

# dies: makes ./dies, a stage that kills itself at the 70th line of its first start
dies() {
	cat >dies <<'END'
#!/bin/sh
exec perl -pe 'BEGIN { $| = 1; $first = !-e "died"; } if ($first && $. == 70) { open my $f, ">", "died"; kill 9, $$ }'
END
	chmod +x dies
}

# killed_mix LEAST OPTION...: runs of topic mix into out are killed at one step after another; what comes in between
# (mixed) is older than what was read. $last is the last record then.
killed_mix() {
	least=$1 last=2000 died=0 step=2
	shift
	while
		faulty "kill=$step,in=smlrun" smlrun --state dir --from kafka:mix --to out -e --every 40 --snapshot-every 5 "$@" -- "$pipeline"
		status_is 137 >/dev/null
	do
		died=$((died + 1)) step=$((step + ${SML_EVERY:-5}))
		mixed mix $((last + 1)) $((last + 20)) $((died % 2 * 50000))
		last=$((last + 20))
		jq -r '.last.written' dir/commit >written 2>/dev/null || continue
		head -c "$(cat written)" out >"before.$died"
	done
	ok "runs are killed ($died)" test $died -ge "$least"
}
# held: what was committed at each of those kills is there now
held() {
	for f in before.*; do head -c "$(wc -c <"$f")" out | cmp - "$f" || return; done
	rm before.*
}
