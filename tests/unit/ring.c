/* The ring, compared with a plain array.  If memory is short nothing changes. */
#include "scarce.h"

#include "base/ring.c"

/* The size is odd, so that a mistake in the arithmetic finds no element. */
struct element {
	char bytes[3];
};

static void
set(struct element *e, uint32_t number)
{
	e->bytes[0] = (char)(number & 0xff);
	e->bytes[1] = (char)(number >> 8 & 0xff);
	e->bytes[2] = (char)(number >> 16 & 0xff);
}

static void
assert_holds(const struct ring *ring, uint32_t first, uint32_t count)
{
	struct element e;

	assert_int_equal(ring->count, count);
	for (uint32_t i = 0; i < count; i++) {
		set(&e, first + i);
		assert_memory_equal(ring_at(ring, i, sizeof e), &e, sizeof e);
	}
}

static void
what_was_pushed_comes_in_its_order(void **state)
{
	struct ring ring = { 0 };
	uint32_t first = 0, next = 0;

	(void)state;
	for (uint32_t round = 0; round < 300; round++) {
		for (uint32_t i = 0; i <= round % 17; i++) {
			struct element *e = ring_push(&ring, sizeof *e);

			if (e == NULL)
				fail();
			else
				set(e, next++);
		}
		assert_holds(&ring, first, next - first);
		first += round % 11;
		if (first > next)
			first = next;
		ring_pop(&ring, ring.count - (next - first));
		assert_holds(&ring, first, next - first);
	}
	ring_free(&ring);
	assert_int_equal(ring.capacity, 0);
}

static void
without_memory_a_ring_stays_as_it_was(void **state)
{
	struct ring ring = { 0 };
	struct element *e;
	uint32_t next = 0;

	(void)state;
	memory.allowed = 3;
	while ((e = ring_push(&ring, sizeof *e)) != NULL)
		set(e, next++);
	assert_int_equal(next, 16);
	assert_holds(&ring, 0, next);
	assert_int_equal(ring_reserve(&ring, sizeof *e), -1);
	ring_pop(&ring, 1);
	assert_int_equal(ring_reserve(&ring, sizeof *e), 0);
	assert_holds(&ring, 1, next - 1);
	memory.allowed = PLENTY;
	ring_free(&ring);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_pushed_comes_in_its_order),
		TEST(without_memory_a_ring_stays_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
