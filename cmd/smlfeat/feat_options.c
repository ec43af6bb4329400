/* Reads the options of all commands. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "feat_options.h"

static const int64_t second = 1000000000;

void
options_begin(struct feat_options *o)
{
	*o = (struct feat_options){
		.common.timeout = 5 * second,
		.store.prefix = "features:",
		.store.map_size = (uint64_t)64 << 30,
		.store.cache_for = second,
		.now = INSTANT_NONE,
	};
}

/* Reads a time by RFC 3339, or a number in --time-unit. */
static int64_t
read_now(const struct common *c)
{
	/* a copy, because --now must not decide the unit of the records */
	struct time_field field = c->times;
	struct err err;
	int64_t ns;

	field.format = NULL;
	if (time_field_text(&field, c->now, strlen(c->now), &ns, &err) == 0)
		return ns;
	opt_usage(c, "--now is a time like 2026-01-31T12:00:00Z, or a number, not \"%s\": %s",
	    c->now, err.text);
}

static int64_t
read_server_ttl(const struct feat_options *o)
{
	struct err err;
	int64_t ns;

	if (o->server_ttl == NULL)
		return -1;
	if (strcmp(o->server_ttl, "0") == 0)
		return 0;
	if (duration_read(o->server_ttl, NULL, &ns, &err) == -1)
		opt_usage(&o->common, "--server-ttl: %s, not \"%s\"", err.text, o->server_ttl);
	return ns;
}

static void
tell(void *diag, const char *what)
{
	diag_warn(diag, NULL, "%s", what);
}

void
options_settle(struct feat_options *o)
{
	o->store.tell = tell;
	o->store.told = o->common.diag;
	o->store.timeout = o->common.timeout;
	o->store.timed = o->common.time != NULL;
	o->store.server_ttl = read_server_ttl(o);
	if (o->common.now != NULL)
		o->now = read_now(&o->common);
	if (o->common.max_ahead != 0 && o->common.time == NULL)
		opt_usage(&o->common, "--max-ahead needs -t, the times that it compares");
	if (o->store.layout == LAYOUT_STRING && (o->common.time != NULL || o->max_age > 0))
		opt_usage(&o->common,
		    "--layout string keeps no times: %s has no meaning with it",
		    o->common.time != NULL ? "-t" : "--max-age");
}

struct store *
options_store(const struct feat_options *o)
{
	struct err err = { 0 };
	struct store *s = store_open(&o->stores, &o->store, &err);

	if (s != NULL)
		return s;
	if (errno == EINVAL)
		opt_refuse(&o->common, &err);
	diag_die(o->common.diag, status_of_err(&err), "%s", err.text);
}

int64_t
options_now(const struct feat_options *o)
{
	struct timespec now;

	if (o->now != INSTANT_NONE)
		return o->now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * second + now.tv_nsec;
}

int
options_store_now(const struct feat_options *o, struct store *s, int64_t *now, struct err *err)
{
	int64_t latest, clock = options_now(o);

	*now = clock;
	if (o->now != INSTANT_NONE)
		return 0;
	if (store_latest(s, &latest, err) == -1)
		return -1;
	/* An event from the future does not make features expire before their time. */
	if (latest != INSTANT_NONE && (latest < clock || o->event_time_only))
		*now = latest;
	return 0;
}
