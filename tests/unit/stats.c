/* --stats and --metrics. */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/report/stats.h"

#include "files.h"

static uint64_t records = 3, bytes = UINT64_MAX;
static double rate = 0.1, nothing, infinite;
static const char *learner = "sgd \"1\"\n", *none;

static const struct stat_row stream[] = { { "records", STAT_COUNT, &records, "Records read.",
					      NULL },
	{ "read_bytes", STAT_COUNT, &bytes, "Bytes of a \\ and a \"line\"\nread.", NULL },
	{ NULL, STAT_COUNT, NULL, NULL, NULL } };
static const struct stat_row tool[] = { { "rate", STAT_GAUGE, &rate, "A rate.", NULL },
	{ "nothing", STAT_GAUGE, &nothing, "Of nothing.", NULL },
	{ "infinite", STAT_GAUGE, &infinite, "Too much.", NULL },
	{ "learner", STAT_TEXT, &learner, "What learns.", NULL },
	{ "none", STAT_TEXT, &none, "Not there.", NULL },
	{ NULL, STAT_COUNT, NULL, NULL, NULL } };
static const struct stat_row by_partition[] = {
	{ "lag", STAT_GAUGE, &nothing, "How far behind.", "topic=\"t\",partition=\"0\"" },
	{ "lag", STAT_GAUGE, &rate, "How far behind.", "topic=\"t\",partition=\"1\"" },
	{ "lag", STAT_GAUGE, &rate, "How far behind.", "topic=\"a\\\"b\",partition=\"0\"" },
	{ "read", STAT_COUNT, &records, "Read.", "partition=\"0\"" },
	{ NULL, STAT_COUNT, NULL, NULL, NULL }
};
static const struct stat_row *const tables[] = { stream, tool, NULL };

#define LINE \
	"{\"tool\":\"smltool\",\"records\":3,\"read_bytes\":18446744073709551615," \
	"\"rate\":0.1,\"nothing\":null,\"infinite\":null,\"learner\":\"sgd \\\"1\\\"\\n\"," \
	"\"none\":null}\n"

static void
assert_written(const char *path, const char *expected)
{
	assert_file(path, expected);
	assert_int_equal(unlink(path), 0);
}

static void
stats_are_one_line_of_json(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(stats_write("stats", "smltool", tables, &err), 0);
	assert_int_equal(stats_write("stats", "smltool", tables, &err), 0);
	assert_written("stats", LINE);
}

static void
stats_go_to_standard_error(void **state)
{
	int kept = dup(STDERR_FILENO), fd = open("err", O_WRONLY | O_CREAT, 0666);
	struct err err;

	(void)state;
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	assert_int_equal(stats_write("-", "smltool", tables, &err), 0);
	/* It is still open. */
	assert_int_equal(write(STDERR_FILENO, "\n", 1), 1);
	assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
	(void)close(kept);
	(void)close(fd);
	assert_written("err", LINE "\n");
}

static void
metrics_are_what_prometheus_reads(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(metrics_write("./a\"b\\\xff.c.prom", "smltool", tables, &err), 0);
#define LABELS "{tool=\"smltool\",run=\"a\\\"b\\\\\xef\xbf\xbd.c\"} "
	assert_written("a\"b\\\xff.c.prom",
	    "# HELP sml_records_total Records read.\n"
	    "# TYPE sml_records_total counter\n"
	    "sml_records_total" LABELS "3\n"
	    "# HELP sml_read_bytes_total Bytes of a \\\\ and a \"line\"\\nread.\n"
	    "# TYPE sml_read_bytes_total counter\n"
	    "sml_read_bytes_total" LABELS "18446744073709551615\n"
	    "# HELP sml_rate A rate.\n"
	    "# TYPE sml_rate gauge\n"
	    "sml_rate" LABELS "0.1\n"
	    "# HELP sml_infinite Too much.\n"
	    "# TYPE sml_infinite gauge\n"
	    "sml_infinite" LABELS "+Inf\n");
	/* Nothing else is left in the folder. */
	assert_int_not_equal(access("a\"b\\\xff.c.prom.tmp", F_OK), 0);
}

/* The format needs all rows of one name together, with HELP and TYPE once. */
static void
rows_of_one_name_differ_by_labels(void **state)
{
	static const struct stat_row *const labelled[] = { stream, by_partition, NULL };
	struct err err;

	(void)state;
	assert_int_equal(metrics_write("m", "smltool", labelled + 1, &err), 0);
#define BOTH "{tool=\"smltool\",run=\"m\","
	assert_written("m",
	    "# HELP sml_lag How far behind.\n"
	    "# TYPE sml_lag gauge\n"
	    "sml_lag" BOTH "topic=\"t\",partition=\"1\"} 0.1\n"
	    "sml_lag" BOTH "topic=\"a\\\"b\",partition=\"0\"} 0.1\n"
	    "# HELP sml_read_total Read.\n"
	    "# TYPE sml_read_total counter\n"
	    "sml_read_total" BOTH "partition=\"0\"} 3\n");
	assert_int_equal(stats_write("s", "smltool", labelled, &err), 0);
	assert_written("s",
	    "{\"tool\":\"smltool\",\"records\":3,\"read_bytes\":18446744073709551615}\n");
}

static void
the_run_is_the_name_of_the_file(void **state)
{
	static const struct {
		const char *path, *run;
	} names[] = {
		{ "clicks", "clicks" },
		{ "clicks.prom", "clicks" },
		{ ".prom", ".prom" },
		{ "./x.y", "x" },
	};
	char line[128], text[1024];
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(metrics_write(names[i].path, "t", tables, &err), 0);
		read_file(names[i].path, text, sizeof(text));
		(void)snprintf(line, sizeof(line),
		    "sml_records_total{tool=\"t\",run=\"%s\"} 3\n", names[i].run);
		assert_non_null(strstr(text, line));
		assert_int_equal(unlink(names[i].path), 0);
	}
}

static void
what_cannot_be_written_is_told(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(stats_write("/dev/full", "t", tables, &err), -1);
	assert_string_equal(err.text, "/dev/full: No space left on device");
	assert_int_equal(stats_write("no/such", "t", tables, &err), -1);
	assert_string_equal(err.text, "no/such: No such file or directory");
	assert_int_equal(metrics_write("no/such", "t", tables, &err), -1);
}

static int
own_folder(void **state)
{
	static char folder[] = "/tmp/sml-stats-XXXXXX";

	nothing = (double)NAN;
	infinite = (double)INFINITY;
	*state = mkdtemp(folder);
	return *state == NULL ? -1 : chdir(folder);
}

static int
folder_away(void **state)
{
	return chdir("/") != 0 || rmdir(*state) != 0 ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stats_are_one_line_of_json),
		cmocka_unit_test(stats_go_to_standard_error),
		cmocka_unit_test(metrics_are_what_prometheus_reads),
		cmocka_unit_test(rows_of_one_name_differ_by_labels),
		cmocka_unit_test(the_run_is_the_name_of_the_file),
		cmocka_unit_test(what_cannot_be_written_is_told),
	};

	return cmocka_run_group_tests(tests, own_folder, folder_away);
}
