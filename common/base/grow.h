#ifndef SML_GROW_H
#define SML_GROW_H

#include <stddef.h>

/*
 * Makes room in an array for at least `least` elements of `size` bytes each.
 * Capacity doubles, so adding n elements one by one moves at most n in all.
 *
 * array	the address of the pointer to the elements (any type); NULL in it
 *		is an array without room.  It may be moved.
 * capacity	how many elements there is room for; changed with it.
 *
 * Returns 0, or -1 with errno ENOMEM and everything as it was.  The caller
 * frees the array by free(3).
 */
int grow(void *array, size_t *capacity, size_t least, size_t size);

#endif
