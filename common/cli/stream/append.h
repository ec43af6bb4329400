#ifndef SML_APPEND_H
#define SML_APPEND_H

#include "cli/options/opt.h"
#include "json/edit.h"

/*
 * Makes the edit (json/edit.h) that --as, --nest and --overwrite describe.  nest: the
 * default of --nest, or NULL.  Exits 2 if --as is wrong, 1 if memory is short.
 */
struct edit *append_open(const struct common *, const char *nest);

/* Declares a member (edit_name); exits 2 if two would have one name. */
int append_name(const struct common *, struct edit *, struct fields *, const char *name);

/* Exits 2 if --as renames a member that does not exist; call it after all are declared. */
void append_named(const struct common *, struct edit *);

/* Warns at the end of values that were not finite and were written as null. */
void append_tell(const struct common *, const struct edit *);

#endif
