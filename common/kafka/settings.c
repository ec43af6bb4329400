/*
 * Collects librdkafka's settings: our own, and those from the environment, a file and the
 * command line.
 */
#include <sys/stat.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "kafka/settings.h"

/* Settings from the environment. Messages never show their values. */
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

/* Refused on the command line, because everybody on the machine can read it. */
static const char *const secrets[] = { "sasl.password", "ssl.key.password", "ssl.key.pem",
	"ssl.keystore.password", "sasl.oauthbearer.config", "sasl.oauthbearer.client.secret" };

/* Settings for every command; logs come through rd_kafka_poll, on our own thread. */
static const struct client_setting ours[] = {
	{ "client.id", "smlkafka", false },
	{ "socket.nagle.disable", "true", false },
	/* With this a broker that is back is noticed within a second, not ten. */
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

/* Removes kcat's prefix "topic.", unless librdkafka knows the whole name. */
static const char *
known_name(const rd_kafka_conf_t *conf, const char *name)
{
	static const char prefix[] = "topic.";
	size_t size;

	if (strncmp(name, prefix, sizeof prefix - 1) != 0 ||
	    rd_kafka_conf_get(conf, name, NULL, &size) == RD_KAFKA_CONF_OK)
		return name;
	return name + sizeof prefix - 1;
}

/*
 * Sets one setting.  librdkafka's own message may quote the value, but no message may show a
 * secret.
 */
static int
set(rd_kafka_conf_t *conf, const char *name, const char *value, struct err *err)
{
	char why[200];

	name = known_name(conf, name);
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

/* Removes the backslash from \: and \=, which files for Java have without need. */
static void
unescape(char *text)
{
	char *to = text;

	for (; *text != '\0'; *to++ = *text++)
		if (text[0] == '\\' && (text[1] == ':' || text[1] == '='))
			text++;
	*to = '\0';
}

/* Sets what a line "name=value" says; ignores blank lines, and everything from # on. */
static int
set_line(rd_kafka_conf_t *conf, char *line, bool exposed, struct err *err)
{
	char *equals, *name;

	line = trim(line);
	if (*line == '\0' || *line == '#')
		return 0;
	equals = strchr(line, '=');
	if (equals == NULL || equals == line)
		return err_set(err, NULL, "a setting is name=value");
	*equals = '\0';
	unescape(equals + 1);
	name = trim(line);
	if (exposed && is_secret(known_name(conf, name)))
		return err_set(err, NULL, "%s in a file that everybody can read: chmod o-r it",
		    name);
	return set(conf, name, trim(equals + 1), err);
}

static enum client_configured
take_file(rd_kafka_conf_t *conf, const char *path, struct err *err)
{
	enum client_configured result = CLIENT_CONFIGURED;
	struct buf text = { 0 };
	struct stat st = { 0 };
	struct err wrong;
	char *line, *rest;

	(void)stat(path, &st);
	if (file_read(path, &text, err) == -1 || buf_putc(&text, '\0') == -1) {
		result = CLIENT_UNREADABLE;
		goto out;
	}
	rest = text.p;
	for (int n = 1; (line = strsep(&rest, "\n")) != NULL; n++)
		if (set_line(conf, line, (st.st_mode & S_IROTH) != 0, &wrong) == -1) {
			err_set(err, NULL, "%s:%d: %s", path, n, wrong.text);
			result = CLIENT_WRONG;
			break;
		}
out:
	buf_free(&text);
	return result;
}

static int
take_environment(rd_kafka_conf_t *conf, struct err *err)
{
	const char *value;
	struct err wrong;

	for (size_t i = 0; i < sizeof environment / sizeof environment[0]; i++) {
		value = getenv(environment[i].variable);
		if (value == NULL || *value == '\0')
			continue;
		if (set(conf, environment[i].name, value, &wrong) == -1)
			return err_set(err, NULL, "$%s: %s", environment[i].variable,
			    wrong.text);
	}
	return 0;
}

/*
 * Takes -X NAME=VALUE.  Messages do not show the value, which may be a secret even in a wrong
 * setting.
 */
static int
take_argument(rd_kafka_conf_t *conf, const char *argument, struct err *err)
{
	const char *equals = strchr(argument, '=');
	struct err wrong;
	char *name;
	int result;

	if (equals == NULL || equals == argument)
		return err_set(err, NULL, "-X needs KEY=VALUE");
	name = strndup(argument, (size_t)(equals - argument));
	if (name == NULL)
		return err_memory(err);
	if (is_secret(known_name(conf, name)))
		result = err_set(err, NULL,
		    "-X %s: everybody can read a command line; put it into a file for -F, or "
		    "into the environment",
		    name);
	else if ((result = set(conf, name, equals + 1, &wrong)) == -1)
		err_set(err, NULL, "-X %s: %s", name, wrong.text);
	free(name);
	return result;
}

static int
take_own(rd_kafka_conf_t *conf, const struct client_setting *own, struct err *err)
{
	for (; own != NULL && own->name != NULL; own++)
		if (set(conf, own->name, own->value, err) == -1)
			return -1;
	return 0;
}

/* Compares values as librdkafka spells them: "1" may become "true". */
static int
check_fixed(rd_kafka_conf_t *conf, const struct client_setting *own, struct err *err)
{
	char value[512];
	size_t size;

	for (; own != NULL && own->name != NULL; own++) {
		size = sizeof value;
		if (own->fixed &&
		    (rd_kafka_conf_get(conf, own->name, value, &size) != RD_KAFKA_CONF_OK ||
			strcmp(value, own->value) != 0))
			return err_set(err, NULL, "%s must be %s here", own->name, own->value);
	}
	return 0;
}

static int
check_brokers(rd_kafka_conf_t *conf, struct err *err)
{
	char brokers[2];
	size_t size = sizeof brokers;

	/* Too long a value for the buffer also shows that brokers are named. */
	if (rd_kafka_conf_get(conf, "bootstrap.servers", brokers, &size) == RD_KAFKA_CONF_OK &&
	    size > 1)
		return 0;
	return err_set(err, NULL, "needs -b BROKERS, or $KAFKA_BROKERS");
}

/* Sets what the command line says: settings, then brokers. */
static int
take_arguments(rd_kafka_conf_t *conf, const struct client_sources *s, struct err *err)
{
	struct err wrong;

	for (size_t i = 0; i < s->count; i++)
		if (take_argument(conf, s->settings[i], err) == -1)
			return -1;
	if (s->brokers != NULL && set(conf, "bootstrap.servers", s->brokers, &wrong) == -1)
		return err_set(err, NULL, "-b %s: %s", s->brokers, wrong.text);
	return 0;
}

enum client_configured
client_configure(struct client *c, const struct client_sources *s,
    const struct client_setting *own, struct err *err)
{
	enum client_configured result = CLIENT_CONFIGURED;

	c->conf = rd_kafka_conf_new();
	if (take_own(c->conf, ours, err) == -1 || take_own(c->conf, own, err) == -1 ||
	    take_environment(c->conf, err) == -1)
		return CLIENT_WRONG;
	if (s->file != NULL)
		result = take_file(c->conf, s->file, err);
	if (result != CLIENT_CONFIGURED)
		return result;
	if (take_arguments(c->conf, s, err) == -1 || check_fixed(c->conf, ours, err) == -1 ||
	    check_fixed(c->conf, own, err) == -1 || check_brokers(c->conf, err) == -1)
		return CLIENT_WRONG;
	client_watch(c);
	return CLIENT_CONFIGURED;
}
