/*
 * librdkafka's murmur2, which produce sets as its partitioner (smlkafka_produce.t holds
 * that), compared with the hashes in Kafka's own tests: Utils.murmur2 in
 * UtilsTest.testMurmur2, and the partition that BuiltInPartitioner.partitionForKey makes of
 * them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <librdkafka/rdkafka.h>

static const struct {
	const char *key;
	int32_t hash;
} published[] = {
	{ "21", -973932308 },
	{ "foobar", -790332482 },
	{ "a-little-bit-long-string", -985981536 },
	{ "a-little-bit-longer-string", -1486304829 },
	{ "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971 },
	{ "abc", 479470107 },
};

static void
a_key_has_the_partition_of_the_java_client(void **state)
{
	static const int32_t counts[] = { 1, 2, 3, 12, 100, INT32_MAX };
	int32_t want;

	(void)state;
	for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
		for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
			want = (published[i].hash & 0x7fffffff) % counts[k];
			assert_int_equal(rd_kafka_msg_partitioner_murmur2(NULL,
					     published[i].key, strlen(published[i].key),
					     counts[k], NULL, NULL),
			    want);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_has_the_partition_of_the_java_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
