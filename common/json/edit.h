#ifndef SML_EDIT_H
#define SML_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"
#include "json/fields.h"
#include "json/record.h"
#include "time/instant.h"

/*
 * A record with members added, or a new object.  Names are fixed at start-up;
 * values are set for each record.  What is already in the record keeps its
 * bytes.
 */
struct edit;

/*
 * nest: put all members into one object of this name (NULL: beside the
 * record's own).  overwrite: a name that the record has already gets its value
 * replaced where it stands; otherwise such a record is an error.  NULL where
 * memory is short; edit_free takes NULL.
 */
struct edit *edit_new(const char *nest, bool overwrite);
void edit_free(struct edit *);

/*
 * Renames a member that will be declared: "MEMBER=NEW", or "NEW" for the
 * first one.  as is borrowed.
 */
int edit_rename(struct edit *, const char *as, struct err *);

/*
 * Declares a member.  fields are those of the records that it is added to
 * (NULL where only new objects are made).  Returns its number, or -1; two
 * members of one name are an error.
 */
int edit_name(struct edit *, struct fields *, const char *name, struct err *);

/*
 * How many members are declared; takes back those that were declared behind
 * the first count, where none was renamed.
 */
int edit_count(const struct edit *);
void edit_take_back(struct edit *, int count);

/* After the last edit_name: an error where a renamed member is not there. */
int edit_named(struct edit *, struct err *);

/*
 * Begins a record: no member is set, whatever became of the record before.
 * -1 where it has a name already that would be written: a tool must know that
 * before it counts the record.
 */
int edit_check(struct edit *, const struct record *, struct err *);

/* Has the record one of this name, whose value would be replaced? */
bool edit_replaces(const struct edit *, int member, const struct record *);

/*
 * Sets a member of this record, each at most once; one that is not set is left
 * out.  They are written in the order in which they are set.
 */
void edit_raw(struct edit *, int member, struct value); /* V_MISSING: null */
void edit_i64(struct edit *, int member, int64_t);
void edit_f64(struct edit *, int member, double); /* not finite: null, counted */
void edit_bool(struct edit *, int member, bool);
void edit_null(struct edit *, int member);
void edit_string(struct edit *, int member, const char *utf8, size_t n);

/* A time as RFC 3339 text, or where as_number is true as a number in the unit. */
void edit_time(struct edit *, int member, int64_t ns, bool as_number, enum unit);

/*
 * Writes the record with the members set, or a new object where record is
 * NULL, and a newline; then no member is set.  -1: the record has a member of
 * that name already (nothing is written), or memory was short.
 */
int edit_write(struct edit *, const struct record *, struct out *, struct err *);

/* How many values were not finite and came out as null. */
uint64_t edit_not_finite(const struct edit *);

#endif
