#ifndef SML_PINS_H
#define SML_PINS_H

#include <stddef.h>
#include <stdint.h>

#include "cli/options/opt.h"
#include "split/arm.h"

/*
 * Ids whose arm does not depend on their hash.  An id is the bytes that
 * would be hashed, so that "42" and 42 are one.  All zeroes is none.
 */
struct pins {
	struct table *table;
};

/* Pins an id; -1 where it is pinned to another arm already. */
int pins_add(struct pins *, const void *id, size_t n, uint32_t arm, struct err *);

/* Adds those of a file of records {"id":…,"arm":…}; other members are ignored. */
int pins_load(struct pins *, const char *path, const struct common *, const struct arms *,
    struct err *);

/* The arm of an id, or -1. */
int64_t pins_find(const struct pins *, const void *id, size_t n);

void pins_free(struct pins *);

#endif
