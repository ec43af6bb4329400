/*
 * transact: runs transactions of common/kafka, and reads beside them, as its words say, one by one.
 *
 *	transact BROKERS ID WORD...	ID: the transactional.id; limits: 10 s for a transaction, 20 s for an answer
 *
 *	-X NAME=VALUE			a setting of librdkafka; before all other words
 *	within MS			the longest time of a transaction; before open
 *	wait MS				how long brokers are waited for
 *	unguarded			leaves a producer in use whose requests may come late
 *	open, renew, commit, abort
 *	rival				another producer takes the transactional.id
 *	send TOPIC PARTITION VALUE	with the key "k" and a header
 *	flush				waits until all is acknowledged
 *	offset GROUP TOPIC PARTITION OFFSET METADATA	adds it to the transaction
 *	member GROUP GENERATION		the next offset is a member's of that generation
 *	committed GROUP TOPIC PARTITION	shows the offset and metadata
 *	take TOPIC PARTITION OFFSET	remembers the message
 *	again TOPIC PARTITION		shows whether it is still the same
 *	carry TOPIC GROUP N		writes N transactions of 10 records, from {"n":0} on, with offsets;
 *					goes on after an error as transactions.h says
 *	sh COMMAND
 *
 * Each word that can fail writes a line: itself and its answer.  The other words run even after an
 * answer that is not "done".
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kafka/committed.h"
#include "kafka/last_message.h"
#include "kafka/peek.h"
#include "kafka/transactions.h"

struct test {
	const char *id;
	struct client settings, reading; /* configured, not started */
	struct transactions t, rival;
	int64_t within;
	rd_kafka_consumer_group_metadata_t *member;
	struct last_message last;
};

_Noreturn static void
die(const char *what, const char *why)
{
	(void)fprintf(stderr, "transact: %s: %s\n", what, why);
	exit(1);
}

static void
show_log(void *to, enum client_log kind, const char *text)
{
	(void)to, (void)kind;
	(void)fprintf(stderr, "transact: log: %s\n", text);
}

static void
show(const char *word, enum transaction_answer answer, const struct err *err)
{
	static const char *const names[] = { "done", "aborted", "away", "timed-out", "fenced",
		"fatal" };

	(void)printf("%s %s\n", word, names[answer]);
	if (answer != TRANSACTION_DONE)
		(void)fprintf(stderr, "transact: %s: %s\n", word, err->text);
	(void)fflush(stdout);
}

static int
go(struct test *t, char **arg)
{
	struct err err;

	(void)arg;
	show("open", transactions_open(&t->t, &t->settings, t->id, t->within, &err), &err);
	return 0;
}

static int
rival(struct test *t, char **arg)
{
	struct err err;

	(void)arg;
	show("rival", transactions_open(&t->rival, &t->settings, t->id, t->within, &err),
	    &err);
	return 0;
}

static int
end(struct test *t, const char *word,
    enum transaction_answer (*call)(struct transactions *, struct err *))
{
	struct err err;

	show(word, call(&t->t, &err), &err);
	return 0;
}

static int
renew(struct test *t, char **arg)
{
	(void)arg;
	return end(t, "renew", transactions_renew);
}

static int
commit(struct test *t, char **arg)
{
	(void)arg;
	return end(t, "commit", transactions_commit);
}

static int
cancel(struct test *t, char **arg)
{
	(void)arg;
	return end(t, "abort", transactions_abort);
}

static int
set_within(struct test *t, char **arg)
{
	t->within = atoll(arg[0]) * 1000000;
	return 1;
}

static int
set_wait(struct test *t, char **arg)
{
	t->reading.timeout = t->t.client.timeout = t->t.settings.timeout =
	    atoll(arg[0]) * 1000000;
	return 1;
}

static int
unguard(struct test *t, char **arg)
{
	(void)arg;
	t->t.unguarded = true;
	return 0;
}

