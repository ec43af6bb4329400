#ifndef SML_PINS_H
#define SML_PINS_H

#include <stddef.h>
#include <stdint.h>

#include "cli/options/opt.h"
#include "split/arm.h"

/*
 * Ids with a fixed arm, whatever their hash.  An id is the bytes that would be hashed, so "42"
 * and 42 are the same id.  All zeroes: there are no pins.
 */
struct pins {
	struct table *table;
};

/* Pins an id.  Returns -1 if it is pinned to another arm already. */
int pins_add(struct pins *, const void *id, size_t n, uint32_t arm, struct err *);

/* Adds the pins of a file of records {"id":…,"arm":…}; other members are ignored. */
int pins_load(struct pins *, const char *path, const struct common *, const struct arms *,
    struct err *);

/* Returns the arm of an id, or -1. */
int64_t pins_find(const struct pins *, const void *id, size_t n);

void pins_free(struct pins *);

#endif
