/* The store on a Redis server: how it is opened and closed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/report/sig.h"
#include "store/redis/redis.h"

static int
redis_close(struct backend *b, struct err *err)
{
	struct redis *r = redis_of(b);

	(void)err;
	redis_scan_end(r);
	connection_close(&r->connection);
	stamp_close(&r->reader);
	if (r->fields != NULL)
		record_close(&r->record);
	fields_free(r->fields);
	buf_free(&r->head);
	buf_free(&r->names);
	buf_free(&r->stamps);
	prepared_free(&r->prepared);
	free(r);
	return 0;
}

static const struct backend_verbs verbs = {
	.close = redis_close,
	.submit = redis_submit,
	.release = redis_release,
	.watch = redis_watch,
	.ready = redis_ready,
	.sync = redis_sync,
	.scan = redis_scan,
	.next = redis_next,
	.sweep = redis_sweep,
	.drop = redis_drop,
	.latest = redis_latest,
	.raise_latest = redis_raise_latest,
	.bytes = redis_bytes,
};

/* Waits until the server is connected; for FAILURE_STOP.  Returns -1 with err. */
static int
await_server(struct redis *r, struct err *err)
{
	struct pollfd *fd;
	unsigned int n;
	int64_t left;
	int ms;

	while (r->connection.state != CONNECTION_UP) {
		connection_connect(&r->connection);
		redis_ready(&r->backend);
		if (r->connection.state == CONNECTION_BROKEN ||
		    connection_is_away(&r->connection)) {
			errno = EIO;
			*err = r->connection.why;
			return -1;
		}
		if (r->connection.state == CONNECTION_UP)
			return 0;
		n = redis_watch(&r->backend, &fd, &ms);
		/* There are no requests, so redis_watch does not say when to try again. */
		if (r->connection.state == CONNECTION_DOWN) {
			left = r->connection.retry - clock_monotonic();
			ms = left <= 0 ? 0 : (int)(left / 1000000 + 1);
		}
		if (sig_wait(fd, n, ms) == -1 && sig_came() != 0) {
			errno = EINTR;
			return err_unreachable(err,
			    "%s: stopped before the server was reachable", r->connection.name);
		}
	}
	return 0;
}

struct backend *
redis_backend(const char *url, const struct store_options *o, struct err *err)
{
	struct redis *r = calloc(1, sizeof(*r));
	int error;

	if (r == NULL) {
		err_memory(err);
		return NULL;
	}
	r->backend.verbs = &verbs;
	r->backend.rows = r->rows;
	r->options = o;
	r->prefix_len = strlen(o->prefix);
	r->layout = o->layout == LAYOUT_STRING ? &redis_string : &redis_hash;
	r->latest = r->raised = INSTANT_NONE;
	r->connection.name = url;
	r->connection.timeout = o->timeout;
	r->connection.probes = o->on_failure == FAILURE_DEFAULT;
	r->connection.store = r;
	r->connection.answer = redis_take_answer;
	if (connection_open(&r->connection, o->password_file, (unsigned int)o->depth, err) ==
		0 &&
	    r->layout->open(r, err) == 0) {
		redis_count_rows(r);
		if (o->on_failure != FAILURE_STOP || await_server(r, err) == 0)
			return &r->backend;
	}
	error = errno;
	(void)redis_close(&r->backend, NULL);
	errno = error;
	return NULL;
}
