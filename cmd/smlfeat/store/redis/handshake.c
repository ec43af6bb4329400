/* Opens and closes a link, and makes its handshake: the first commands on each connection. */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "store/redis/link.h"
#include "store/redis/redis_command.h"

/* Returns the first line of a file, or NULL with err. */
static char *
read_password(const char *path, struct err *err)
{
	FILE *f = fopen(path, "re");
	struct stat st;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

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
	errno = 0;
	n = getline(&line, &cap, f);
	if (n == -1 && errno != 0)
		err_set(err, NULL, "%s: %s", path, strerror(errno));
	else if (n == -1 || (n = (ssize_t)strcspn(line, "\r\n")) == 0)
		err_set(err, NULL, "%s: its first line holds no password", path);
	fclose(f);
	if (n <= 0) {
		free(line);
		return NULL;
	}
	line[n] = '\0';
	return line;
}

static int
find_password(struct link *l, const char *file, struct err *err)
{
	const char *password = getenv("SML_REDIS_PASSWORD");

	if (file != NULL) {
		l->password = read_password(file, err);
		return l->password != NULL ? 0 : -1;
	}
	if (password == NULL || *password == '\0')
		return 0;
	l->password = strdup(password);
	return l->password != NULL ? 0 : err_memory(err);
}

int
link_handshake_add(struct link *l, const char *const *word, size_t words, struct err *err)
{
	if (command_words(&l->handshake, word, words) == -1)
		return err_memory(err);
	l->handshake_commands++;
	l->handshake_due += l->state == LINK_HANDSHAKE;
	return 0;
}

/*
 * Adds AUTH, SELECT, and a PING, which the server answers only if the password is right and
 * the data is loaded.
 */
static int
make_handshake(struct link *l, struct err *err)
{
	const char *auth[3] = { "AUTH" }, *choose[2] = { "SELECT" }, *ping = "PING";
	char db[NUM_MAX + 1];
	size_t words = 1;

	if (l->url.user != NULL)
		auth[words++] = l->url.user;
	auth[words++] = l->password != NULL ? l->password : "";
	if ((l->url.user != NULL || l->password != NULL) &&
	    link_handshake_add(l, auth, words, err) == -1)
		return -1;
	db[num_i64(db, l->url.db)] = '\0';
	choose[1] = db;
	if (l->url.db != 0 && link_handshake_add(l, choose, 2, err) == -1)
		return -1;
	l->ping = l->handshake_commands;
	return link_handshake_add(l, &ping, 1, err);
}

int
link_open(struct link *l, const char *password_file, unsigned int depth, struct err *err)
{
	concurrency_open(&l->concurrency, depth);
	l->down = clock_monotonic();
	err_away(&l->why, "%s: there was no connection yet", l->name);
	/* Clients must not come back in step; no output depends on it. */
	l->random = (uint64_t)l->down ^ (uint64_t)getpid() << 32;
	if (url_read(&l->url, l->name, err) == -1 ||
	    find_password(l, password_file, err) == -1) {
		errno = EINVAL;
		return -1;
	}
	if (make_handshake(l, err) == -1) {
		errno = ENOMEM;
		return -1;
	}
	return 0;
}

void
link_close(struct link *l)
{
	if (l->context != NULL)
		redisFree(l->context);
	reply_pool_free(&l->pool);
	url_free(&l->url);
	if (l->password != NULL)
		explicit_bzero(l->password, strlen(l->password));
	free(l->password);
	if (l->handshake.p != NULL)
		explicit_bzero(l->handshake.p, l->handshake.len);
	buf_free(&l->handshake);
	outbox_free(&l->box);
}
