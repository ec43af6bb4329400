#ifndef SML_URL_H
#define SML_URL_H

#include "base/err.h"

/*
 * Where a Redis server is:
 *
 *	redis://[user@]host[:port][/db]		port 6379, database 0
 *	redis+unix:PATH[?user=NAME][&db=N]
 *
 * %XX stands for a byte; an IPv6 address stands in brackets.  A password is refused: the
 * command line is no secret.  So is rediss://, for which hiredis has no TLS here.
 */
struct url {
	char *user; /* NULL: the default user */
	char *host; /* NULL where path is not */
	char *path; /* of a Unix socket */
	int port, db;
};

/* -1 with err where the text is none; the struct is all zeroes then. */
int url_read(struct url *, const char *text, struct err *);
void url_free(struct url *);

#endif