static int
send_value(struct test *t, char **arg)
{
	static const struct header header = { { "h", 1 }, { NULL, 0 } };
	const struct message m = { .topic = { arg[0], strlen(arg[0]) },
		.key = { "k", 1 },
		.value = { arg[2], strlen(arg[2]) },
		.partition = atoi(arg[1]),
		.header = &header,
		.headers = 1 };
	struct err err;

	show("send", transactions_send(&t->t, &m, &err), &err);
	return 3;
}

static int
flush(struct test *t, char **arg)
{
	int64_t until = clock_monotonic() + INT64_C(20000000000);

	(void)arg;
	while (t->t.waiting > 0 && clock_monotonic() < until)
		(void)rd_kafka_flush(t->t.client.handle, 100);
	(void)printf("flush %s\n", t->t.waiting == 0 ? "done" : "away");
	return 0;
}

static int
add_offset(struct test *t, char **arg)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_t *p =
	    rd_kafka_topic_partition_list_add(list, arg[1], atoi(arg[2]));
	struct err err;

	if (t->member == NULL)
		t->member = rd_kafka_consumer_group_metadata_new(arg[0]);
	p->offset = atoll(arg[3]);
	p->metadata = strdup(arg[4]);
	p->metadata_size = strlen(arg[4]);
	show("offset", transactions_offsets(&t->t, list, t->member, &err), &err);
	rd_kafka_consumer_group_metadata_destroy(t->member);
	t->member = NULL;
	rd_kafka_topic_partition_list_destroy(list);
	return 5;
}

static int
set_member(struct test *t, char **arg)
{
	t->member =
	    rd_kafka_consumer_group_metadata_new_with_genid(arg[0], atoi(arg[1]), "x", NULL);
	return 2;
}

static int
show_committed(struct test *t, char **arg)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_t *p =
	    rd_kafka_topic_partition_list_add(list, arg[1], atoi(arg[2]));
	struct client reader;
	struct err err;

	if (committed_open(&t->reading, arg[0], &reader, &err) == -1)
		die(arg[0], err.text);
	if (committed_read(&reader, arg[0], list, &err) == -1)
		(void)printf("committed: %s\n", err.text);
	else
		(void)printf("committed %lld %.*s\n", (long long)p->offset,
		    (int)p->metadata_size,
		    p->metadata != NULL ? (const char *)p->metadata : "");
	client_close(&reader);
	rd_kafka_topic_partition_list_destroy(list);
	return 3;
}

static bool
remember(void *owner, const rd_kafka_message_t *m)
{
	last_message_take(owner, m);
	return false;
}

static int
take(struct test *t, char **arg)
{
	struct peek peek = { .topic = arg[0],
		.partition = atoi(arg[1]),
		.from = atoll(arg[2]),
		.end = INT64_MAX,
		.take = remember,
		.owner = &t->last };
	struct client reader;
	struct err err;

	t->last.offset = -1;
	if (peek_open(&t->reading, &reader, &err) == -1 ||
	    peek_all(&reader, &peek, 1, &err) == -1)
		die("take", err.text);
	(void)printf("take %lld\n", (long long)t->last.offset);
	client_close(&reader);
	return 3;
}

static int
again(struct test *t, char **arg)
{
	static const char *const names[] = { "same", "gone", "other", "failed" };
	struct client reader;
	struct err err;
	enum last_message_found found;

	if (peek_open(&t->reading, &reader, &err) == -1)
		die("again", err.text);
	found = last_message_check(&reader, arg[0], atoi(arg[1]), &t->last, &err);
	(void)printf("again %s\n", names[found]);
	if (found == LAST_MESSAGE_OTHER)
		(void)fprintf(stderr, "transact: %s\n", err.text);
	client_close(&reader);
	return 2;
}

/* Returns the offset that the group has committed, or 0 if there is none. */
static int64_t
carried(struct test *t, char **arg)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	int64_t offset;
	struct client reader;
	struct err err;

	rd_kafka_topic_partition_list_add(list, arg[0], 0);
	if (committed_open(&t->reading, arg[1], &reader, &err) == -1 ||
	    committed_read(&reader, arg[1], list, &err) == -1)
		die("carry", err.text);
	offset = list->elems[0].offset;
	client_close(&reader);
	rd_kafka_topic_partition_list_destroy(list);
	return offset > 0 ? offset : 0;
}

