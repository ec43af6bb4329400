#ifndef SML_APPEND_H
#define SML_APPEND_H

#include "cli/options/opt.h"
#include "json/edit.h"

/*
 * The edit that --as, --nest and --overwrite describe; nest: what --nest is
 * where it was not given, or NULL.  Exits 2 where --as is wrong, 1 where
 * memory is short.
 */
struct edit *append_open(const struct common *, const char *nest);

/* Declares a member (edit_name); exits 2 where two would have one name. */
int append_name(const struct common *, struct edit *, struct fields *, const char *name);

/* All members are declared: exits 2 where --as renames none of them. */
void append_named(const struct common *, struct edit *);

/* At the end: says how many values could not be written and went out as null. */
void append_tell(const struct common *, const struct edit *);

#endif
