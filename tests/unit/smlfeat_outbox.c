/*
 * Commands without an answer, compared with a plain list; and the bytes that go to a server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/redis/outbox.h"
#include "store/redis/redis_command.h"
#include "store/redis/redis_error.h"

static int owners[4000];

static void
queue(struct outbox *o, int n, size_t size)
{
	struct buf *b = outbox_begin(o);
	char byte = (char)('a' + n % 26);

	for (size_t i = 0; i < size; i++)
		assert_int_equal(buf_putc(b, byte), 0);
	assert_int_equal(outbox_commit(o, n % 3, &owners[n], (unsigned int)n % 5, n), 0);
}

/* Checks that the calls from first to last, and no others, are there with their bytes. */
static void
assert_holds(const struct outbox *o, int first, int last, size_t bytes)
{
	assert_int_equal(o->calls, last - first);
	assert_int_equal(o->bytes.len - o->head, bytes);
	if (first < last) {
		assert_ptr_equal(outbox_first(o)->owner, &owners[first]);
		assert_int_equal(o->bytes.p[o->head], 'a' + first % 26);
	}
}

static void
calls_come_out_as_they_went_in(void **state)
{
	struct outbox o = { 0 };
	struct call call;
	size_t size[4000], bytes = 0;
	uint64_t seed = 1;
	int first = 0, last = 0;

	(void)state;
	while (last < 4000) {
		seed = seed * 6364136223846793005 + 1442695040888963407;
		if (first == last || (seed >> 40) % 100 < 55) {
			size[last] = 1 + (seed >> 33) % 3000;
			bytes += size[last];
			queue(&o, last, size[last]);
			last++;
		} else {
			assert_true(outbox_pop(&o, &call));
			assert_ptr_equal(call.owner, &owners[first]);
			assert_int_equal(call.len, size[first]);
			assert_int_equal(call.asked, first);
			bytes -= size[first++];
		}
		assert_holds(&o, first, last, bytes);
	}
	while (outbox_pop(&o, NULL))
		first++;
	assert_int_equal(first, last);
	assert_int_equal(o.weight, 0);
	outbox_free(&o);
}

static void
what_was_sent_can_be_sent_again(void **state)
{
	struct outbox o = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++)
		queue(&o, i, 10);
	outbox_send(&o, 77);
	o.sent = o.bytes.len;
	assert_int_equal(o.sent_calls, 100);
	assert_int_equal(o.sent_weight, o.weight);
	for (int i = 0; i < 40; i++) {
		assert_int_equal(outbox_first(&o)->sent, 77);
		assert_true(outbox_pop(&o, NULL));
	}
	queue(&o, 100, 10);
	outbox_unsend(&o);
	assert_int_equal(o.sent_calls, 0);
	assert_int_equal(o.sent_weight, 0);
	assert_int_equal(o.bytes.len - o.sent, 61 * 10);
	assert_int_equal(o.bytes.p[o.sent], 'a' + 40 % 26);
	outbox_free(&o);
}

static void
one_that_is_not_finished_leaves_nothing(void **state)
{
	struct outbox o = { 0 };

	(void)state;
	queue(&o, 0, 10);
	assert_int_equal(buf_puts(outbox_begin(&o), "half"), 0);
	outbox_abandon(&o);
	assert_holds(&o, 0, 1, 10);
	outbox_disown(&o, &owners[0]);
	assert_null(outbox_first(&o)->owner);
	outbox_free(&o);
}

static void
commands_are_written_as_redis_reads_them(void **state)
{
	static const char *const word[] = { "SET", "", "a b" };
	static const char should[] = "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$3\r\na b\r\n"
				     "*2\r\n$3\r\nGET\r\n$7\r\nab\0cdef\r\n";
	struct buf b = { 0 };

	(void)state;
	assert_int_equal(command_words(&b, word, 3), 0);
	assert_int_equal(command_begin(&b, 2), 0);
	assert_int_equal(command_word(&b, "GET", 3), 0);
	assert_int_equal(command_join(&b, "ab\0", 3, "cdef", 4), 0);
	assert_int_equal(b.len, sizeof(should) - 1);
	assert_memory_equal(b.p, should, b.len);
	buf_free(&b);
}

static void
assert_trouble(const char *text, enum redis_error should, const char *advice)
{
	struct err err;

	assert_int_equal(redis_error_read(text, strlen(text), &err), should);
	if (strstr(err.text, advice) == NULL)
		fail_msg("%s: %s", text, err.text);
}

static void
errors_are_understood(void **state)
{
	(void)state;
	assert_trouble("LOADING Redis is loading the dataset in memory", REDIS_ERROR_PASSES,
	    "loading");
	assert_trouble("BUSY Redis is busy running a script", REDIS_ERROR_PASSES, "busy");
	assert_trouble("MASTERDOWN Link with MASTER is down", REDIS_ERROR_PASSES, "master");
	assert_trouble("ERR max number of clients reached", REDIS_ERROR_PASSES, "clients");
	assert_trouble("NOSCRIPT No matching script", REDIS_ERROR_PASSES, "script");
	assert_trouble("WRONGTYPE Operation against a key", REDIS_ERROR_RECORD,
	    "another type");
	assert_trouble("ERR user_script:1: SMLFEAT too many", REDIS_ERROR_RECORD, "too many");
	assert_trouble("OOM command not allowed", REDIS_ERROR_FATAL, "out of memory");
	assert_trouble("READONLY You can't write", REDIS_ERROR_FATAL, "read-only replica");
	assert_trouble("MISCONF Redis is configured", REDIS_ERROR_FATAL, "disk");
	assert_trouble("NOAUTH Authentication required.", REDIS_ERROR_FATAL,
	    "SML_REDIS_PASSWORD");
	assert_trouble("WRONGPASS invalid", REDIS_ERROR_FATAL, "refuses the user's name");
	assert_trouble("NOPERM this user", REDIS_ERROR_FATAL, "does not let this user");
	assert_trouble("MOVED 1 10.0.0.1:6379", REDIS_ERROR_FATAL, "cluster");
	assert_trouble("ERR unknown command", REDIS_ERROR_FATAL,
	    "the server says: ERR unknown");
	assert_trouble("", REDIS_ERROR_FATAL, "the server says");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_come_out_as_they_went_in),
		cmocka_unit_test(what_was_sent_can_be_sent_again),
		cmocka_unit_test(one_that_is_not_finished_leaves_nothing),
		cmocka_unit_test(commands_are_written_as_redis_reads_them),
		cmocka_unit_test(errors_are_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
