/* When batches go. */
#include <sys/eventfd.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "produce/linger.h"

enum {
	LOOK = 1,   /* ms: how often we look while records are out */
	THIN = 100, /* records that came since: fewer fill no batch in good time */
	AWAY = 1000 /* ms: without an answer for so long, there is no hurry */
};
static const int64_t ms = 1000000; /* ns */

static void
watch(struct lingering *l, int wait)
{
	l->looking = wait != -1;
	stream_watch(l->delivery->stream, &l->answers, 1, wait);
}

int
linger_open(struct lingering *l, struct delivery *d, struct err *err)
{
	static const uint64_t one = 1;
	rd_kafka_queue_t *queue;

	*l = (struct lingering){ .delivery = d, .answers = { .events = POLLIN } };
	l->answers.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->answers.fd == -1)
		return err_set(err, NULL, "eventfd: %s", strerror(errno));
	queue = rd_kafka_queue_get_main(d->client->handle);
	rd_kafka_queue_io_event_enable(queue, l->answers.fd, &one, sizeof one);
	rd_kafka_queue_destroy(queue);
	watch(l, -1);
	return 0;
}

void
linger_close(struct lingering *l)
{
	if (l->delivery != NULL)
		(void)close(l->answers.fd);
	*l = (struct lingering){ 0 };
}

void
linger_taken(struct lingering *l)
{
	l->taken++;
	if (!l->looking)
		watch(l, 0);
}

void
linger_ready(struct lingering *l)
{
	struct delivery *d = l->delivery;
	int64_t time = clock_monotonic();
	bool away = time - d->heard >= AWAY * ms;
	uint64_t told;

	(void)!read(l->answers.fd, &told, sizeof told);
	delivery_serve(d, 0);
	if (d->out > 0 && !d->over && away)
		delivery_check(d);
	else if (d->out > 0 && !d->over && time - l->looked >= LOOK * ms) {
		if (l->taken < THIN)
			delivery_send_on(d);
		l->taken = 0;
		l->looked = time;
	}
	watch(l, d->out == 0 ? -1 : away ? AWAY : LOOK);
}
