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
 * A record to which members are added, or a new object.  The names of the members are fixed at
 * start-up; their values are set for each record.  The rest of the record keeps its bytes.
 */
struct edit;

/*
 * Makes an edit.  nest: the name of one object for all members (NULL: they follow the record's
 * own members).  overwrite: if the record already has a member of that name, its value is
 * replaced in place; otherwise such a record is an error.  Returns NULL if memory is short;
 * edit_free accepts NULL.
 */
struct edit *edit_new(const char *nest, bool overwrite);
void edit_free(struct edit *);

/*
 * Renames a member that will be declared: as is "MEMBER=NEW", or "NEW" for the member declared
 * first.  Borrows as.
 */
int edit_rename(struct edit *, const char *as, struct err *);

/*
 * Declares a member.  fields: the fields of the records to which it is added (NULL if only new
 * objects are made).  Returns the member's number, or -1; two members of one name are an
 * error.
 */
int edit_name(struct edit *, struct fields *, const char *name, struct err *);

/*
 * edit_count returns how many members are declared.  edit_take_back keeps the first count of
 * them and removes the rest, none of which may have been renamed.
 */
int edit_count(const struct edit *);
void edit_take_back(struct edit *, int count);

/* Checks, after the last edit_name, that every renamed member was declared. */
int edit_named(struct edit *, struct err *);

/*
 * Starts on a record, with no member set.  Returns -1 if the record already has a member of a
 * name to be added; so call it before the record is counted.
 */
int edit_check(struct edit *, const struct record *, struct err *);

/* Returns whether the record has a member of this name, whose value would be replaced. */
bool edit_replaces(const struct edit *, int member, const struct record *);

/*
 * Set a member of this record, each at most once.  Members are written in the order in which
 * they are set; a member that is not set is left out.
 */
void edit_raw(struct edit *, int member, struct value); /* V_MISSING: null */
void edit_i64(struct edit *, int member, int64_t);
void edit_f64(struct edit *, int member, double); /* if not finite: null, and counted */
void edit_bool(struct edit *, int member, bool);
void edit_null(struct edit *, int member);
void edit_string(struct edit *, int member, const char *utf8, size_t n);

/* Sets a time: as RFC 3339 text, or, if as_number, as a number in the unit. */
void edit_time(struct edit *, int member, int64_t ns, bool as_number, enum unit);

/*
 * Writes the record (NULL: a new object) with the members that were set, and a newline;
 * afterwards no member is set.  Returns -1 and writes nothing if the record already has a
 * member of one of these names, or memory is short.
 */
int edit_write(struct edit *, const struct record *, struct out *, struct err *);

/* Returns how many values were not finite and were written as null. */
uint64_t edit_not_finite(const struct edit *);

#endif
