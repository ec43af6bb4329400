# Count and sum by user and minute, by regular expressions: quick as long as no string holds an
# escaped quote and no member of another object has one of these names.

match($0, /"user":"[^"]*"/) {
	user = substr($0, RSTART + 8, RLENGTH - 9)
	match($0, /"ts":[0-9]+/)
	minute = int(substr($0, RSTART + 5, RLENGTH - 5) / 60000)
	match($0, /"value":[-+.0-9eE]+/)
	value = substr($0, RSTART + 8, RLENGTH - 8)
	if (minute != current)
		flush()
	current = minute
	n[user]++
	total[user] += value
}

END { flush() }

function flush(user) {
	for (user in n)
		printf "{\"user\":\"%s\",\"minute\":%d,\"n\":%d,\"total\":%.17g}\n", user, current, n[user], total[user]
	split("", n)
	split("", total)
}
