/*
 * key_slot: what a key's slot in the table begins with, for all kinds of windows.
 */
#ifndef SML_KEY_SLOT_H
#define SML_KEY_SLOT_H

#include <stdint.h>

struct key_slot {
	uint64_t spelt; /* a word: the key, as its first record spelt it */
};

#endif
