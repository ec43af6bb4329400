/* Where a Redis server is, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/redis/url.h"

struct sample {
	const char *text, *user, *host, *path;
	int port, db;
};

static const struct sample good[] = {
	{ "redis://localhost", NULL, "localhost", NULL, 6379, 0 },
	{ "redis://localhost/", NULL, "localhost", NULL, 6379, 0 },
	{ "redis://10.0.0.1:7000/3", NULL, "10.0.0.1", NULL, 7000, 3 },
	{ "redis://ml@redis.example:65535/15", "ml", "redis.example", NULL, 65535, 15 },
	{ "redis://a%40b%2f@h", "a@b/", "h", NULL, 6379, 0 },
	{ "redis://[::1]:7/0", NULL, "::1", NULL, 7, 0 },
	{ "redis://u@[fe80::1]", "u", "fe80::1", NULL, 6379, 0 },
	{ "redis+unix:/run/redis.sock", NULL, NULL, "/run/redis.sock", 0, 0 },
	{ "redis+unix:./a%3Fb?db=2", NULL, NULL, "./a?b", 0, 2 },
	{ "redis+unix:s?user=ml&db=4", "ml", NULL, "s", 0, 4 },
};

static const struct {
	const char *text, *message;
} bad[] = {
	{ "rediss://h", "rediss:// is not supported" },
	{ "redis://u:secret@h", "a URL cannot hold the password" },
	{ "redis://:secret@h", "a URL cannot hold the password" },
	{ "redis+unix:s?user=u:p", "a URL cannot hold the password" },
	{ "redis://@h", "the user's name before @ is empty" },
	{ "redis://", "the host's name is missing" },
	{ "redis://:6379", "the host's name is missing" },
	{ "redis://h:", "the port in the URL is no number" },
	{ "redis://h:0", "the port in the URL is no number" },
	{ "redis://h:65536", "the port in the URL is no number" },
	{ "redis://h:6379x/1", "the port in the URL is no number" },
	{ "redis://[::1", "the address has a [ without its ]" },
	{ "redis://[::1]x", "what follows ] is no port" },
	{ "redis://h/one", "the database in the URL is no number" },
	{ "redis://h/1/2", "the database in the URL is no number" },
	{ "redis://h/99999999999999999999", "the database in the URL is no number" },
	{ "redis://h?db=1", "only /DB, a number, may follow" },
	{ "redis://h%zz", "hexadecimal digits" },
	{ "redis://h%4", "hexadecimal digits" },
	{ "redis://h%00", "hexadecimal digits" },
	{ "redis+unix:", "the socket's path is missing" },
	{ "redis+unix:s?base=1", "only user=NAME and db=N may follow" },
	{ "redis+unix:s?db=", "only user=NAME and db=N may follow" },
	{ "lmdb:x", "a store in Redis is redis://" },
	{ "redis://u:sec/secret@h", "a URL cannot hold the password" },
	{ "redis://u:?secret@h", "a URL cannot hold the password" },
	{ "redis://:secret", "the port in the URL is no number" },
	{ "redis://h/secret", "the database in the URL is no number" },
	{ "redis://h?password=secret", "only /DB, a number, may follow" },
	{ "redis+unix:s?password=secret", "only user=NAME and db=N may follow" },
	{ "redis+tls://u:secret@h", "a store in Redis is redis://" },
};

static void
assert_text(const char *is, const char *should)
{
	if (should == NULL)
		assert_null(is);
	else
		assert_string_equal(is, should);
}

static void
a_server_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct url url;
		struct err err;

		if (url_read(&url, good[i].text, &err) == -1)
			fail_msg("%s: %s", good[i].text, err.text);
		assert_text(url.user, good[i].user);
		assert_text(url.host, good[i].host);
		assert_text(url.path, good[i].path);
		assert_int_equal(url.port, good[i].port);
		assert_int_equal(url.db, good[i].db);
		url_free(&url);
	}
}

static void
anything_else_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct url url;
		struct err err;

		assert_int_equal(url_read(&url, bad[i].text, &err), -1);
		if (strstr(err.text, bad[i].message) == NULL)
			fail_msg("%s: %s", bad[i].text, err.text);
		assert_null(url.user);
		assert_null(url.host);
		assert_null(url.path);
		/* The message shows what is wrong, but not the secret. */
		assert_null(strstr(err.text, "secret"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_is_read),
		cmocka_unit_test(anything_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
