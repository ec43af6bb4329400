/* A hash table of keys, in order of recency. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "base/heap.h"
#include "base/memory.h"
#include "keyed/table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/*
 * Most of the cost of a search is cache misses, so it touches only two lines of memory: an
 * entry of the index (open addressing with linear probing: 32 bits of hash and a slot's
 * number) and the slot with its head.
 *
 * The head has the number of its slot's last touch; numbers grow with time.  The queue, a
 * heap, ranks each slot by the number that it had when the queue last looked, but the number
 * in the head may be higher by now.  To find the oldest slot, the first of the queue is ranked
 * again by the number in its head until it stays first; then no other can be older. So a touch
 * only writes a number.
 */
struct entry {
	uint32_t tag, slot; /* slot 0: free */
};

#define SHORT_KEY 16

struct head {
	int64_t touched; /* 0: the slot was dropped */
	uint32_t place;	 /* in the sorted queue, from 1; 0: the slot is not in it */
	uint32_t len;
	union {
		unsigned char bytes[SHORT_KEY];
		unsigned char *p; /* for a longer key */
		uint32_t next;	  /* for a dropped slot: the next dropped slot */
	} key;
};

enum {
	LINE = 64,	  /* of the cache */
	FIRST_CHUNK = 64, /* slots; each chunk is twice the one before */
	CHUNKS = 32,
	HUGE_PAGE = 2 * 1024 * 1024 /* a large block is whole huge pages: fewer TLB misses */
};

struct table {
	uint64_t seed, limit, count;
	int64_t touches;
	struct entry *index;
	size_t mask;	   /* of the index: its size - 1 */
	int bits;	   /* its size is 2^bits */
	uint32_t last;	   /* the highest slot number that was ever used */
	uint32_t free;	   /* a slot that was dropped, or 0 */
	struct heap queue; /* of heads */
	bool sorted;	   /* no slot was touched since the queue was put in order */
	size_t slot_size, stride;
	char *chunks[CHUNKS];
};

/* Slot numbers start at 1; chunk c holds FIRST_CHUNK << c of them. */
static int
chunk_of(uint32_t number, size_t *offset)
{
	uint64_t i = (uint64_t)number - 1 + FIRST_CHUNK;
	int chunk = 63 - __builtin_clzll(i) - __builtin_ctz(FIRST_CHUNK);

	*offset = i - ((uint64_t)FIRST_CHUNK << chunk);
	return chunk;
}

static struct head *
head_of(const struct table *table, uint32_t number)
{
	size_t offset;
	int chunk = chunk_of(number, &offset);

	return (struct head *)(void *)(table->chunks[chunk] + offset * table->stride);
}

static void *
slot_of(struct head *head)
{
	return head + 1;
}

static const struct head *
head_before(const void *slot)
{
	return (const struct head *)slot - 1;
}

static const void *
key_of(const struct head *head)
{
	return head->len <= SHORT_KEY ? head->key.bytes : head->key.p;
}

/* Allocates memory that is not cleared, in huge pages if it is large. */
static void *
block_new(size_t size)
{
	size_t unit = size < HUGE_PAGE ? LINE : HUGE_PAGE;
	void *p;

	size = (size + unit - 1) / unit * unit;
	p = aligned_alloc(unit, size);
	if (p != NULL && unit == HUGE_PAGE)
		(void)madvise(p, size, MADV_HUGEPAGE);
	return p;
}

static uint32_t
tag_of(const struct table *table, const void *key, size_t len)
{
	return (uint32_t)(XXH3_64bits_withSeed(key, len, table->seed) >> 32);
}

/*
 * Returns a key's home in the index: the high bits, so that growing walks both indexes in
 * order.
 */
static size_t
home_of(const struct table *table, uint32_t tag)
{
	return (size_t)((uint64_t)tag << 32 >> (64 - table->bits));
}

/* Finds the key's entry, or where it would go. */
static size_t
find(const struct table *table, const void *key, size_t len, uint32_t tag)
{
	size_t i = home_of(table, tag);
	const struct head *head;

	for (; table->index[i].slot != 0; i = (i + 1) & table->mask) {
		if (table->index[i].tag != tag)
			continue;
		head = head_of(table, table->index[i].slot);
		if (head->len == len && (len == 0 || memcmp(key_of(head), key, len) == 0))
			break;
	}
	return i;
}

