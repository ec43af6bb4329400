#ifndef SML_NAMES_H
#define SML_NAMES_H

#include "base/err.h"
#include "entity/wanted.h"

/*
 * Names of features on the command line: "spend,n", where \ escapes a comma or itself.  put
 * names a feature by its path as it is written (a.b), so that the same list works in all
 * commands.
 */
struct names {
	struct feature_names list; /* for store.h */
	char *text;		   /* the names, each with a zero byte after it */
};

/* Reads a list; a name that is empty or occurs twice is an error. */
int names_read(struct names *, const char *list, struct err *);
void names_free(struct names *);

/*
 * Splits "NAME=REST", which --ttl-for and --default take, into *text, the name, which the
 * caller frees, and *rest, the text after the equals sign.
 */
int names_split(const char *pair, char **text, const char **rest, struct err *);

/* Returns the index of a name in the list, or -1. */
int names_find(const struct names *, const char *name, size_t n);

#endif
