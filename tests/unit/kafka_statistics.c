/* What is taken from librdkafka's statistics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "kafka/statistics.h"

static void
read_text(struct statistics *f, const char *json)
{
	statistics_read(f, json, strlen(json));
}

static void
means_are_over_all_batches_and_round_trips_of_the_slowest_broker(void **state)
{
	struct statistics f;

	(void)state;
	statistics_start(&f);
	read_text(&f,
	    "{\"brokers\":{\"a\":{\"rtt\":{\"cnt\":5,\"p50\":1000,\"p95\":3000,\"p99\":4000}},"
	    "\"b\":{\"rtt\":{\"cnt\":1,\"p50\":2000,\"p95\":2500,\"p99\":2500}},"
	    "\"idle\":{\"rtt\":{\"cnt\":0,\"p50\":9000,\"p95\":9000,\"p99\":9000}}},"
	    "\"topics\":{"
	    "\"t\":{\"batchcnt\":{\"cnt\":3,\"sum\":300},\"batchsize\":{\"cnt\":3,\"sum\":"
	    "6000}},"
	    "\"u\":{\"batchcnt\":{\"cnt\":1,\"sum\":20},\"batchsize\":{\"cnt\":1,\"sum\":80}}}"
	    "}");
	assert_true(f.batch_records == 80);
	assert_true(f.batch_bytes == 1520);
	assert_true(f.latency[0] == 0.002);
	assert_true(f.latency[1] == 0.003);
	assert_true(f.latency[2] == 0.004);
}

static void
what_is_not_known_stays_as_it_was(void **state)
{
	static const char *const cases[] = { "", "{", "[]", "{}",
		"{\"brokers\":{},\"topics\":{}}",
		("{\"brokers\":{\"a\":{}},"
		 "\"topics\":{\"t\":{\"batchcnt\":{\"cnt\":0,\"sum\":0}}}}") };
	struct statistics f;

	(void)state;
	statistics_start(&f);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_text(&f, cases[i]);
		assert_true(isnan(f.batch_records) && isnan(f.latency[0]));
	}
	read_text(&f, "{\"topics\":{\"t\":{\"batchcnt\":{\"cnt\":2,\"sum\":8}}}}");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		read_text(&f, cases[i]);
		assert_true(f.batch_records == 4 && isnan(f.batch_bytes));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    means_are_over_all_batches_and_round_trips_of_the_slowest_broker),
		cmocka_unit_test(what_is_not_known_stays_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