static int
resize_index(struct table *table, int bits)
{
	struct entry *old = table->index, *index = block_new(sizeof *index << bits);
	size_t i, to, old_size = old == NULL ? 0 : table->mask + 1;

	if (index == NULL)
		return -1;
	memset(index, 0, sizeof *index << bits);
	table->index = index;
	table->bits = bits;
	table->mask = ((size_t)1 << bits) - 1;
	for (i = 0; i < old_size; i++) {
		if (old[i].slot == 0)
			continue;
		for (to = home_of(table, old[i].tag); index[to].slot != 0;)
			to = (to + 1) & table->mask;
		index[to] = old[i];
	}
	free(old);
	return 0;
}

/* Makes room for one more slot: in the index, the queue and the chunks. */
static int
reserve(struct table *table)
{
	size_t offset;
	int chunk = chunk_of(table->last + 1, &offset);

	/*
	 * At three quarters full, a search looks at 2.5 entries; 8.5 if the key is not there.
	 */
	if (table->count >= table->mask / 4 * 3 && resize_index(table, table->bits + 1) == -1)
		return -1;
	if (heap_reserve(&table->queue) == -1)
		return -1;
	if (table->free != 0 || table->chunks[chunk] != NULL)
		return 0;
	table->chunks[chunk] = block_new(((size_t)FIRST_CHUNK << chunk) * table->stride);
	if (table->chunks[chunk] == NULL)
		return -1;
	memory_lend(table->chunks[chunk]);
	return 0;
}

struct table *
table_new(size_t slot_size, uint64_t limit)
{
	struct table *table = calloc(1, sizeof *table);

	if (table == NULL)
		return NULL;
	table->slot_size = slot_size;
	table->stride = sizeof(struct head) + (slot_size + 7) / 8 * 8;
	if (table->stride > LINE - LINE / 4 && table->stride < LINE)
		table->stride = LINE;
	table->limit = limit < UINT32_MAX - FIRST_CHUNK ? limit : UINT32_MAX - FIRST_CHUNK;
	if (resize_index(table, 4) == -1 ||
	    getrandom(&table->seed, sizeof table->seed, 0) != sizeof table->seed) {
		table_free(table);
		return NULL;
	}
	return table;
}

void
table_free(struct table *table)
{
	struct head *head;
	uint32_t n;

	if (table == NULL)
		return;
	for (n = 1; n <= table->last; n++) {
		head = head_of(table, n);
		if (head->touched != 0 && head->len > SHORT_KEY)
			free(head->key.p);
	}
	memory_subtract(table->count * table->stride);
	for (n = 0; n < CHUNKS && table->chunks[n] != NULL; n++) {
		memory_take_back(table->chunks[n]);
		free(table->chunks[n]);
	}
	heap_free(&table->queue);
	free(table->index);
	free(table);
}

/* Returns the number of a free slot: a dropped slot, or a new one. */
static uint32_t
take_number(struct table *table)
{
	uint32_t n = table->free;

	if (n != 0) {
		table->free = head_of(table, n)->key.next;
		return n;
	}
	n = ++table->last;
	head_of(table, n)->place = 0;
	return n;
}

/* Makes a slot for a key that has none. */
static void *
insert(struct table *table, const void *key, size_t len, uint32_t tag)
{
	struct head *head;
	unsigned char *copy = NULL;
	uint32_t n;

	if (table->count >= table->limit || memory_is_short()) {
		errno = ENOSPC;
		return NULL;
	}
	if (len > UINT32_MAX) {
		errno = ENOMEM;
		return NULL;
	}
	if (reserve(table) == -1)
		return NULL;
	if (len > SHORT_KEY) {
		copy = malloc(len);
		if (copy == NULL)
			return NULL;
	}
	n = take_number(table);
	head = head_of(table, n);
	head->touched = ++table->touches;
	head->len = (uint32_t)len;
	if (copy != NULL)
		head->key.p = copy;
	if (len > 0)
		memcpy(copy != NULL ? copy : head->key.bytes, key, len);
	memset(slot_of(head), 0, table->slot_size);
	table->index[find(table, key, len, tag)] = (struct entry){ tag, n };
	if (head->place == 0) {
		(void)heap_push(&table->queue, head->touched, head); /* reserved */
		head->place = (uint32_t)table->queue.count;
	}
	table->sorted = false;
	table->count++;
	memory_add(table->stride);
	return slot_of(head);
}

