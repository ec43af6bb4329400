/* Decides when batches are sent. */
#include <sys/eventfd.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "produce/batching.h"

enum {
	LOOK = 1,   /* ms: how often we look while records wait for answers */
	THIN = 100, /* records since the last look: fewer will not fill a batch soon */
	AWAY = 1000 /* ms: if no answer has come for so long, there is no hurry */
};
static const int64_t ms = 1000000; /* ns */

static void
watch(struct batching *b, int wait)
{
	b->looking = wait != -1;
	stream_watch(b->delivery->stream, &b->answers, 1, wait);
}

int
batching_open(struct batching *b, struct delivery *d, struct err *err)
{
	static const uint64_t one = 1;
	rd_kafka_queue_t *queue;

	*b = (struct batching){ .delivery = d, .answers = { .events = POLLIN } };
	b->answers.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (b->answers.fd == -1)
		return err_set(err, NULL, "eventfd: %s", strerror(errno));
	queue = rd_kafka_queue_get_main(d->client->handle);
	rd_kafka_queue_io_event_enable(queue, b->answers.fd, &one, sizeof one);
	rd_kafka_queue_destroy(queue);
	watch(b, -1);
	return 0;
}

void
batching_close(struct batching *b)
{
	if (b->delivery != NULL)
		(void)close(b->answers.fd);
	*b = (struct batching){ 0 };
}

void
batching_taken(struct batching *b)
{
	b->taken++;
	if (!b->looking)
		watch(b, 0);
}

void
batching_ready(struct batching *b)
{
	struct delivery *d = b->delivery;
	int64_t time = clock_monotonic();
	bool away = time - d->heard >= AWAY * ms;
	uint64_t told;

	(void)!read(b->answers.fd, &told, sizeof told);
	delivery_serve(d, 0);
	if (d->out > 0 && !d->over && away)
		delivery_check(d);
	else if (d->out > 0 && !d->over && time - b->looked >= LOOK * ms) {
		if (b->taken < THIN)
			delivery_send_on(d);
		b->taken = 0;
		b->looked = time;
	}
	watch(b, d->out == 0 ? -1 : away ? AWAY : LOOK);
}
