# shellcheck shell=sh
# A run in the background, in: descriptor 7, out: the file out.
begin() {
	rm -f pipe
	: >out # it is counted in before the run opens it
	mkfifo pipe
	smlroute -k id "$@" <pipe >out 2>said &
	pid=$!
	exec 7>pipe
}
# Waits until there are so many lines.
comes() {
	for _ in $(seq 6000); do
		[ "$(wc -l <out)" -lt "$1" ] || return 0
		sleep 0.01
	done
	cat out said
	return 1
}
end() {
	exec 7>&-
	wait "$pid"
}
