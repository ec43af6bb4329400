#ifndef SML_STORE_REDIS_SCRIPT_H
#define SML_STORE_REDIS_SCRIPT_H

#include "entity/entity.h"

/*
 * What the server does at one go for us, so that no other writer comes between what is looked
 * at and what is written.  Scripts are in Lua, whose numbers are doubles: times are compared
 * as the integers that their texts spell, and never become numbers.
 *
 * A hash has a field for each feature (stamp.h), and SCRIPT_MARK where the whole entity was
 * deleted, which no feature's name can be: it is no UTF-8.
 */
#define SCRIPT_MARK \
	"\xff" \
	"deleted"

enum script {
	/*
	 * KEYS[1]; the time of all the features where they have the same one, of 19 digits,
	 * else ""; SERVER_TTL; then names and stamps by turns.  Puts those that are not older
	 * than what is there; returns how many.  SERVER_TTL: the key is kept for so many ms at
	 * least, "" for ever.
	 */
	SCRIPT_PUT,
	/*
	 * KEYS[1]; SERVER_TTL; the stamp of the mark; "1" where what smlfeat did not write goes,
	 * too.  1, or 0 where a newer mark is there.
	 */
	SCRIPT_DELETE,
	/* KEYS[1]; now.  Removes what has expired; how many went, and how many are left. */
	SCRIPT_SWEEP,
	/* KEYS[1], a string; a time.  Makes it the value where that is lower or missing. */
	SCRIPT_RAISE,
	SCRIPT_COUNT
};

/*
 * The text of SCRIPT_PUT is made, appended and terminated; -1 with errno ENOMEM.  n not 0: of
 * one for features of these names alone, which then are not among its
 * arguments: it is a fifth faster.
 */

int script_put(struct buf *, const struct feature *, size_t n);

/* The text of any other. */
const char *script_text(enum script);

/* The SHA-1 of a script's text, as EVALSHA wants it. */
enum { SCRIPT_SHA1 = 40 };
void script_sha1(const char *text, char sha1[SCRIPT_SHA1 + 1]);

#endif
