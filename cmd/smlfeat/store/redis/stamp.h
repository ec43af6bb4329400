#ifndef SML_STAMP_H
#define SML_STAMP_H

#include "entity/entity.h"
#include "json/fields.h"
#include "json/record.h"

/*
 * Writes a feature as it is stored in a Redis hash: JSON text that anybody can read, with the
 * time of its event and when it expires (left out if never), both in ns since 1970, and the
 * value as it was put, null if it was deleted:
 *
 *	{"t":1700000000123456789,"x":1700003600123456789,"v":12.5}
 *
 * The time comes first, so that the script on the server finds it.  The text is short, so that
 * Redis stores a small hash packed (hash-max-listpack-value, 64 bytes).
 */
int stamp_write(struct buf *, const struct feature *);

/*
 * Reads a feature back: its value (borrowed from the text), time and expires.  Other programs
 * may write to the server, too, so a text that stamp_write would not write is an error.
 */
struct stamp_reader {
	struct fields *fields; /* none */
	struct record record;  /* for values that must be parsed */
};
int stamp_open(struct stamp_reader *, struct err *);
void stamp_close(struct stamp_reader *); /* does nothing if all is zero */
int stamp_read(struct stamp_reader *, const char *, size_t n, struct feature *, struct err *);

/*
 * Reads an integer in the spelling of stamp_write, and moves *at past it.  Returns -1 if there
 * is none.
 */
int stamp_read_ns(const char **at, const char *end, int64_t *);

#endif
