/* Arrays that grow. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

enum { FIRST = 8 }; /* elements in a new array, at least */

int
grow(void *array, size_t *capacity, size_t least, size_t size)
{
	size_t more = *capacity < FIRST ? FIRST : 2 * *capacity;
	void *old, *p;

	if (least <= *capacity)
		return 0;
	if (more < least)
		more = least;
	if (more > PTRDIFF_MAX / size) {
		errno = ENOMEM;
		return -1;
	}
	/* Only the caller knows the pointer's type: copy its bytes. */
	memcpy(&old, array, sizeof old);
	p = realloc(old, more * size);
	if (p == NULL)
		return -1;
	memcpy(array, &p, sizeof p);
	*capacity = more;
	/* cppcheck-suppress memleak; the caller's pointer is set */
	return 0;
}
