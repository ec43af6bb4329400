#include "store/redis/trouble.h"

#include <string.h>

/* By the word that the error begins with; redis.io, "Redis serialization protocol". */
static const struct {
	const char *word;
	enum trouble trouble;
	const char *advice;
} known[] = {
	{ "LOADING", TROUBLE_WAIT, "the server is loading its data" },
	{ "BUSY", TROUBLE_WAIT, "the server is busy with a script" },
	{ "MASTERDOWN", TROUBLE_WAIT, "the replica has lost its master" },
	{ "TRYAGAIN", TROUBLE_WAIT, "the server asks to try again" },
	{ "CLUSTERDOWN", TROUBLE_WAIT, "the cluster is down" },
	{ "NOSCRIPT", TROUBLE_WAIT, "the server has forgotten the script" },
	{ "ERR max number of clients", TROUBLE_WAIT, "the server has too many clients" },
	{ "WRONGTYPE", TROUBLE_RECORD,
	    "the key holds another type in Redis (see --prefix, "
	    "--layout)" },
	{ "SMLFEAT", TROUBLE_RECORD, "the key cannot take it" },
	{ "OOM", TROUBLE_FATAL,
	    "the server is out of memory (its maxmemory is reached, and its "
	    "policy evicts nothing)" },
	{ "READONLY", TROUBLE_FATAL,
	    "the server is a read-only replica: write to its master" },
	{ "NOREPLICAS", TROUBLE_FATAL, "the server has too few replicas to take writes" },
	{ "MISCONF", TROUBLE_FATAL,
	    "the server cannot write its data to disk, and takes no "
	    "writes" },
	{ "NOAUTH", TROUBLE_FATAL,
	    "the server wants a password: set SML_REDIS_PASSWORD, or give "
	    "--password-file" },
	{ "WRONGPASS", TROUBLE_FATAL, "the server refuses the user's name or the password" },
	{ "NOPERM", TROUBLE_FATAL, "the server does not let this user do that" },
	{ "MOVED", TROUBLE_FATAL,
	    "the server is part of a cluster, which smlfeat does not speak "
	    "to" },
};

enum trouble
trouble_read(const char *text, size_t n, struct err *err)
{
	int shown = n > 120 ? 120 : (int)n;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t len = strlen(known[i].word);

		/* What our script says stands behind what Lua says. */
		if ((n >= len && memcmp(text, known[i].word, len) == 0) ||
		    (*known[i].word == 'S' && memmem(text, n, known[i].word, len) != NULL)) {
			err_set(err, NULL, "%s: %.*s", known[i].advice, shown, text);
			return known[i].trouble;
		}
	}
	err_set(err, NULL, "the server says: %.*s", shown, text);
	return TROUBLE_FATAL;
}
