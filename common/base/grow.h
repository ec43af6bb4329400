#ifndef SML_GROW_H
#define SML_GROW_H

#include <stddef.h>

/*
 * Makes room in an array for at least `least` elements of `size` bytes each.  The capacity
 * doubles, so adding n elements one by one moves at most n in all.
 *
 * array	the address of the pointer to the elements (any type).  A NULL pointer is an
 *		array without room.  The elements may move.
 * capacity	the address of the number of elements there is room for; updated.
 *
 * Returns 0, or -1 with errno ENOMEM and everything unchanged.  The caller frees the array
 * with free(3).
 */
int grow(void *array, size_t *capacity, size_t least, size_t size);

#endif
