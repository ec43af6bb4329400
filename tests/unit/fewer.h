#ifndef SML_FEWER_H
#define SML_FEWER_H

#include <stdlib.h>

/* Returns how many of n random cases to try: a tenth if SML_SHORT is set, for valgrind. */
static inline int
fewer(int n)
{
	return getenv("SML_SHORT") == NULL ? n : n / 10;
}

#endif
