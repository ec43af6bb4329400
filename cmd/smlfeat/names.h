#ifndef SML_NAMES_H
#define SML_NAMES_H

#include "base/err.h"
#include "entity/wanted.h"

/*
 * Names of features on the command line: "spend,n", \ before a comma or itself taking its
 * meaning away.  What -f of put stores from a path is named as the path is written (a.b), so
 * that the same list names it everywhere.
 */
struct names {
	struct feature_names list; /* what store.h wants of them */
	char *text;		   /* where they stand, each terminated */
};

/* Reads a list; a name that comes twice, or is empty, is an error. */
int names_read(struct names *, const char *list, struct err *);
void names_free(struct names *);

/*
 * Reads "NAME=REST", as --ttl-for and --default have it: the name into text (malloc'ed, the
 * caller's to free), *rest behind the equals sign.
 */
int names_split(const char *pair, char **text, const char **rest, struct err *);

/* Where a name stands in the list, or -1. */
int names_find(const struct names *, const char *name, size_t n);

#endif
