/* The options that name brokers and settings, and what a client reports on its own. */
#include "cli/kafka/brokers.h"
#include "cli/report/sig.h"

/* Each kind has a format of its own, because diag_warn counts repeats by format. */
static void
log_to_diag(void *diag, enum client_log kind, const char *text)
{
	switch (kind) {
	case CLIENT_ERROR:
		diag_warn(diag, NULL, "%s", text);
		break;
	case CLIENT_LOG:
		diag_warn(diag, NULL, "librdkafka: %s", text);
		break;
	case CLIENT_DEBUG:
		diag_error(diag, NULL, "%s", text);
		break;
	}
}

void
brokers_configure(struct client *c, const struct common *common,
    const struct broker_options *o, const struct client_setting *own)
{
	const struct client_sources sources = { .file = o->file,
		.settings = o->settings.text,
		.count = o->settings.count,
		.brokers = o->brokers };
	struct err err;

	*c = (struct client){ .timeout = common->timeout,
		.stopped = sig_came,
		.log = log_to_diag,
		.log_to = common->diag };
	switch (client_configure(c, &sources, own, &err)) {
	case CLIENT_CONFIGURED:
		break;
	case CLIENT_WRONG:
		opt_refuse(common, &err);
	case CLIENT_UNREADABLE:
		diag_die(common->diag, EXIT_FAILED, "%s", err.text);
	}
}
