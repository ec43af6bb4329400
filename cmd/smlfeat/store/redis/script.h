#ifndef SML_STORE_REDIS_SCRIPT_H
#define SML_STORE_REDIS_SCRIPT_H

#include "entity/entity.h"

/*
 * Scripts that the server runs atomically, so that no other writer comes between reading and
 * writing.  Numbers in Lua are doubles, so times stay decimal texts and are compared as such.
 *
 * A hash has a field for each feature (stamp.h) and, if the whole entity was deleted, the
 * field SCRIPT_MARK.  That is not valid UTF-8, and so cannot be the name of a feature.
 */
#define SCRIPT_MARK \
	"\xff" \
	"deleted"

enum script {
	/*
	 * KEYS[1]; the time of all features, in 19 digits, if they have the same time, else
	 * ""; SERVER_TTL; then names and stamps by turns.  Puts the features that are not
	 * older than the stored ones; returns how many.  SERVER_TTL: for how many ms the key
	 * must live at least; "": for ever.
	 */
	SCRIPT_PUT,
	/*
	 * KEYS[1]; SERVER_TTL; the stamp of the mark; "1" to remove also what smlfeat did not
	 * write.  Returns 1, or 0 if there is a newer mark.
	 */
	SCRIPT_DELETE,
	/* KEYS[1]; now.  Removes what has expired; returns how many went, and how many are left. */
	SCRIPT_SWEEP,
	/* KEYS[1], a string; a time.  Sets it to the time if it is lower or missing. */
	SCRIPT_RAISE,
	SCRIPT_COUNT
};

/*
 * Appends the text of SCRIPT_PUT, with a zero byte at its end.  If n is not 0, the script puts
 * only features with these n names, which are then not among its arguments: such a script is a
 * fifth faster.  Returns -1 with errno ENOMEM.
 */
int script_put(struct buf *, const struct feature *, size_t n);

/* Returns the text of any other script. */
const char *script_text(enum script);

/* Computes the SHA-1 of a script's text, as EVALSHA takes it. */
enum { SCRIPT_SHA1 = 40 };
void script_sha1(const char *text, char sha1[SCRIPT_SHA1 + 1]);

#endif
