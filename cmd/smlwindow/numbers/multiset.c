/* A multiset of byte strings in one block of memory, with a hash table. */
#include "numbers/multiset.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define UNIT 8	      /* bytes; records start at multiples of it */
#define FEW 8	      /* up to this number, records are searched one by one */
#define FIRST_UNITS 8 /* for records in the first block */
#define MOST_UNITS UINT32_MAX
#define MOST_SLOTS (UINT32_C(1) << 31)

/* A string and its count; the next record begins at the next unit after its bytes. */
struct multiset_record {
	uint64_t times; /* 0: dead, until the string is added again or room is needed */
	uint32_t length;
	uint32_t hash;
	unsigned char bytes[];
};

/*
 * The head of the block.  The table and the records follow it.  A slot of the table holds the
 * unit of a record plus 1, or 0 (linear probing, at most half full).
 */
struct multiset_block {
	uint32_t size;	  /* records that are not dead */
	uint32_t records; /* all of them */
	uint32_t slots;	  /* a power of two, or 0 for FEW records or less */
	uint32_t units;	  /* allocated for records */
	uint32_t used;	  /* units of records */
	uint32_t dead;	  /* how many of these are in dead records */
	uint32_t table[];
};

static struct multiset_record *
record_at(const struct multiset_block *block, uint32_t unit)
{
	const uint32_t *records = block->table + block->slots;

	return (struct multiset_record *)((uintptr_t)records + (uintptr_t)unit * UNIT);
}

static uint32_t
units_of(size_t length)
{
	return (uint32_t)((sizeof(struct multiset_record) + length + UNIT - 1) / UNIT);
}

static bool
is_string(const struct multiset_record *record, uint32_t hash, const void *bytes,
    size_t length)
{
	return record->hash == hash && record->length == length &&
	    memcmp(record->bytes, bytes, length) == 0;
}

/*
 * Returns the record of a string, dead or not, or NULL.
 */
static struct multiset_record *
find(const struct multiset_block *block, uint32_t hash, const void *bytes, size_t length)
{
	struct multiset_record *record;
	uint32_t slot, unit;

	if (block == NULL)
		return NULL;
	if (block->slots == 0) {
		for (unit = 0; unit < block->used; unit += units_of(record->length)) {
			record = record_at(block, unit);
			if (is_string(record, hash, bytes, length))
				return record;
		}
		return NULL;
	}
	for (slot = hash;; slot++) {
		unit = block->table[slot & (block->slots - 1)];
		if (unit == 0)
			return NULL;
		record = record_at(block, unit - 1);
		if (is_string(record, hash, bytes, length))
			return record;
	}
}

/*
 * Adds the record that was written after the last one to the block.
 */
static void
take_in(struct multiset_block *block)
{
	const struct multiset_record *record = record_at(block, block->used);
	uint32_t slot;

	if (block->slots > 0) {
		for (slot = record->hash; block->table[slot & (block->slots - 1)] != 0; slot++)
			;
		block->table[slot & (block->slots - 1)] = block->used + 1;
	}
	block->used += units_of(record->length);
	block->records++;
	block->size++;
}

/*
 * Moves the records that are not dead to another block, or closes the gaps in their own.
 */
static void
gather(struct multiset_block *to, const struct multiset_block *from)
{
	uint32_t end = from->used, unit, n;

	to->size = to->records = to->used = to->dead = 0;
	memset(to->table, 0, to->slots * sizeof to->table[0]);
	for (unit = 0; unit < end; unit += n) {
		const struct multiset_record *record = record_at(from, unit);

		n = units_of(record->length);
		if (record->times > 0) {
			memmove(record_at(to, to->used), record, (size_t)n * UNIT);
			take_in(to);
		}
	}
}

/*
 * Moves the set to a block with room for as many more units, and a third of it for dead
 * records.
 */
static int
move(struct multiset *set, uint32_t more)
{
	static const struct multiset_block empty;
	const struct multiset_block *old = set->block != NULL ? set->block : &empty;
	uint64_t live = (uint64_t)old->used - old->dead + more, units = live + live / 2;
	uint64_t slots = 0;
	struct multiset_block *block;

	if (old->size >= FEW)
		for (slots = 2 * FEW; slots < 3 * (uint64_t)old->size && slots < MOST_SLOTS;)
			slots *= 2;
	if (live >= MOST_UNITS || old->size >= MOST_SLOTS / 2) {
		errno = EOVERFLOW;
		return -1;
	}
	if (units < FIRST_UNITS)
		units = FIRST_UNITS;
	if (units > MOST_UNITS)
		units = MOST_UNITS;
	block = malloc(sizeof *block + slots * sizeof block->table[0] + units * UNIT);
	if (block == NULL)
		return -1;
	block->slots = (uint32_t)slots;
	block->units = (uint32_t)units;
	gather(block, old);
	free(set->block);
	set->block = block;
	return 0;
}

static bool
has_room(const struct multiset_block *block, uint32_t records, uint32_t used, uint32_t more)
{
	return (uint64_t)used + more <= block->units &&
	    records < (block->slots == 0 ? FEW : block->slots / 2);
}

