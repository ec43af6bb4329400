/* librdkafka's settings: our own, and those of the environment, a file and the command line. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/client_parts.h"

/* What the environment may say.  Values are never shown. */
static const struct {
	const char *variable, *name;
} environment[] = {
	{ "KAFKA_BROKERS", "bootstrap.servers" },
	{ "KAFKA_SASL_USERNAME", "sasl.username" },
	{ "KAFKA_SASL_PASSWORD", "sasl.password" },
	{ "KAFKA_SSL_KEY_PASSWORD", "ssl.key.password" },
	{ "KAFKA_SSL_KEYSTORE_PASSWORD", "ssl.keystore.password" },
	{ "KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET", "sasl.oauthbearer.client.secret" },
};

/* Everybody on the machine can read a command line. */
static const char *const secrets[] = { "sasl.password", "ssl.key.password", "ssl.key.pem",
	"ssl.keystore.password", "sasl.oauthbearer.config", "sasl.oauthbearer.client.secret" };

/* What every command wants; logs come by rd_kafka_poll, on our own thread. */
static const struct client_setting ours[] = {
	{ "client.id", "smlkafka", false },
	{ "socket.nagle.disable", "true", false },
	/* A broker that is back is met within a second, not ten. */
	{ "reconnect.backoff.max.ms", "1000", false },
	{ "log.queue", "true", true },
	{ NULL, NULL, false },
};

static bool
is_secret(const char *name)
{
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
		if (strcmp(name, secrets[i]) == 0)
			return true;
	return false;
}

/*
 * Sets one.  Kcat's prefix "topic." is accepted.  librdkafka's own message may
 * quote the value, which of a secret nobody is to see.
 */
static int
set(rd_kafka_conf_t *conf, const char *name, const char *value, struct err *err)
{
	char why[200];

	if (strncmp(name, "topic.", 6) == 0)
		name += 6;
	switch (rd_kafka_conf_set(conf, name, value, why, sizeof why)) {
	case RD_KAFKA_CONF_OK:
		return 0;
	case RD_KAFKA_CONF_UNKNOWN:
		return err_set(err, NULL, "librdkafka has no setting \"%s\"", name);
	default:
		return is_secret(name) ?
		    err_set(err, NULL, "librdkafka does not take this %s", name) :
		    err_set(err, NULL, "%s", why);
	}
}

static char *
trim(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		n--;
	text[n] = '\0';
	return text;
}

/* Files for Java write \: and \= where no escape is needed. */
static void
unescape(char *text)
{
	char *to = text;

	for (; *text != '\0'; *to++ = *text++)
		if (text[0] == '\\' && (text[1] == ':' || text[1] == '='))
			text++;
	*to = '\0';
}

/* A line "name=value", which is taken apart; a blank one, or one from # on, is nothing. */
static int
set_line(rd_kafka_conf_t *conf, char *line, struct err *err)
{
	char *equals;

	line = trim(line);
	if (*line == '\0' || *line == '#')
		return 0;
	equals = strchr(line, '=');
	if (equals == NULL || equals == line)
		return err_set(err, NULL, "a setting is name=value");
	*equals = '\0';
	unescape(equals + 1);
	return set(conf, trim(line), trim(equals + 1), err);
}

static void
take_file(struct client *c, const char *path)
{
	FILE *file = fopen(path, "re");
	struct place place = { .source = path };
	char *line = NULL;
	size_t cap = 0;
	struct err err;

	if (file == NULL)
		diag_die(c->common->diag, EXIT_FAILED, "cannot open %s: %s", path,
		    strerror(errno));
	while (getline(&line, &cap, file) != -1) {
		place.line++;
		if (set_line(c->conf, line, &err) == 0)
			continue;
		diag_error(c->common->diag, &place, "%s", err.text);
		exit(EXIT_USAGE);
	}
	if (ferror(file))
		diag_die(c->common->diag, EXIT_FAILED, "cannot read %s: %s", path,
		    strerror(errno));
	free(line);
	(void)fclose(file);
}

static void
take_environment(struct client *c)
{
	const char *value;
	struct err err;

	for (size_t i = 0; i < sizeof environment / sizeof environment[0]; i++) {
		value = getenv(environment[i].variable);
		if (value == NULL || *value == '\0')
			continue;
		if (set(c->conf, environment[i].name, value, &err) == -1)
			opt_usage(c->common, "$%s: %s", environment[i].variable, err.text);
	}
}

/* -X name=value */
static void
take_argument(struct client *c, const char *argument)
{
	size_t n = strcspn(argument, "=");
	char name[128];
	struct err err;

	if (n == 0 || argument[n] == '\0')
		opt_usage(c->common, "-X %s: a setting is KEY=VALUE", argument);
	/* The names of librdkafka are shorter. */
	(void)snprintf(name, sizeof name, "%.*s", (int)n, argument);
	if (is_secret(name))
		opt_usage(c->common,
		    "-X %s: everybody can read a command line; put it into a file for -F, or "
		    "into the environment",
		    name);
	if (set(c->conf, name, argument + n + 1, &err) == -1)
		opt_usage(c->common, "-X %s: %s", name, err.text);
}

static void
take_own(struct client *c, const struct client_setting *own)
{
	struct err err;

	for (; own != NULL && own->name != NULL; own++)
		if (set(c->conf, own->name, own->value, &err) == -1)
			opt_refuse(c->common, &err);
}

/* The values as librdkafka spells them are compared: "1" may be "true". */
static void
check_fixed(struct client *c, const struct client_setting *own)
{
	char value[512];
	size_t size;

	for (; own != NULL && own->name != NULL; own++) {
		size = sizeof value;
		if (own->fixed &&
		    (rd_kafka_conf_get(c->conf, own->name, value, &size) != RD_KAFKA_CONF_OK ||
			strcmp(value, own->value) != 0))
			opt_usage(c->common, "%s must be %s here", own->name, own->value);
	}
}

void
client_configure(struct client *c, struct common *common, const struct client_options *o,
    const struct client_setting *own)
{
	char brokers[2];
	size_t size = sizeof brokers;
	struct err err;

	*c = (struct client){ .common = common };
	c->conf = rd_kafka_conf_new();
	take_own(c, ours);
	take_own(c, own);
	take_environment(c);
	if (o->file != NULL)
		take_file(c, o->file);
	for (size_t i = 0; i < o->settings.count; i++)
		take_argument(c, o->settings.text[i]);
	if (o->brokers != NULL && set(c->conf, "bootstrap.servers", o->brokers, &err) == -1)
		opt_usage(common, "-b %s: %s", o->brokers, err.text);
	check_fixed(c, ours);
	check_fixed(c, own);
	/* Longer than the room for it is fine: there is one. */
	if (rd_kafka_conf_get(c->conf, "bootstrap.servers", brokers, &size) !=
		RD_KAFKA_CONF_OK ||
	    size <= 1)
		opt_usage(common, "needs -b BROKERS, or $KAFKA_BROKERS");
	client_watch(c);
}
