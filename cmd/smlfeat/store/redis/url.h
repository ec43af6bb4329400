#ifndef SML_URL_H
#define SML_URL_H

#include "base/err.h"

/*
 * The URL of a Redis server:
 *
 *	redis://[user@]host[:port][/db]		port 6379, database 0
 *	redis+unix:PATH[?user=NAME][&db=N]
 *
 * %XX is a byte; an IPv6 address is in brackets.  A password is refused, because others can
 * read the command line; so is rediss://, because this hiredis has no TLS.
 */
struct url {
	char *user; /* NULL: the default user */
	char *host; /* NULL if there is a path */
	char *path; /* of a Unix socket */
	int port, db;
};

/*
 * Reads a URL.  Returns -1 with err if the text is not a URL; the struct is then all zeroes.
 */
int url_read(struct url *, const char *text, struct err *);
void url_free(struct url *);

#endif
