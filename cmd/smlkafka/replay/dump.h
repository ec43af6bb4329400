#ifndef SML_DUMP_H
#define SML_DUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cli/stream/input.h"
#include "json/fields.h"
#include "json/record.h"
#include "kafka/envelope_place.h"
#include "kafka/merge.h"
#include "time/instant.h"

/*
 * A dump: one file of records as a source of a replay, read as a stream.
 * Records are values, or envelopes in any of their forms, recognised by their
 * members; a dump may hold all of these.
 */

/* What is looked at in each record of all dumps. */
struct dump_fields {
	struct fields *fields;
	int named; /* slot of --time; -1: the envelopes' own times */
	struct envelope_place place;
	struct time_field times; /* of the field of --time */
	bool timed;		 /* a record without a time is a bad one */
	bool unwrap;		 /* records are what the envelopes hold */
};

/* Declares the fields.  time: --time's FIELD, or NULL.  The caller sets the rest. */
int dump_fields_open(struct dump_fields *, const char *time, struct err *);
void dump_fields_close(struct dump_fields *);

/* All zeroes is no dump. */
struct dump {
	struct input *input;
	struct line line; /* of the input, the one that was read last */

	/* Of the record read last; all borrowed until the next one. */
	struct value object;  /* it, as it is to go out */
	struct value time;    /* how its time is spelt; V_MISSING: nobody asked */
	enum unit unit;	      /* of that time, if it is a number */
	struct merge_key key; /* its place among all; the time in ns */

	/* What follows is dump.c's own. */
	char *operands[2];
	struct record record, inner;
	struct buf text; /* of a value, escapes resolved */
};

/* Opens a dump; path is borrowed, "-" is standard input. */
int dump_open(struct dump *, char *path, const struct dump_fields *, size_t max_line,
    unsigned int max_depth, struct err *);

/* Starts again at the beginning of the file. */
int dump_rewind(struct dump *, size_t max_line, struct err *);

void dump_close(struct dump *);

/*
 * Reads the record in d->line.  Returns -1 if it is bad; err->at may be in the line.
 */
int dump_read(struct dump *, struct dump_fields *, struct err *);

#endif
