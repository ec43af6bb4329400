#ifndef SML_PICK_H
#define SML_PICK_H

#include "store/store.h"

/*
 * The features that a get asks for, taken out of an entity's bytes in one pass: the answer to
 * a STORE_GET, as store.h says.
 */
struct pick {
	struct wanted {
		struct feature name; /* only that */
		size_t place;	     /* in the order of -f */
	} * wanted;		     /* rising by name */
	size_t count;		     /* 0: all features */
};

/* names is borrowed.  -1 where memory is short. */
int pick_open(struct pick *, const struct store_names *, struct err *);
void pick_close(struct pick *);

/* What bytes (entity_encode's) hold of them; borrowed from the bytes. */
int pick_read(const struct pick *, const char *bytes, size_t n, struct entity *, struct err *);

/* Where there is no such entity. */
int pick_nothing(const struct pick *, struct entity *, struct err *);

#endif
