# smlfeat_contract.sh - what every store promises; sourced behind lib.sh
#
#	contract KIND OPTIONS...	a store that keeps times: -s lmdb:features
#	contract_plain KIND OPTIONS...	one that does not: -s redis+unix:socket --layout string
#
# Each part works under a prefix of its own, so that the store may hold anything else. KIND is
# what the store is called in the names of the tests.

feat() {
	command=$1
	shift
	# shellcheck disable=SC2086 # words
	smlfeat "$command" $store --prefix "$prefix" "$@"
}
run_feat() {
	command=$1
	shift
	# shellcheck disable=SC2086 # words
	run smlfeat "$command" $store --prefix "$prefix" "$@"
}

# In any order where the store has none; the line that tells the latest time first.
dumped() { feat dump | LC_ALL=C sort; }

part() {
	prefix=$1:
	rm -f ./*.part
}

# Bytes, names and keys: for all stores.
contract_plain() {
	kind=$1
	shift
	store="$*"
	part bytes
	cat >bytes.part <<-'EOT'
		{"k":"a","int":4,"real":4.50,"exp":1E+2,"big":123456789012345678901234567890}
		{"k":"b","text":"\u00e9\n","raw":"é","t":true,"f":false,"e":"","o":{"x" : [1, {"y":null}]},"l":[ ]}
		{"k":"c","deep.name":1,"a/b":2,"":3,"q\"":4}
	EOT
	run_feat put -k k bytes.part
	ok "$kind: put passes records on as they are" same bytes.part
	sed 's/^{"k":\("[abc]"\),.*/{"k":\1}/' bytes.part >asked.part
	run_feat get -k k --nest f asked.part
	is_out "$kind: values come back as the bytes that were put" <<-'EOT'
		{"k":"a","f":{"features":{"big":123456789012345678901234567890,"exp":1E+2,"int":4,"real":4.50}}}
		{"k":"b","f":{"features":{"e":"","f":false,"l":[ ],"o":{"x" : [1, {"y":null}]},"raw":"é","t":true,"text":"\u00e9\n"}}}
		{"k":"c","f":{"features":{"":3,"a/b":2,"deep.name":1,"q\"":4}}}
	EOT
	echo '{"k":"c"}' >asked.part
	run_feat get -k k -f 'deep.name,a/b,q"' asked.part
	is_out "$kind: features are asked for by name, whatever is in it" <<-'EOT'
		{"k":"c","deep.name":1,"a/b":2,"q\"":4}
	EOT

	part keys
	cat >keys.part <<-'EOT'
		{"k":12,"v":1}
		{"k":"x y","v":2}
		{"k":true,"v":3}
		{"k":"\u0041","v":4}
		{"k":12345678901234567890123,"v":5}
	EOT
	run_feat put -q -k k keys.part
	is_status "$kind: keys may be any scalar" 0
	cat >asked.part <<-'EOT'
		{"k":"12"}
		{"k":1.2e1}
		{"k":"x y"}
		{"k":"true"}
		{"k":"A"}
		{"k":1234567890123456789012.3e1}
		{"k":"a"}
	EOT
	run_feat get -k k -f v --status s asked.part
	is_out "$kind: a key is its text, a number its value" <<-'EOT'
		{"k":"12","v":1,"s":"hit"}
		{"k":1.2e1,"v":1,"s":"hit"}
		{"k":"x y","v":2,"s":"hit"}
		{"k":"true","v":3,"s":"hit"}
		{"k":"A","v":4,"s":"hit"}
		{"k":1234567890123456789012.3e1,"v":5,"s":"hit"}
		{"k":"a","v":null,"s":"miss"}
	EOT
	cat >pair.part <<-'EOT'
		{"a":"x","b":{"c":1},"v":1}
		{"a":"x\"y","b":{"c":1.0},"v":2}
	EOT
	run_feat put -k a,b.c -f v pair.part
	sed 's/,"v".*/}/' pair.part >asked.part
	echo '{"k":"[\"x\",1]"}' >spelt.part
	run_feat get -k a,b.c -f v asked.part
	is_out "$kind: several fields make one key" <<-'EOT'
		{"a":"x","b":{"c":1},"v":1}
		{"a":"x\"y","b":{"c":1.0},"v":2}
	EOT
	run_feat get -k k -f v spelt.part
	is_out "$kind: which is a JSON array" <<-'EOT'
		{"k":"[\"x\",1]","v":1}
	EOT

	part defaults
	echo '{"k":"a","x":1,"y":2}' | feat put -q -k k
	printf '{"k":"%s"}\n' a b a >asked.part
	# A default with line breaks in it comes out on one line.
	run_feat get -k k -f x,z --default "$(printf 'z={\n\r"n": [1]}')" --default x=-1 --status s asked.part
	is_out "$kind: a default fills what is not there, and leaves the status alone" <<-'EOT'
		{"k":"a","x":1,"z":{"n":[1]},"s":"partial"}
		{"k":"b","x":-1,"z":{"n":[1]},"s":"miss"}
		{"k":"a","x":1,"z":{"n":[1]},"s":"partial"}
	EOT
	run_feat get -k k -f x,y --as x=one --nest in --status s asked.part
	is_out "$kind: what is appended can be renamed and nested" <<-'EOT'
		{"k":"a","in":{"one":1,"y":2,"s":"hit"}}
		{"k":"b","in":{"one":null,"y":null,"s":"miss"}}
		{"k":"a","in":{"one":1,"y":2,"s":"hit"}}
	EOT
	echo '{"k":"a","x":0,"w":1}' >taken.part
	run_feat get -k k -f x taken.part
	is_status "$kind: a name that is there already is refused" 1
	run_feat get -k k -f x --overwrite taken.part
	is_out "$kind: or replaced where it stands" <<-'EOT'
		{"k":"a","x":1,"w":1}
	EOT

	part bad
	cat >mixed.part <<-'EOT'
		{"k":"a","v":1}
		{"v":1}
		{"k":null,"v":1}
		{"k":"","v":1}
		{"k":[1],"v":1}
		{"k":"\ud800","v":1}
		{"k":"b","v":2}
		no JSON
		{"k":"c","v":3}
	EOT
	rm -f rejects.part
	run_feat put -k k --rejects rejects.part mixed.part
	is_status "$kind: bad keys go to --rejects" 3
	is_out "$kind: the others go on" <<-'EOT'
		{"k":"a","v":1}
		{"k":"b","v":2}
		{"k":"c","v":3}
	EOT
	sed 's/.*"line":\([0-9]*\),"byte":\([0-9]*\).*/\1 \2/; s/.*"line":\([0-9]*\).*/\1/' \
		rejects.part >lines.part
	printf '%s\n' 2 '3 6' '4 6' '5 6' '6 7' '8 1' >want.part
	ok "$kind: in order, with line and byte" diff want.part lines.part
	run_feat put -k k mixed.part
	is_status "$kind: without --rejects the run stops at the first" 1
	is_out "$kind: behind the one before" <<-'EOT'
		{"k":"a","v":1}
	EOT
	rm -f rejects.part
	run_feat get -k k -f v --rejects rejects.part mixed.part --overwrite
	is_out "$kind: get does the same" <<-'EOT'
		{"k":"a","v":1}
		{"k":"b","v":2}
		{"k":"c","v":3}
	EOT

	part one
	echo '{"k":"a","v":1}' | feat put -q -k k
	prefix=two:
	echo '{"k":"a","v":2}' | feat put -q -k k
	prefix=one:
	echo '{"k":"a"}' >asked.part
	run_feat get -k k -f v asked.part
	is_out "$kind: prefixes keep features apart" <<-'EOT'
		{"k":"a","v":1}
	EOT
	echo '{"k":"a"}' | feat del -q -k k
	run_feat get -k k -f v --status s asked.part
	is_out "$kind: del deletes an entity" <<-'EOT'
		{"k":"a","v":null,"s":"miss"}
	EOT

	part order
	seq 2000 | sed 's/.*/{"k":"key &","v":&}/' >many.part
	feat put -q -k k many.part
	seq 6000 | awk '{ print "{\"n\":" $1 ",\"k\":\"key " $1 * 7919 % 2500 "\"}" }' >asked.part
	seq 6000 | awk '{ k = $1 * 7919 % 2500; v = k >= 1 && k <= 2000 ? k : "null"
		print "{\"n\":" $1 ",\"k\":\"key " k "\",\"v\":" v "}" }' >want.part
	run_feat get -k k -f v asked.part
	ok "$kind: records stay in order" same want.part
	run_feat get -k k -f v --cache 500 --cache-for 1h asked.part
	ok "$kind: also with a cache" same want.part
}

