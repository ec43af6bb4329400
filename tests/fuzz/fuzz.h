#ifndef SML_FUZZ_H
#define SML_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Fails the target if what it promises does not hold. */
static inline void
need(bool held)
{
	if (!held)
		abort();
}

#endif
