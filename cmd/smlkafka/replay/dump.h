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
 * A dump: a file of records that a replay reads.  Records are values, or envelopes in any of
 * their forms, recognised by their members; a dump may hold all of these.
 */

/* What is read in each record of all dumps. */
struct dump_fields {
	struct fields *fields;
	int named; /* slot of --time; -1: the times in the envelopes */
	struct envelope_place place;
	struct time_field times; /* of the field of --time */
	bool timed;		 /* a record without a time is bad */
	bool unwrap;		 /* the values in the envelopes are the records */
};

/*
 * Declares the fields.  time: the FIELD of --time, or NULL.  The caller sets the other
 * members.
 */
int dump_fields_open(struct dump_fields *, const char *time, struct err *);
void dump_fields_close(struct dump_fields *);

/* All zeroes: no dump is open. */
struct dump {
	struct input *input;
	struct line line; /* the line that was read last */

	/* About the record read last; all borrowed until the next record is read. */
	struct value object;  /* the record as it is to be written */
	struct value time;    /* the text of its time; V_MISSING: times are not needed */
	enum unit unit;	      /* of that time, if it is a number */
	struct merge_key key; /* its place in the order of all records; the time in ns */

	/* The members below are private to dump.c. */
	char *operands[2];
	struct record record, inner;
	struct buf text; /* the text of a value, with escapes resolved */
};

/* Opens a dump; path is borrowed, "-" is standard input. */
int dump_open(struct dump *, char *path, const struct dump_fields *, size_t max_line,
    unsigned int max_depth, struct err *);

/* Starts again at the beginning of the file. */
int dump_rewind(struct dump *, size_t max_line, struct err *);

void dump_close(struct dump *);

/*
 * Reads the record in d->line.  Returns -1 with err if it is bad; err->at may point into the
 * line.
 */
int dump_read(struct dump *, struct dump_fields *, struct err *);

#endif