/*
 * Makes room for one more record: by removing the dead ones if they are a quarter of all,
 * else in another block.
 */
static int
make_room(struct multiset *set, uint32_t more)
{
	struct multiset_block *block = set->block;

	if (block == NULL)
		return move(set, more);
	if (has_room(block, block->records, block->used, more))
		return 0;
	if (!has_room(block, block->size, block->used - block->dead, more) ||
	    block->dead < block->used / 4 || block->records - block->size < block->records / 4)
		return move(set, more);
	gather(block, block);
	return 0;
}

static uint32_t
hash_of(const struct multiset *set, const void *bytes, size_t length)
{
	return (uint32_t)XXH3_64bits_withSeed(bytes, length, set->seed);
}

int
multiset_add(struct multiset *set, const void *bytes, size_t length)
{
	return multiset_add_times(set, bytes, length, 1);
}

int
multiset_add_times(struct multiset *set, const void *bytes, size_t length, uint64_t times)
{
	uint32_t hash = hash_of(set, bytes, length);
	struct multiset_record *record = find(set->block, hash, bytes, length);

	if (times == 0)
		return 0;
	if (length > UINT32_MAX || (record != NULL && record->times > UINT64_MAX - times)) {
		errno = EOVERFLOW;
		return -1;
	}
	if (record != NULL) {
		if (record->times == 0) {
			set->block->size++;
			set->block->dead -= units_of(length);
		}
		record->times += times;
		return 0;
	}
	if (make_room(set, units_of(length)) == -1)
		return -1;
	record = record_at(set->block, set->block->used);
	record->times = times;
	record->length = (uint32_t)length;
	record->hash = hash;
	memcpy(record->bytes, bytes, length);
	take_in(set->block);
	return 0;
}

int
multiset_remove(struct multiset *set, const void *bytes, size_t length)
{
	return multiset_remove_times(set, bytes, length, 1);
}

int
multiset_remove_times(struct multiset *set, const void *bytes, size_t length, uint64_t times)
{
	struct multiset_record *record =
	    find(set->block, hash_of(set, bytes, length), bytes, length);

	if (times == 0)
		return 0;
	if (record == NULL || record->times < times)
		return -1;
	record->times -= times;
	if (record->times == 0) {
		set->block->size--;
		set->block->dead += units_of(length);
	}
	return 0;
}

/*
 * Adds or removes another set's strings up to a unit.  Returns that unit, or the unit at which
 * it failed.
 */
static uint32_t
change_all(struct multiset *set, const struct multiset *other, uint32_t end,
    int (*change)(struct multiset *, const void *, size_t, uint64_t))
{
	uint32_t unit = 0;

	while (unit < end) {
		const struct multiset_record *record = record_at(other->block, unit);

		if (change(set, record->bytes, record->length, record->times) == -1)
			break;
		unit += units_of(record->length);
	}
	return unit;
}

int
multiset_merge(struct multiset *set, const struct multiset *other)
{
	uint32_t end = other->block == NULL ? 0 : other->block->used;
	uint32_t done = change_all(set, other, end, multiset_add_times);

	if (done == end)
		return 0;
	change_all(set, other, done, multiset_remove_times);
	return -1;
}

/* Undoing cannot fail: strings that were just removed are dead, but still in the block. */
int
multiset_unmerge(struct multiset *set, const struct multiset *other)
{
	uint32_t end = other->block == NULL ? 0 : other->block->used;
	uint32_t done = change_all(set, other, end, multiset_remove_times);

	if (done == end)
		return 0;
	change_all(set, other, done, multiset_add_times);
	return -1;
}

int
multiset_absorb(struct multiset *set, struct multiset *other)
{
	struct multiset larger = *other;

	if (multiset_size(other) > multiset_size(set)) {
		*other = *set;
		*set = larger;
	}
	if (multiset_merge(set, other) == -1)
		return -1;
	multiset_free(other);
	return 0;
}

uint64_t
multiset_size(const struct multiset *set)
{
	return set->block == NULL ? 0 : set->block->size;
}

static int
compare_entries(const void *left, const void *right)
{
	const struct multiset_entry *a = left, *b = right;
	size_t common = a->length < b->length ? a->length : b->length;
	int order = memcmp(a->bytes, b->bytes, common);

	return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

struct multiset_entry *
multiset_list(const struct multiset *set)
{
	size_t size = multiset_size(set), n = 0;
	struct multiset_entry *entries = calloc(size > 0 ? size : 1, sizeof *entries);
	uint32_t unit = 0;

	if (entries == NULL)
		return NULL;
	while (n < size) {
		const struct multiset_record *record = record_at(set->block, unit);

		unit += units_of(record->length);
		if (record->times > 0)
			entries[n++] = (struct multiset_entry){ record->bytes, record->length,
				record->times };
	}
	qsort(entries, size, sizeof *entries, compare_entries);
	return entries;
}

void
multiset_free(struct multiset *set)
{
	free(set->block);
	set->block = NULL;
}
