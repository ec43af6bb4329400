/* Classifies the errors of a Redis server. */
#include "store/redis/redis_error.h"

#include <string.h>

/* The meaning of errors by their first word; see redis.io, "Redis serialization protocol". */
static const struct {
	const char *word;
	enum redis_error trouble;
	const char *advice;
} known[] = {
	{ "LOADING", REDIS_ERROR_PASSES, "the server is loading its data" },
	{ "BUSY", REDIS_ERROR_PASSES, "the server is busy with a script" },
	{ "MASTERDOWN", REDIS_ERROR_PASSES, "the replica has lost its master" },
	{ "TRYAGAIN", REDIS_ERROR_PASSES, "the server asks to try again" },
	{ "CLUSTERDOWN", REDIS_ERROR_PASSES, "the cluster is down" },
	{ "NOSCRIPT", REDIS_ERROR_PASSES, "the server has forgotten the script" },
	{ "ERR max number of clients", REDIS_ERROR_PASSES, "the server has too many clients" },
	{ "WRONGTYPE", REDIS_ERROR_RECORD,
	    "the key holds another type in Redis (see --prefix, "
	    "--layout)" },
	{ "SMLFEAT", REDIS_ERROR_RECORD, "the key cannot take it" },
	{ "OOM", REDIS_ERROR_FATAL,
	    "the server is out of memory (its maxmemory is reached, and its "
	    "policy evicts nothing)" },
	{ "READONLY", REDIS_ERROR_FATAL,
	    "the server is a read-only replica: write to its master" },
	{ "NOREPLICAS", REDIS_ERROR_FATAL, "the server has too few replicas to take writes" },
	{ "MISCONF", REDIS_ERROR_FATAL,
	    "the server cannot write its data to disk, and takes no "
	    "writes" },
	{ "NOAUTH", REDIS_ERROR_FATAL,
	    "the server wants a password: set SML_REDIS_PASSWORD, or give "
	    "--password-file" },
	{ "WRONGPASS", REDIS_ERROR_FATAL,
	    "the server refuses the user's name or the password" },
	{ "NOPERM", REDIS_ERROR_FATAL, "the server does not let this user do that" },
	{ "MOVED", REDIS_ERROR_FATAL,
	    "the server is part of a cluster, which smlfeat does not speak "
	    "to" },
};

enum redis_error
redis_error_read(const char *text, size_t n, struct err *err)
{
	int shown = n > 120 ? 120 : (int)n;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t len = strlen(known[i].word);

		/* The text of our script comes after the text of Lua. */
		if ((n >= len && memcmp(text, known[i].word, len) == 0) ||
		    (*known[i].word == 'S' && memmem(text, n, known[i].word, len) != NULL)) {
			err_set(err, NULL, "%s: %.*s", known[i].advice, shown, text);
			return known[i].trouble;
		}
	}
	err_set(err, NULL, "the server says: %.*s", shown, text);
	return REDIS_ERROR_FATAL;
}
