/*
 * Opens and closes a connection, and makes its handshake: the first commands after each
 * connect.
 */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "store/redis/connection.h"
#include "store/redis/redis_command.h"

enum { PASSWORD_MAX = 4096 };

/* Returns the first line of a file, or NULL with err. */
static char *
read_password(const char *path, struct err *err)
{
	FILE *f = fopen(path, "re");
	struct stat st;
	char line[PASSWORD_MAX], *password = NULL;
	size_t n;

	if (f == NULL) {
		err_set(err, NULL, "%s: %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(fileno(f), &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & S_IROTH) != 0) {
		err_set(err, NULL,
		    "%s: everybody can read this password: chmod o-r it, and change the "
		    "password",
		    path);
		fclose(f);
		return NULL;
	}
	line[0] = '\0';
	if (fgets(line, sizeof line, f) == NULL && ferror(f))
		err_set(err, NULL, "%s: %s", path, strerror(errno));
	else if ((n = strcspn(line, "\r\n")) == 0)
		err_set(err, NULL, "%s: its first line holds no password", path);
	else if (n == sizeof line - 1)
		err_set(err, NULL, "%s: its first line is too long for a password", path);
	else if ((password = strndup(line, n)) == NULL)
		err_memory(err);
	fclose(f);
	explicit_bzero(line, sizeof line);
	return password;
}

static int
find_password(struct connection *c, const char *file, struct err *err)
{
	const char *password = getenv("SML_REDIS_PASSWORD");

	if (file != NULL) {
		c->password = read_password(file, err);
		return c->password != NULL ? 0 : -1;
	}
	if (password == NULL || *password == '\0')
		return 0;
	c->password = strdup(password);
	return c->password != NULL ? 0 : err_memory(err);
}

int
connection_handshake_add(struct connection *c, const char *const *word, size_t words,
    struct err *err)
{
	if (command_words(&c->handshake, word, words) == -1)
		return err_memory(err);
	c->handshake_commands++;
	c->handshake_due += c->state == CONNECTION_HANDSHAKE;
	return 0;
}

/*
 * Adds AUTH, SELECT, and a PING, which the server answers only if the password is right and
 * the data is loaded.
 */
static int
make_handshake(struct connection *c, struct err *err)
{
	const char *auth[3] = { "AUTH" }, *choose[2] = { "SELECT" }, *ping = "PING";
	char db[NUM_MAX + 1];
	size_t words = 1;

	if (c->url.user != NULL)
		auth[words++] = c->url.user;
	auth[words++] = c->password != NULL ? c->password : "";
	if ((c->url.user != NULL || c->password != NULL) &&
	    connection_handshake_add(c, auth, words, err) == -1)
		return -1;
	db[num_write_i64(db, c->url.db)] = '\0';
	choose[1] = db;
	if (c->url.db != 0 && connection_handshake_add(c, choose, 2, err) == -1)
		return -1;
	c->ping = c->handshake_commands;
	return connection_handshake_add(c, &ping, 1, err);
}

int
connection_open(struct connection *c, const char *password_file, unsigned int depth,
    struct err *err)
{
	concurrency_open(&c->concurrency, depth);
	c->down = clock_monotonic();
	err_unreachable(&c->why, "%s: there was no connection yet", c->name);
	/* A seed, so that clients do not come back in step; no output depends on it. */
	c->random = (uint64_t)c->down ^ (uint64_t)getpid() << 32;
	if (url_read(&c->url, c->name, err) == -1 ||
	    find_password(c, password_file, err) == -1) {
		errno = EINVAL;
		return -1;
	}
	if (make_handshake(c, err) == -1) {
		errno = ENOMEM;
		return -1;
	}
	return 0;
}

void
connection_close(struct connection *c)
{
	if (c->context != NULL)
		redisFree(c->context);
	reply_pool_free(&c->pool);
	url_free(&c->url);
	if (c->password != NULL)
		explicit_bzero(c->password, strlen(c->password));
	free(c->password);
	if (c->handshake.p != NULL)
		explicit_bzero(c->handshake.p, c->handshake.len);
	buf_free(&c->handshake);
	outbox_free(&c->box);
}