# Times, deletions and what rests on them.
contract() {
	contract_plain "$@"
	part older
	cat >events.part <<-'EOT'
		{"k":"a","t":100,"x":1,"y":1}
		{"k":"a","t":90,"x":0,"z":0}
		{"k":"a","t":110,"y":2}
		{"k":"a","t":100,"x":3}
		{"k":"a","t":105,"y":1}
	EOT
	run_feat put -q -k k -t t --stats stats.part events.part
	ok "$kind: what is written and what is older is counted" \
		grep -q '"written":5,"older":2,"expired":0' stats.part
	echo '{"k":"a","t":200}' >asked.part
	run_feat get -k k -t t -f x,y,z asked.part
	is_out "$kind: an older event never overwrites; of equal times the last one wins" <<-'EOT'
		{"k":"a","t":200,"x":3,"y":2,"z":0}
	EOT
	run_feat put -q -k k -t t events.part
	run_feat get -k k -t t -f x,y,z asked.part
	is_out "$kind: a replay changes nothing" <<-'EOT'
		{"k":"a","t":200,"x":3,"y":2,"z":0}
	EOT

	part null
	cat >events.part <<-'EOT'
		{"k":"a","t":100,"x":1,"y":1}
		{"k":"a","t":120,"x":null}
		{"k":"a","t":110,"x":2}
	EOT
	feat put -q -k k -t t events.part
	echo '{"k":"a","t":200}' >asked.part
	run_feat get -k k -t t -f x,y --status s asked.part
	is_out "$kind: null deletes, a missing field leaves, and an older value stays away" <<-'EOT'
		{"k":"a","t":200,"x":null,"y":1,"s":"partial"}
	EOT
	echo '{"k":"a","t":130}' | feat del -q -k k -t t
	cat >events.part <<-'EOT'
		{"k":"a","t":125,"x":4,"new":4}
		{"k":"a","t":130,"z":5}
	EOT
	feat put -q -k k -t t events.part
	run_feat get -k k -t t -f x,y,z,new asked.part
	is_out "$kind: del speaks for every feature up to its time" <<-'EOT'
		{"k":"a","t":200,"x":null,"y":null,"z":5,"new":null}
	EOT
	echo '{"k":"a","t":140}' | feat del -q -k k -t t -f z
	run_feat get -k k -t t asked.part
	is_out "$kind: or for those it names" <<-'EOT'
		{"k":"a","t":200,"features":{}}
	EOT

	part status
	cat >events.part <<-'EOT'
		{"k":"a","t":1000,"x":1,"y":1}
		{"k":"b","t":1000,"x":1}
	EOT
	feat put -q -k k -t t --ttl 100ms --ttl-for y=50ms events.part
	cat >asked.part <<-'EOT'
		{"k":"a","t":1010}
		{"k":"a","t":1049}
		{"k":"a","t":1050}
		{"k":"a","t":1099}
		{"k":"a","t":1100}
		{"k":"b","t":1040}
		{"k":"b","t":1100}
		{"k":"c","t":1000}
	EOT
	run_feat get -k k -t t -f x,y --max-age 30ms --status s asked.part
	is_out "$kind: statuses; a feature has expired from its event's time and its ttl on" <<-'EOT'
		{"k":"a","t":1010,"x":1,"y":1,"s":"hit"}
		{"k":"a","t":1049,"x":1,"y":1,"s":"stale"}
		{"k":"a","t":1050,"x":1,"y":null,"s":"partial"}
		{"k":"a","t":1099,"x":1,"y":null,"s":"partial"}
		{"k":"a","t":1100,"x":null,"y":null,"s":"expired"}
		{"k":"b","t":1040,"x":1,"y":null,"s":"partial"}
		{"k":"b","t":1100,"x":null,"y":null,"s":"expired"}
		{"k":"c","t":1000,"x":null,"y":null,"s":"miss"}
	EOT

	part sweep
	cat >events.part <<-'EOT'
		{"k":"a","t":1000,"x":1,"y":1}
		{"k":"b","t":1040,"x":1}
		{"k":"c","t":1050}
		{"k":"d","t":1020,"x":null}
	EOT
	feat put -q -k k -t t --ttl 20ms --ttl-for y=0 events.part
	run_feat sweep
	is_out "$kind: sweep goes by the highest event time put" <<-'EOT'
		{"entities":1,"features":2,"misplaced":0}
	EOT
	dumped >dump.part
	cat >want.part <<-'EOT'
		{"key":"a","features":{"y":{"value":1,"time":"1970-01-01T00:00:01Z"}}}
		{"key":"b","features":{"x":{"value":1,"time":"1970-01-01T00:00:01.040Z","expires":"1970-01-01T00:00:01.060Z"}}}
		{"latest":"1970-01-01T00:00:01.040Z"}
	EOT
	ok "$kind: and leaves the rest" diff want.part dump.part
	run_feat sweep --now 1970-01-01T00:00:01.060Z
	is_out "$kind: or by --now" <<-'EOT'
		{"entities":1,"features":1,"misplaced":0}
	EOT
	run_feat scan
	is_out "$kind: scan writes what there is" <<-'EOT'
		{"key":"a","features":{"y":{"value":1,"time":"1970-01-01T00:00:01Z"}}}
	EOT

	# What expires at a time is there a nanosecond before it, and gone at that very time.
	part instant
	cat >events.part <<-'EOT'
		{"k":"mark","t":1000,"x":null}
		{"k":"value","t":1000,"x":1}
	EOT
	feat put -q -k k -t t --ttl 20ms events.part
	echo '{"k":"whole","t":1000}' | feat del -q -k k -t t --ttl 20ms
	just_before=1970-01-01T00:00:01.019999999Z due=1970-01-01T00:00:01.020Z
	counted() { feat stat --now "$1" | sed 's/.*"features":\([0-9]*,"deletions":[0-9]*,"expired":[0-9]*\).*/\1/'; }
	ok "$kind: a nanosecond before its time nothing has expired" \
		test "$(counted $just_before)" = '1,"deletions":2,"expired":0'
	ok "$kind: at its time it has" test "$(counted $due)" = '1,"deletions":2,"expired":2'
	run_feat scan --now $just_before
	ok "$kind: which scan goes by" test "$(wc -l <.out)" -eq 1
	run_feat scan --now $due
	is_out "$kind: exactly" </dev/null
	run_feat sweep --now $just_before
	is_out "$kind: a sweep a nanosecond before leaves values and marks of deletions" <<-'EOT'
		{"entities":0,"features":0,"misplaced":0}
	EOT
	run_feat sweep --now $due
	is_out "$kind: one at that time takes them" <<-'EOT'
		{"entities":3,"features":3,"misplaced":0}
	EOT
	echo '{"k":"age","t":1000,"x":1}' | feat put -q -k k -t t
	printf '{"k":"age","t":%s}\n' 1030000000 1030000001 >asked.part
	run_feat get -k k -t t --time-unit ns -f x --max-age 30ms --status s asked.part
	is_out "$kind: a value is stale only when it is older than --max-age" <<-'EOT'
		{"k":"age","t":1030000000,"x":1,"s":"hit"}
		{"k":"age","t":1030000001,"x":1,"s":"stale"}
	EOT

	part exact
	cat >events.part <<-'EOT'
		{"k":"a","t":"2026-01-01T00:00:00.000000001Z","x":1}
		{"k":"a","t":"2026-01-01T01:00:00+01:00","x":2}
		{"k":"b","t":"2262-04-11T23:47:16.854775807Z","x":3}
		{"k":"c","t":"1677-09-21T00:12:43.145224193Z","x":4}
	EOT
	feat put -q -k k -t t --ttl 1h events.part
	dumped >dump.part
	cat >want.part <<-'EOT'
		{"key":"a","features":{"x":{"value":1,"time":"2026-01-01T00:00:00.000000001Z","expires":"2026-01-01T01:00:00.000000001Z"}}}
		{"key":"b","features":{"x":{"value":3,"time":"2262-04-11T23:47:16.854775807Z"}}}
		{"key":"c","features":{"x":{"value":4,"time":"1677-09-21T00:12:43.145224193Z","expires":"1677-09-21T01:12:43.145224193Z"}}}
		{"latest":"2262-04-11T23:47:16.854775807Z"}
	EOT
	ok "$kind: times are exact to the nanosecond, over the whole calendar" \
		diff want.part dump.part

	part dump
	seq 3000 | awk '{ k = $1 * 7919 % 700; t = $1 * 104729 % 10000
		printf "{\"k\":\"k%d\",\"t\":%d,\"f%d\":%s}\n", k, t, $1 % 5,
			$1 % 11 ? $1 : "null" }' >events.part
	feat put -q -k k -t t --ttl 5s --ttl-for f0=0 events.part
	seq 50 | awk '{ printf "{\"k\":\"k%d\",\"t\":%d}\n", $1 * 3, $1 * 200 }' |
		feat del -q -k k -t t --ttl 9s
	dumped >dump.part
	prefix=other:
	feat load dump.part
	dumped >again.part
	ok "$kind: dump and load are the identity, deletions included" cmp dump.part again.part
	feat load dump.part
	dumped >again.part
	ok "$kind: also for what is there already" cmp dump.part again.part
	prefix=dump:
	ok "$kind: with deletions" grep -q '"deleted":.*"forgotten":' dump.part
	shuf --random-source=events.part dump.part >shuffled.part
	prefix=shuffled:
	feat load shuffled.part
	dumped >again.part
	ok "$kind: in any order of lines" cmp dump.part again.part

	part damaged
	cat >damaged.part <<-'EOT'
		{"key":"a","features":{"x":{"value":1,"time":"2026-01-01T00:00:00Z","expires":"2025-01-01T00:00:00Z"}}}
		{"key":"a","forgotten":"2026-01-01T00:00:00Z","features":{}}
		{"key":"a","deleted":"2026-01-01T00:00:00Z","features":{"x":{"value":1,"time":"2025-01-01T00:00:00Z"}}}
		{"key":"a","features":{"x":{"value":1,"time":"9999-01-01T00:00:00Z"}}}
		{"key":"a","features":{"x":{"value":1,"time":1}}}
		{"key":"a","features":[]}
		{"key":"","features":{}}
	EOT
	rm -f rejects.part
	run_feat load --rejects rejects.part damaged.part
	is_status "$kind: load refuses a line that no dump has" 3
	ok "$kind: each of them" test "$(wc -l <rejects.part)" -eq 7
	run_feat dump
	is_out "$kind: and stores nothing of it" </dev/null

	part writers
	seq 4000 | awk '{ k = $1 * 7919 % 300; t = ($1 * 104729 + 17) % 1000003
		if ($1 % 10 == 0) printf "{\"k\":\"k%d\",\"t\":%d,\"f%d\":null}\n", k, t, $1 % 4
		else printf "{\"k\":\"k%d\",\"t\":%d,\"f%d\":%d,\"f%d\":%d}\n",
			k, t, $1 % 4, $1, ($1 + 1) % 4, -$1 }' >events.part
	sort -t: -k3 -n events.part | feat put -q -k k -t t
	dumped >sorted.part
	prefix=shuffled-writers:
	for writer in 0 1 2 3; do
		awk "NR % 4 == $writer" events.part | shuf --random-source=events.part |
			feat put -q -k k -t t --depth 50 &
	done
	wait
	dumped >again.part
	ok "$kind: four writers at once, shuffled, store what one does in order" \
		cmp sorted.part again.part

	part paths
	echo '{"k":"a","t":1,"o":{"x":1,"y":[2,3]},"dotted.name":4}' >events.part
	feat put -q -k k -t t -f 'o.x,/o/y/1,dotted\.name' events.part
	echo '{"k":"a","t":1}' >asked.part
	run_feat get -k k -t t -f 'o.x,/o/y/1,dotted\.name' asked.part
	is_out "$kind: a feature has the name of its path" <<-'EOT'
		{"k":"a","t":1,"o.x":1,"/o/y/1":3,"dotted.name":4}
	EOT

	part control
	# shellcheck disable=SC2016 # no variable
	cat >control.part <<-'EOT'
		{"$sml":"begin"}
		{"k":"a","t":1,"v":1}
		{"$sml":"barrier","id":1}
		{"k":"a","t":2,"v":2}
		{"$sml":"watermark","ts":2}
		{"$sml":"end"}
	EOT
	run_feat put -k k -t t --control control.part
	ok "$kind: control lines stay in their place" same control.part
	feat put -k k -t t --control control.part |
		feat get --control -k k -t t -f v --as v=now >out.part
	sed 's/,"v":\([0-9]\)}/,"v":\1,"now":2}/' control.part >want.part
	ok "$kind: what a put has passed on a get finds" diff want.part out.part
	seq 500 | sed 's/.*/{"k":"n&","t":&,"v":&}/' | feat put -k k -t t |
		feat get --control -k k -t t -f v --as v=now >out.part
	seq 500 | sed 's/.*/{"k":"n&","t":&,"v":&,"now":&}/' | diff - out.part >want.part
	ok "$kind: each of them" cmp want.part /dev/null
}
