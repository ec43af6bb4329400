#ifndef SML_SHARD_KEY_H
#define SML_SHARD_KEY_H

#include "base/buf.h"
#include "json/record.h"

enum { SHARD_FIELDS = 64 /* most in a key */ };

/* The key that decides which copy of the pipeline gets a record. */
struct shard_key {
	struct fields *fields;
	struct record record; /* the last line */
	int slots[SHARD_FIELDS], count;
	struct buf bytes;	/* of the key, in the canonical form of keyed/key.h */
	uint64_t records, keys; /* how many records came, and how many had a key */
};

/* Reads the list of -k; NULL: no record has a key.  Returns -1 with err; nothing is open then. */
int shard_key_open(struct shard_key *, const char *list, struct err *);
void shard_key_close(struct shard_key *);

/*
 * Finds the copy, from 0, that gets this line: the XXH64 of its key, modulo copies.  A line in
 * which no key can be read goes to the first copy.  Only the key is checked: the stages decide
 * what to do with bad lines.  Returns 0; 1 if it is a control line, which is then in
 * record.object; -1 with err if memory is short.
 */
int shard_key_read(struct shard_key *, struct line *, size_t copies, size_t *copy,
    struct err *);

#endif
