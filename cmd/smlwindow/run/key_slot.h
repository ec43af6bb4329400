/*
 * key_slot: the beginning of a key's slot in the table, in all kinds of windows.
 */
#ifndef SML_KEY_SLOT_H
#define SML_KEY_SLOT_H

#include <stdint.h>

struct key_slot {
	uint64_t spelt; /* a word: the key as its first record spelt it */
};

#endif
