#ifndef SML_PATH_H
#define SML_PATH_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include "json/fields.h"
#include "json/value.h"

/*
 * The compiled paths, built by fields.c and walked by record.c: a tree
 * whose nodes are member names.  For record.c only.
 */
struct path_node {
	char *name; /* escapes resolved */
	uint32_t length;
	int slot;		  /* -1: this value itself is not a field; less: hidden */
	int item;		  /* the name as an index of an array, or -1 */
	uint32_t number;	  /* of this node among all nodes */
	struct path_node **table; /* children by hash of name; NULL: none */
	uint32_t mask;		  /* table size less one, a power of two */
	struct path_node **child; /* children by item, ascending */
	uint32_t count;
};

struct fields {
	struct path_node root;
	uint32_t nodes;
	struct path_slot *slot;
	int count;
	size_t room; /* for slots */
	struct path_default *given;
	int defaults;
	size_t given_room;
	struct path_whole *whole;
	size_t wholes, whole_room;
	int hidden; /* how many hidden slots there are: -2 down to -1 - hidden */
};

/* The path a.b of a slot also means the record's own member "a.b", if no b is nested in a. */
struct path_whole {
	int slot;
	const struct path_node *member;
};

struct path_slot {
	char *path; /* as it was first given */
	bool read;  /* fields_add gave it */
};

/* The default of a field; text is malloc'ed. */
struct path_default {
	int slot;
	char *text;
	struct value value;
};

/*
 * Returns a cheap hash of a name, from its first eight bytes and its length.  The eight bytes
 * from name on must be readable.
 */
static inline uint32_t
path_hash(const char *name, uint32_t length)
{
	uint64_t head;

	memcpy(&head, name, sizeof head);
	head = le64toh(head);
	if (length < sizeof head)
		head &= ((uint64_t)1 << 8 * length) - 1;
	head = (head ^ length) * 0x9e3779b97f4a7c15;
	return (uint32_t)(head >> 40);
}

/* Returns the child of this name, or NULL; eight bytes must be readable at name. */
static inline const struct path_node *
path_child(const struct path_node *node, const char *name, uint32_t length)
{
	const struct path_node *c;
	uint32_t i;

	for (i = path_hash(name, length);; i++) {
		c = node->table[i & node->mask];
		if (c == NULL)
			return NULL;
		if (c->length == length && memcmp(c->name, name, length) == 0)
			return c;
	}
}

#endif