/* Makes one transaction, of 10 records from `first` on. */
static enum transaction_answer
carry_some(struct test *t, char **arg, int64_t first, struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_consumer_group_metadata_t *group =
	    rd_kafka_consumer_group_metadata_new(arg[1]);
	struct message m = { .topic = { arg[0], strlen(arg[0]) } };
	enum transaction_answer answer = TRANSACTION_DONE;
	char text[32];

	for (int64_t i = first; answer == TRANSACTION_DONE && i < first + 10; i++) {
		m.value.n = (size_t)snprintf(text, sizeof text, "{\"n\":%lld}", (long long)i);
		m.value.p = text;
		answer = transactions_send(&t->t, &m, err);
	}
	rd_kafka_topic_partition_list_add(list, arg[0], 0)->offset = first + 10;
	if (answer == TRANSACTION_DONE)
		answer = transactions_offsets(&t->t, list, group, err);
	if (answer == TRANSACTION_DONE)
		answer = transactions_commit(&t->t, err);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_consumer_group_metadata_destroy(group);
	return answer;
}

static int
carry(struct test *t, char **arg)
{
	int64_t all = 10 * atoll(arg[2]), at = 0;
	enum transaction_answer answer;
	struct err err;

	while (at < all) {
		answer = carry_some(t, arg, at, &err);
		at += 10;
		if (answer == TRANSACTION_DONE)
			continue;
		do {
			(void)fprintf(stderr, "transact: carry: %s\n", err.text);
			if (answer == TRANSACTION_FENCED || answer == TRANSACTION_FATAL)
				die("carry", "no way on");
			answer = transactions_renew(&t->t, &err);
		} while (answer != TRANSACTION_DONE);
		at = carried(t, arg);
	}
	(void)printf("carry done\n");
	return 3;
}

static int
shell(struct test *t, char **arg)
{
	(void)t;
	(void)fflush(stdout);
	if (system(arg[0]) != 0)
		die(arg[0], "failed");
	return 1;
}

/* Each function takes its arguments and returns how many it took. */
static const struct {
	const char *name;
	int (*run)(struct test *, char **arg);
} words[] = {
	{ "within", set_within },
	{ "wait", set_wait },
	{ "unguarded", unguard },
	{ "open", go },
	{ "renew", renew },
	{ "commit", commit },
	{ "abort", cancel },
	{ "rival", rival },
	{ "send", send_value },
	{ "flush", flush },
	{ "offset", add_offset },
	{ "member", set_member },
	{ "committed", show_committed },
	{ "take", take },
	{ "again", again },
	{ "carry", carry },
	{ "sh", shell },
};

enum { WORDS = sizeof words / sizeof words[0] };

static char **
run(struct test *t, char **word)
{
	for (size_t i = 0; i < WORDS; i++)
		if (strcmp(*word, words[i].name) == 0)
			return word + 1 + words[i].run(t, word + 1);
	die(*word, "no word; see tests/transact.c");
}

int
main(int argc, char **argv)
{
	struct test t = { .within = INT64_C(10000000000),
		.settings = { .timeout = INT64_C(20000000000), .log = show_log } };
	struct client_sources sources = { 0 };
	const char *settings[16];
	char **word = argv + 3;
	struct err err;

	if (argc < 4)
		die("usage", "transact BROKERS ID WORD...");
	t.id = argv[2];
	sources.brokers = argv[1];
	sources.settings = settings;
	for (; *word != NULL && strcmp(*word, "-X") == 0 && sources.count < 16; word += 2)
		settings[sources.count++] = word[1];
	t.reading = t.settings;
	if (client_configure(&t.settings, &sources, transactions_settings, &err) !=
		CLIENT_CONFIGURED ||
	    client_configure(&t.reading, &sources, NULL, &err) != CLIENT_CONFIGURED)
		die("settings", err.text);
	while (*word != NULL)
		word = run(&t, word);
	(void)printf("late %" PRIu64 "\n", t.t.late);
	transactions_close(&t.t);
	transactions_close(&t.rival);
	client_close(&t.settings);
	client_close(&t.reading);
	return 0;
}
