#ifndef SML_WANTED_H
#define SML_WANTED_H

#include "entity/entity.h"

/* Names of features, UTF-8, in the order in which they were given. */
struct feature_names {
	struct feature_name {
		const char *name;
		uint32_t len;
	} * name;
	size_t count; /* 0: all features */
};

/*
 * The features that a get asks for, read from an entity's bytes in one pass: exactly the named
 * features, in the order of the names.  A missing feature has the name NULL.  A deleted
 * feature whose mark is still there has the value NULL.  Without names: all features, sorted
 * by name.
 */
struct wanted {
	struct wanted_name {
		struct feature name; /* only that */
		size_t place;	     /* in the order of -f */
	} * wanted;		     /* sorted by name */
	size_t count;		     /* 0: all features */
};

/* Borrows the names and sorts them.  Returns -1 if memory is short. */
int wanted_open(struct wanted *, const struct feature_names *, struct err *);
void wanted_close(struct wanted *);

/*
 * Reads the wanted features from an encoded entity (entity_encode); borrowed from the bytes.
 */
int wanted_read(const struct wanted *, const char *bytes, size_t n, struct entity *,
    struct err *);

/* Fills in the entity as wanted_read does, but for an entity that does not exist. */
int wanted_nothing(const struct wanted *, struct entity *, struct err *);

#endif
