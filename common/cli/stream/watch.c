/* Waits for the input and for whatever else a tool watches. */
#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "cli/report/sig.h"
#include "cli/stream/watch.h"

enum { MS = 1000000 };	/* ns */
enum { WHEN_IDLE = 1 }; /* an alarm that goes off when there is nothing to read */

void
watch_set(struct watch *w, struct pollfd *fds, unsigned int n, int ms)
{
	assert(n <= WATCH_MAX);
	*w = (struct watch){ fds, n, 0 };
	if (ms >= 0)
		w->alarm = ms == 0 ? WHEN_IDLE : clock_monotonic() + (int64_t)ms * MS;
}

/* Returns how many ms are left until the alarm, rounded up; -1: there is none. */
static int
left(const struct watch *w)
{
	int64_t ns;

	if (w->alarm == 0)
		return -1;
	if (w->alarm == WHEN_IDLE)
		return 0;
	ns = w->alarm - clock_monotonic();
	return ns <= 0 ? 0 : (int)((ns + MS - 1) / MS);
}

bool
watch_look(struct watch *w, int fd, int ms, bool *readable)
{
	int alarm = left(w);
	struct pollfd fds[1 + WATCH_MAX];
	int ready;

	fds[0] = (struct pollfd){ .fd = fd, .events = POLLIN };
	if (w->count > 0)
		memcpy(fds + 1, w->fds, w->count * sizeof *fds);
	if (ms < 0 || (alarm >= 0 && alarm < ms))
		ms = alarm;
	ready = sig_wait(fds, 1 + w->count, ms);
	*readable = ready > 0 && fds[0].revents != 0;
	for (unsigned int i = 0; i < w->count; i++)
		w->fds[i].revents = ready > 0 ? fds[1 + i].revents : 0;
	if (left(w) == 0 && !(*readable && w->alarm == WHEN_IDLE)) {
		w->alarm = 0;
		return true;
	}
	return ready > (*readable ? 1 : 0);
}
