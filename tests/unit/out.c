/* Buffered output. */
#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/out.h"

static struct out
open_memory(size_t capacity)
{
	struct out o;

	assert_return_code(out_open(&o, memfd_create("out", 0), capacity), 0);
	return o;
}

/* Checks what has been written to the descriptor. */
static void
assert_written(const struct out *o, const char *want)
{
	char text[256];
	ssize_t n = pread(o->fd, text, sizeof text, 0);

	assert_int_equal(n, strlen(want));
	assert_memory_equal(text, want, (size_t)n);
	assert_int_equal(o->written, n);
}

static void
bytes_wait_until_the_buffer_is_full(void **state)
{
	struct out o = open_memory(8);

	(void)state;
	out_write(&o, "abc", 3);
	out_write(&o, "defgh", 5);
	assert_written(&o, "");
	out_write(&o, "", 0);
	out_write(&o, NULL, 0);
	assert_written(&o, "");
	out_write(&o, "i", 1);
	assert_written(&o, "abcdefgh");
	assert_return_code(out_flush(&o), 0);
	assert_written(&o, "abcdefghi");
	assert_return_code(out_close(&o), 0);
}

static void
more_than_the_buffer_holds_goes_through_in_order(void **state)
{
	struct out o = open_memory(4);

	(void)state;
	out_write(&o, "ab", 2);
	out_write(&o, "0123456789", 10);
	assert_written(&o, "ab0123456789");
	memcpy(out_room(&o, 4), "wxyz", 4);
	out_advance(&o, 3);
	memcpy(out_room(&o, 2), "!?", 2);
	out_advance(&o, 2);
	assert_return_code(out_sync(&o), 0);
	assert_written(&o, "ab0123456789wxy!?");
	assert_return_code(out_close(&o), 0);
}

/*
 * The reader does not read: bytes wait in order, and the descriptor still blocks for others.
 */
static void
assert_never_waits(int fd[2])
{
	static char kilobyte[1024], back[1024];
	struct out o;
	size_t put = 0, got = 0;
	ssize_t n;
	int other = dup(fd[1]);

	assert_return_code(out_open(&o, fd[1], 2048), 0);
	assert_return_code(fcntl(fd[1], F_SETFD, FD_CLOEXEC), 0);
	out_unblock(&o);
	assert_int_equal(fcntl(fd[1], F_GETFD), FD_CLOEXEC);
	do {
		assert_return_code(out_grow(&o, sizeof kilobyte), 0);
		memset(kilobyte, 'a' + (int)(put / sizeof kilobyte % 26), sizeof kilobyte);
		out_write(&o, kilobyte, sizeof kilobyte);
		put += sizeof kilobyte;
	} while (out_try(&o) == 1);
	assert_int_equal(put, o.written + o.len);
	assert_int_equal(fcntl(other, F_GETFL) & O_NONBLOCK, 0);
	while (got < put) {
		assert_true(out_try(&o) >= 0);
		n = read(fd[0], back, sizeof back);
		assert_true(n > 0);
		for (ssize_t i = 0; i < n; i++, got++)
			assert_int_equal(back[i], 'a' + (int)(got / sizeof kilobyte % 26));
	}
	assert_int_equal(out_try(&o), 1);
	(void)close(fd[0]);
	(void)close(other);
	out_write(&o, "x", 1);
	assert_int_equal(out_try(&o), -1);
	assert_int_equal(o.error, EPIPE);
	assert_int_equal(out_close(&o), -1);
}

static void
trying_waits_for_no_reader_of_a_pipe(void **state)
{
	int fd[2];

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	assert_return_code(pipe(fd), 0);
	assert_never_waits(fd);
}

/* It cannot be opened again. */
static void
nor_of_a_socket(void **state)
{
	int fd[2];

	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	assert_never_waits(fd);
}

static void
the_first_error_sticks(void **state)
{
	struct out o;

	(void)state;
	assert_return_code(out_open(&o, open("/dev/full", O_WRONLY), 4), 0);
	out_write(&o, "abcd", 4);
	assert_int_equal(o.error, 0);
	out_write(&o, "e", 1);
	assert_int_equal(o.error, ENOSPC);
	close(o.fd);
	for (int i = 0; i < 10; i++)
		out_write(&o, "more than it holds", 18);
	errno = 0;
	assert_int_equal(out_flush(&o), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(out_sync(&o), -1);
	assert_int_equal(out_close(&o), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(o.written, 0);
}

static void
a_descriptor_that_is_none_is_an_error_at_close(void **state)
{
	struct out o = open_memory(4);

	(void)state;
	close(o.fd);
	assert_int_equal(out_close(&o), -1);
	assert_int_equal(errno, EBADF);
}

static void
a_reader_that_went_is_an_error(void **state)
{
	struct out o;
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_return_code(pipe(ends), 0);
	assert_return_code(out_open(&o, ends[1], 16), 0);
	out_write(&o, "a", 1);
	assert_return_code(out_sync(&o), 0); /* a pipe cannot be synced, and need not */
	close(ends[0]);
	out_write(&o, "b", 1);
	assert_int_equal(out_flush(&o), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(out_close(&o), -1);
}

static void
count(void *sum, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*(unsigned long *)sum = 31 * *(unsigned long *)sum + (unsigned char)p[i];
}

static void
a_tap_sees_every_byte_once_and_in_order(void **state)
{
	struct out o = open_memory(4);
	unsigned long seen = 0, sent = 0;

	(void)state;
	o.tap = count;
	o.tapped = &seen;
	for (size_t n = 0; n < 12; n++) {
		out_write(&o, "hello, world", n);
		count(&sent, "hello, world", n);
	}
	assert_return_code(out_close(&o), 0);
	assert_true(seen == sent);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_wait_until_the_buffer_is_full),
		cmocka_unit_test(more_than_the_buffer_holds_goes_through_in_order),
		cmocka_unit_test(trying_waits_for_no_reader_of_a_pipe),
		cmocka_unit_test(nor_of_a_socket),
		cmocka_unit_test(the_first_error_sticks),
		cmocka_unit_test(a_descriptor_that_is_none_is_an_error_at_close),
		cmocka_unit_test(a_reader_that_went_is_an_error),
		cmocka_unit_test(a_tap_sees_every_byte_once_and_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
