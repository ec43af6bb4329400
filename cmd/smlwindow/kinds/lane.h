/*
 * lane: what the slot of a key begins with, in all kinds of windows.
 */
#ifndef SML_LANE_H
#define SML_LANE_H

#include <stdint.h>

struct lane {
	uint64_t spelt; /* kept: the key as its first record spelt it; see frame.h */
};

#endif
