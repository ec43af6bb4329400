/* A circuit breaker: when a failing server is left alone, and when it is tried again. */
#include "store/redis/breaker.h"

bool
breaker_admits(struct breaker *b, int64_t now)
{
	switch (b->state) {
	case BREAKER_CLOSED:
		return true;
	case BREAKER_OPEN:
		if (now < b->until)
			return false;
		b->state = BREAKER_HALF_OPEN;
		return true;
	case BREAKER_HALF_OPEN:
		break;
	}
	return false;
}

int64_t
breaker_wait(const struct breaker *b, int64_t now)
{
	return b->state == BREAKER_OPEN && now < b->until ? b->until - now : 0;
}

void
breaker_succeeded(struct breaker *b)
{
	if (b->state == BREAKER_CLOSED)
		return;
	b->state = BREAKER_CLOSED;
	b->failures = 0;
	b->open_for = 0;
}

static void
breaker_open(struct breaker *b, int64_t now)
{
	if (b->open_for == 0)
		b->open_for = BREAKER_FIRST;
	else if (b->open_for < BREAKER_LONGEST / 2)
		b->open_for *= 2;
	else
		b->open_for = BREAKER_LONGEST;
	b->state = BREAKER_OPEN;
	b->until = now + b->open_for;
	b->opened++;
}

void
breaker_failed(struct breaker *b, int64_t now)
{
	unsigned int at = b->failures % BREAKER_FAILURES;

	if (b->state == BREAKER_OPEN)
		return; /* this call was made before the breaker opened */
	b->failed[at] = now;
	b->failures++;
	/* The slot for the next failure holds the oldest of the last five. */
	at = b->failures % BREAKER_FAILURES;
	if (b->state == BREAKER_HALF_OPEN ||
	    (b->failures >= BREAKER_FAILURES && now - b->failed[at] <= BREAKER_WINDOW))
		breaker_open(b, now);
}
