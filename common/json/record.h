#ifndef SML_RECORD_H
#define SML_RECORD_H

#include "json/fields.h"
#include "json/value.h"

struct stage1;

/*
 * A line as the reader hands it out.  at[size] is a newline or a carriage return, and
 * LINE_SLACK bytes from there on can be read (path_hash reads eight from the start of a
 * name).  index: where the tokens of the line start, relative to base; NULL if the line must
 * be indexed on its own.  used: set by record_parse to the number of entries of index that it
 * used.
 */
enum { LINE_SLACK = 8 };
struct line {
	const char *at;
	size_t size;
	const char *base;
	const uint32_t *index;
	size_t count, used;
};

/*
 * A parsed record.  object is its own bytes, from { to }, without white space around
 * them.
 */
struct record {
	struct value object;
	struct value *slot; /* values by slot number; hidden slots are below 0 */
	struct value *own;  /* the same without defaults; NULL: there are no defaults */
	/* The rest is private to record.c. */
	struct value *values;  /* the memory of slot, hidden slots included */
	struct buf name;       /* a name with its escapes resolved */
	struct stage1 *stage1; /* for lines without an index */
	uint64_t *met, serial; /* for each path: the serial of the last record that had it */
	struct buf copy;       /* of record_parse_text */
	unsigned int max_depth;
	int fields; /* how many fields there is room for */
};

/*
 * Prepares a record for these fields; if more are added later, close and open it again.
 * max_depth: how deep objects and arrays may nest.
 */
int record_open(struct record *, const struct fields *, unsigned int max_depth, struct err *);
void record_close(struct record *);

/*
 * Parses a line, which must be one JSON object (RFC 8259, UTF-8).  Values are
 * borrowed from the line.  If a name occurs twice, the last one counts.
 */
int record_parse(struct record *, const struct fields *, struct line *, struct err *);

/*
 * Finds the fields in a line that somebody else will parse.  Checks their values and the names
 * next to them, but no other values: errors there may go unnoticed.
 */
int record_skim(struct record *, const struct fields *, struct line *, struct err *);

/* Does the same as record_parse, with a copy of a text that did not come from a reader. */
int record_parse_text(struct record *, const struct fields *, const char *text, size_t n,
    struct err *);

/*
 * Sets a default, "FIELD=JSON", for records in which the field is missing or null.
 * Adds the field; call it before record_open.
 */
int record_default(struct fields *, const char *arg, struct err *);

/*
 * Appends the names of an object's members, as spelt there; if there are very many, only the
 * first ones.
 */
int value_names(struct value object, struct buf *);

/*
 * Fills err with what a record lacks: `the time "ts" is missing; the record has "t", "user"`.
 * what: such as "time"; path: the field's path; v: the field's value, null or missing.  Always
 * returns -1.
 */
int record_lacks(struct value object, const char *what, const char *path, struct value v,
    struct err *);

/* Reads the time in a slot of the record.  If there is no time, err names path. */
int record_time(const struct record *, int slot, const char *path, struct time_field *,
    int64_t *ns, struct err *);

/* Returns a field's value, or its default; V_MISSING if there is neither. */
static inline struct value
record_at(const struct record *r, int slot)
{
	return r->slot[slot];
}

/* Returns the field's value in the record itself, without a default. */
static inline struct value
record_own(const struct record *r, int slot)
{
	return (r->own != NULL ? r->own : r->slot)[slot];
}

#endif
