/* smlkafka lag - how far a consumer group is behind */
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "admin/lag.h"
#include "base/clock.h"
#include "cli/report/sig.h"
#include "kafka/selection.h"
#include "kafka/when.h"
#include "command/commands.h"

#define AT(member) offsetof(struct lag_options, member)

static const struct opt options[] = {
	BROKER_OPTIONS(struct lag_options, brokers),
	{ 'G', "group", "GROUP", OPT_TEXT, AT(group), OPT_NEEDED, "the group", 0, 0 },
	{ 't', "topic", "TOPIC[:P,...]", OPT_LIST, AT(topics), 0,
	    "topic, or ^expression, and its partitions (default what it has committed)", 0,
	    0 },
	{ 'o', "offset", "beginning|end", OPT_CHOICE, AT(start), 0,
	    "where it begins if it has committed nothing", 0, 0 },
	{ 0, "total", NULL, OPT_FLAG, AT(total), 0, "write one record for all partitions", 0,
	    0 },
	{ 0, "every", "DUR", OPT_DURATION, AT(every), 0, "look again after this time", 0, 0 },
	{ 0, "max-lag", "N", OPT_COUNT, AT(max_lag), 0, "total lag that --exit-code accepts",
	    0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli lag_cli = {
	.tool = "smlkafka",
	.command = "lag",
	.what = "report how far a consumer group is behind",
	.operands = "",
	.options = options,
	.common = COMMON_TIMEOUT | COMMON_NOW | COMMON_EXIT_CODE,
};

struct lag {
	struct lag_options options;
	int64_t now; /* ms, of --now; -1: use the clock */
	struct group group;
	struct client reader;
	struct output output;
	struct lag_measure measure;
	struct lag_show show;
};

/* Returns the time of --now, or else of the clock, in ms since 1970. */
static int64_t
read_now(const struct lag *l)
{
	struct timespec time;

	if (l->now >= 0)
		return l->now;
	clock_gettime(CLOCK_REALTIME, &time);
	return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Checks the texts of the options. */
static void
check_options(struct lag *l)
{
	const struct lag_options *o = &l->options;
	const struct common *c = &o->common;
	int64_t ns = -1;
	struct err err;

	if (selection_check(o->topics.text, o->topics.count, false, &err) == -1)
		opt_refuse(c, &err);
	if (c->now != NULL && when_read(c->now, WHEN_MS, &ns, &err) == -1)
		opt_usage(c, "--now %s: %s", c->now, err.text);
	l->now = ns < 0 ? -1 : ns / UNIT_MS;
	if (o->max_lag > 0 && !c->exit_code)
		opt_usage(c, "--max-lag needs --exit-code");
}

/* Measures once, and writes the result. */
static int
look(struct lag *l, struct err *err)
{
	if (lag_measure(&l->measure, &l->group, &l->reader, &l->options, read_now(l), err) ==
	    -1)
		return -1;
	l->output.found = l->measure.records > l->options.max_lag;
	return lag_show(&l->show, &l->measure, &l->output, err);
}

/* Sleeps until a time. Returns false if the run is over. */
static bool
wait_until(struct lag *l, int64_t then)
{
	struct pollfd reader = { .fd = STDOUT_FILENO };
	int64_t left;

	while ((left = then - clock_monotonic()) > 0) {
		if (sig_came() != 0 || output_gone(&l->output))
			return false;
		(void)rd_kafka_poll(l->group.client.handle, 0);
		(void)rd_kafka_poll(l->reader.handle, 0);
		(void)sig_wait(&reader, 1,
		    left > UNIT_S ? 1000 : (int)((left - 1) / UNIT_MS + 1));
	}
	return sig_came() == 0 && !output_gone(&l->output);
}

static void
run(struct lag *l)
{
	int64_t next = clock_monotonic(), now;
	struct err err;

	do {
		if (look(l, &err) == -1) {
			if (sig_came() != 0)
				break;
			/* An unreachable broker may come back. */
			if (!err.unreachable || l->options.every == 0) {
				output_fail(&l->output, &err);
				break;
			}
			diag_warn(l->options.common.diag, NULL, "%s", err.text);
			lag_show_nothing(&l->show);
		}
		if (output_flush(&l->output) == -1)
			break;
		/* Has every measurement written to --metrics. */
		l->output.metrics_written = 0;
		output_tick(&l->output);
		/* Missed measurements are not made up for. */
		now = clock_monotonic();
		next += l->options.every;
		next = next < now ? now : next;
	} while (l->options.every > 0 && wait_until(l, next));
}

int
lag_main(int argc, char **argv)
{
	struct lag l = { .options.common.timeout = 60 * (int64_t)UNIT_S };
	struct err err;
	int status;

	opt_parse(&lag_cli, &l.options, argc, argv);
	check_options(&l);
	brokers_configure(&l.reader, &l.options.common, &l.options.brokers, peek_settings);
	if (output_open(&l.output, &l.options.common, l.show.all, &err) == -1)
		diag_die(l.options.common.diag, EXIT_FAILED, "%s", err.text);
	if (lag_show_open(&l.show, &l.options, &err) == -1 ||
	    client_start(&l.reader, RD_KAFKA_CONSUMER, &err) == -1 ||
	    group_open(&l.group, &l.options.common, &l.options.brokers, l.options.group,
		&err) == -1)
		output_fail(&l.output, &err);
	else
		run(&l);
	l.output.signal = sig_came();
	group_close(&l.group);
	client_close(&l.reader);
	status = output_close(&l.output);
	lag_measure_free(&l.measure);
	lag_show_close(&l.show);
	opt_free(&lag_cli, &l.options);
	return status;
}
