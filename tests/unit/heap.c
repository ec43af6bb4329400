/* The heap, compared with sorting.  If memory is short nothing changes. */
#include "scarce.h"

#include "base/grow.c"
#include "base/heap.c"

enum { ITEMS = 500 };

struct thing {
	struct heap_item item; /* the first member, as a placed heap needs it */
	int64_t rank;
	uint32_t arrival;
};

static bool
earlier(const void *a, const void *b)
{
	const struct thing *x = a, *y = b;

	return x->arrival < y->arrival;
}

static uint32_t
next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*seed >> 33);
}

static void
assert_is_heap(const struct heap *heap)
{
	for (size_t i = 0; i < heap->count; i++) {
		const struct thing *t = heap->p[i].item;

		assert_int_equal(heap->p[i].rank, t->rank);
		if (heap->placed)
			assert_int_equal(t->item.place, i + 1);
		if (i > 0)
			assert_false(precedes(heap, &heap->p[i], &heap->p[(i - 1) / 2]));
	}
}

/* Removes all items: they must come by rank, and within a rank by arrival. */
static void
assert_comes_out_in_order(struct heap *heap)
{
	const struct thing *last = NULL, *now;
	const struct heap_entry *first;

	while ((first = heap_first(heap)) != NULL) {
		now = first->item;
		if (last != NULL)
			assert_true(last->rank < now->rank ||
			    (last->rank == now->rank && last->arrival < now->arrival));
		last = now;
		heap_pop(heap);
		assert_int_equal(now->item.place, 0);
	}
}

static void
items_come_out_in_order_whatever_happened(void **state)
{
	static struct thing things[ITEMS];
	struct heap heap = { .placed = true, .before = earlier };
	uint64_t seed = 7;

	(void)state;
	for (int step = 0; step < 20000; step++) {
		struct thing *t = &things[next_random(&seed) % ITEMS];
		int64_t rank = next_random(&seed) % 100 - 50;

		switch (next_random(&seed) % 4) {
		case 0:
			heap_drop(&heap, &t->item);
			break;
		case 1:
			if (heap.count > 0) {
				((struct thing *)heap.p[0].item)->rank = rank;
				heap_renew_first(&heap, rank);
			}
			break;
		default:
			if (t->item.place == 0)
				t->arrival = (uint32_t)step;
			t->rank = rank;
			assert_int_equal(heap_set(&heap, rank, &t->item), 0);
		}
		if (step % 100 == 0)
			assert_is_heap(&heap);
	}
	for (size_t i = 0; i < heap.count; i++) {
		struct thing *t = heap.p[i].item;

		heap.p[i].rank = t->rank = next_random(&seed) % 5;
	}
	heap_sort(&heap);
	assert_is_heap(&heap);
	assert_comes_out_in_order(&heap);
	heap_free(&heap);
}

static void
without_memory_a_heap_stays_as_it_was(void **state)
{
	struct thing things[100] = { 0 };
	struct heap heap = { .placed = true };
	size_t count;

	(void)state;
	for (count = 0; count < 100; count++) {
		memory.allowed = 0;
		if (heap_set(&heap, 0, &things[count].item) == -1) {
			assert_int_equal(things[count].item.place, 0);
			assert_int_equal(heap.count, count);
			assert_is_heap(&heap);
			memory.allowed = 1;
			assert_int_equal(heap_reserve(&heap), 0);
			memory.allowed = 0;
			assert_int_equal(heap_set(&heap, 0, &things[count].item), 0);
		}
		memory.allowed = PLENTY;
	}
	heap_free(&heap);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(items_come_out_in_order_whatever_happened),
		TEST(without_memory_a_heap_stays_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
