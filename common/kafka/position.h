#ifndef SML_POSITION_H
#define SML_POSITION_H

#include <stdint.h>

#include "base/err.h"

/* A place in each partition, as given to -o and --until. */
struct position {
	enum position_kind {
		POSITION_NONE,
		POSITION_BEGINNING,
		POSITION_END,
		POSITION_OFFSET, /* at */
		POSITION_BACK,	 /* `at` messages before the end */
		POSITION_TIME	 /* the first message whose time is `at` (ms) or later */
	} kind;
	int64_t at;
};

/* Reads "beginning", "end", "OFFSET", "-N" or "@TIME" (when.h; a number is in ms). */
int position_read(const char *text, struct position *, struct err *);

/*
 * Returns the offset of a place in a partition that holds the offsets low to end - 1.  found:
 * for POSITION_TIME the brokers' answer (below 0 if no message is that late), for
 * POSITION_BACK the offset found by tail_find.
 */
int64_t position_offset(const struct position *, int64_t low, int64_t end, int64_t found);

#endif