void *
table_put(struct table *table, const void *key, size_t len, bool *fresh)
{
	uint32_t tag = tag_of(table, key, len);
	uint32_t n = table->index[find(table, key, len, tag)].slot;
	void *slot;

	*fresh = n == 0;
	if (n == 0)
		return insert(table, key, len, tag);
	slot = slot_of(head_of(table, n));
	table_touch(table, slot);
	return slot;
}

void *
table_get(const struct table *table, const void *key, size_t len)
{
	uint32_t n = table->index[find(table, key, len, tag_of(table, key, len))].slot;

	return n == 0 ? NULL : slot_of(head_of(table, n));
}

void
table_touch(struct table *table, void *slot)
{
	((struct head *)slot - 1)->touched = ++table->touches;
	table->sorted = false;
}

const void *
table_key(const struct table *table, const void *slot, size_t *len)
{
	const struct head *head = head_before(slot);

	(void)table;
	*len = head->len;
	return key_of(head);
}

/* Returns the head of the least recent slot, or NULL. */
static struct head *
oldest(struct table *table)
{
	const struct heap_entry *first;
	struct head *head;

	while ((first = heap_first(&table->queue)) != NULL) {
		head = first->item;
		if (head->touched == first->rank)
			return head;
		table->sorted = false;
		if (head->touched == 0) {
			head->place = 0;
			heap_pop(&table->queue);
		} else {
			heap_renew_first(&table->queue, head->touched);
		}
	}
	return NULL;
}

/* Sorts the queue, and removes dropped slots from it. */
static void
sort(struct table *table)
{
	struct heap *queue = &table->queue;
	size_t n = 0;

	for (size_t i = 0; i < queue->count; i++) {
		struct head *head = queue->p[i].item;

		head->place = 0;
		if (head->touched != 0)
			queue->p[n++] = (struct heap_entry){ head->touched, head };
	}
	queue->count = n;
	heap_sort(queue);
	for (uint32_t i = 0; i < n; i++)
		((struct head *)queue->p[i].item)->place = i + 1;
	table->sorted = true;
}

void *
table_next(struct table *table, const void *slot)
{
	const struct heap *queue = &table->queue;
	struct head *head;

	if (slot == NULL) {
		head = oldest(table);
		return head == NULL ? NULL : slot_of(head);
	}
	if (!table->sorted)
		sort(table);
	for (size_t i = head_before(slot)->place; i < queue->count; i++) {
		head = queue->p[i].item;
		if (head->touched != 0)
			return slot_of(head);
	}
	return NULL;
}

/* Removes an entry from the index; entries that it had displaced move up. */
static void
remove_entry(struct table *table, size_t hole)
{
	struct entry *index = table->index;
	size_t i = hole, home;

	for (;;) {
		i = (i + 1) & table->mask;
		if (index[i].slot == 0)
			break;
		home = home_of(table, index[i].tag);
		/* Move the entry if the hole is between its home and its place. */
		if (((i - home) & table->mask) >= ((i - hole) & table->mask)) {
			index[hole] = index[i];
			hole = i;
		}
	}
	index[hole].slot = 0;
}

void
table_drop(struct table *table, void *slot)
{
	struct head *head = (struct head *)slot - 1;
	const void *key = key_of(head);
	size_t i = find(table, key, head->len, tag_of(table, key, head->len));
	uint32_t n = table->index[i].slot;

	remove_entry(table, i);
	if (head->len > SHORT_KEY)
		free(head->key.p);
	head->touched = 0;
	head->key.next = table->free;
	table->free = n;
	table->count--;
	memory_subtract(table->stride);
}

uint64_t
table_count(const struct table *table)
{
	return table->count;
}
