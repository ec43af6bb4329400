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
 * The features that a get asks for, taken out of an entity's bytes in one pass: exactly those
 * named, in their order; one that is not there has the name NULL, one whose deletion is
 * remembered the value NULL.  Without names all there are, rising by name.
 */
struct wanted {
	struct wanted_name {
		struct feature name; /* only that */
		size_t place;	     /* in the order of -f */
	} * wanted;		     /* rising by name */
	size_t count;		     /* 0: all features */
};

/* names is borrowed.  -1 where memory is short. */
int wanted_open(struct wanted *, const struct feature_names *, struct err *);
void wanted_close(struct wanted *);

/* What bytes (entity_encode's) hold of them; borrowed from the bytes. */
int wanted_read(const struct wanted *, const char *bytes, size_t n, struct entity *,
    struct err *);

/* Where there is no such entity. */
int wanted_nothing(const struct wanted *, struct entity *, struct err *);

#endif
