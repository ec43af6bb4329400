/* Reads the URL of a Redis server. */
#include "store/redis/url.h"

#include <stdlib.h>
#include <string.h>

/* Messages show no part of a URL: it may contain a password by mistake. */
enum { PORT = 6379, PORT_MOST = 65535, DB_MOST = 1 << 20 };

static const char tcp[] = "redis://", local[] = "redis+unix:", tls[] = "rediss://";

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Returns a copy of n bytes with %XX decoded, or NULL with err. */
static char *
unescape(const char *p, size_t n, const char *what, struct err *err)
{
	char *text = malloc(n + 1), *to = text;

	if (text == NULL) {
		err_memory(err);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		int high, low;

		if (p[i] != '%') {
			*to++ = p[i];
			continue;
		}
		high = i + 2 < n ? digit(p[i + 1]) : -1;
		low = high >= 0 ? digit(p[i + 2]) : -1;
		if (low < 0 || high * 16 + low == 0) {
			err_set(err, p + i,
			    "the %s has a %% that two hexadecimal digits do not "
			    "follow (%%25 is a %% itself)",
			    what);
			free(text);
			return NULL;
		}
		*to++ = (char)(high * 16 + low);
		i += 2;
	}
	*to = '\0';
	return text;
}

/* Reads n digits as a number, at most `most`.  Returns -1 if they are not such a number. */
static int
number(const char *p, size_t n, int most)
{
	int x = 0;

	if (n == 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		x = x * 10 + (p[i] - '0');
		if (x > most)
			return -1;
	}
	return x;
}

static int
refuse_password(const char *at, struct err *err)
{
	return err_set(err, at,
	    "a URL cannot hold the password, which everybody would see: set "
	    "SML_REDIS_PASSWORD, or give --password-file");
}

static int
read_user(struct url *url, const char *p, size_t n, struct err *err)
{
	if (memchr(p, ':', n) != NULL)
		return refuse_password(p, err);
	if (n == 0)
		return err_set(err, p, "the user's name before @ is empty");
	url->user = unescape(p, n, "user's name", err);
	return url->user != NULL ? 0 : -1;
}

static int
read_db(struct url *url, const char *p, size_t n, struct err *err)
{
	url->db = number(p, n, DB_MOST);
	if (url->db == -1)
		return err_set(err, p, "the database in the URL is no number up to %d",
		    DB_MOST);
	return 0;
}

/* Reads host[:port], of n bytes. */
static int
read_address(struct url *url, const char *p, size_t n, struct err *err)
{
	const char *end = p + n, *colon, *host = p;
	size_t host_len;

	if (n > 0 && *p == '[') {
		colon = memchr(p, ']', n);
		if (colon == NULL)
			return err_set(err, p, "the address has a [ without its ]");
		host = p + 1;
		host_len = (size_t)(colon++ - host);
		if (colon < end && *colon != ':')
			return err_set(err, colon, "what follows ] is no port");
	} else {
		colon = memchr(p, ':', n);
		if (colon == NULL)
			colon = end;
		host_len = (size_t)(colon - host);
	}
	url->port = PORT;
	if (colon < end)
		url->port = number(colon + 1, (size_t)(end - colon - 1), PORT_MOST);
	if (url->port < 1)
		return err_set(err, colon, "the port in the URL is no number from 1 to 65535");
	if (host_len == 0)
		return err_set(err, p, "the host's name is missing");
	url->host = unescape(host, host_len, "host's name", err);
	return url->host != NULL ? 0 : -1;
}

static int
read_tcp(struct url *url, const char *p, struct err *err)
{
	size_t n = strcspn(p, "/?#");
	const char *at = memrchr(p, '@', n), *rest = p + n;

	if (at == NULL && strchr(rest, '@') != NULL)
		return refuse_password(p, err); /* for example a password with a slash */
	if (at != NULL && read_user(url, p, (size_t)(at - p), err) == -1)
		return -1;
	if (at != NULL) {
		n -= (size_t)(at + 1 - p);
		p = at + 1;
	}
	if (read_address(url, p, n, err) == -1)
		return -1;
	if (*rest == '\0' || strcmp(rest, "/") == 0)
		return 0;
	if (*rest != '/')
		return err_set(err, rest,
		    "only /DB, a number, may follow the address in the URL");
	return read_db(url, rest + 1, strlen(rest + 1), err);
}

static int
read_local(struct url *url, const char *p, struct err *err)
{
	size_t n = strcspn(p, "?");
	const char *rest = p + n;

	if (n == 0)
		return err_set(err, p, "the socket's path is missing");
	url->path = unescape(p, n, "socket's path", err);
	if (url->path == NULL)
		return -1;
	while (*rest != '\0') {
		rest++;
		n = strcspn(rest, "&");
		if (strncmp(rest, "db=", 3) == 0 && n > 3) {
			if (read_db(url, rest + 3, n - 3, err) == -1)
				return -1;
		} else if (strncmp(rest, "user=", 5) == 0 && url->user == NULL) {
			if (read_user(url, rest + 5, n - 5, err) == -1)
				return -1;
		} else {
			return err_set(err, rest,
			    "only user=NAME and db=N may follow the ? in the URL");
		}
		rest += n;
	}
	return 0;
}

int
url_read(struct url *url, const char *text, struct err *err)
{
	int status;

	memset(url, 0, sizeof(*url));
	if (strncmp(text, tls, sizeof(tls) - 1) == 0)
		return err_set(err, text,
		    "rediss:// is not supported (hiredis 0.14 has no TLS): "
		    "use redis:// through a tunnel such as stunnel or ssh -L");
	if (strncmp(text, tcp, sizeof(tcp) - 1) == 0)
		status = read_tcp(url, text + sizeof(tcp) - 1, err);
	else if (strncmp(text, local, sizeof(local) - 1) == 0)
		status = read_local(url, text + sizeof(local) - 1, err);
	else
		status = err_set(err, text,
		    "a store in Redis is redis://host:port/db or redis+unix:PATH");
	if (status == -1)
		url_free(url);
	return status;
}

void
url_free(struct url *url)
{
	free(url->user);
	free(url->host);
	free(url->path);
	memset(url, 0, sizeof(*url));
}
