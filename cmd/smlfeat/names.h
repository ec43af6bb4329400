#ifndef SML_NAMES_H
#define SML_NAMES_H

#include "base/err.h"
#include "entity/wanted.h"

/*
 * Names of features on the command line: "spend,n", where \ escapes a comma or itself.  put
 * names a feature as its path is written (a.b), so that the same list names it everywhere.
 */
struct names {
	struct feature_names list; /* for store.h */
	char *text;		   /* the names, each terminated */
};

/* Reads a list; a name that is empty or occurs twice is an error. */
int names_read(struct names *, const char *list, struct err *);
void names_free(struct names *);

/*
 * Splits "NAME=REST", as --ttl-for and --default have it, into the name (text, which the
 * caller frees) and *rest, after the equals sign.
 */
int names_split(const char *pair, char **text, const char **rest, struct err *);

/* Returns the index of a name in the list, or -1. */
int names_find(const struct names *, const char *name, size_t n);

#endif
