#ifndef SML_BREAKER_H
#define SML_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A circuit breaker: a server that fails is left alone for a while, so that not every request
 * must wait for the time-out, and the server is not overrun when it comes back.  The states
 * and their names are those of resilience4j; the numbers suit a filter.  redis.h says what
 * else happens when a server is slow.
 *
 * closed calls are made; BREAKER_FAILURES within BREAKER_WINDOW open it open no call is made,
 * for 1 s at first half-open one call, the probe, is made: if it succeeds the breaker is
 * closed
 *		again, if it fails it is open for twice as long as before, at
 *		most BREAKER_LONGEST
 */
enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_HALF_OPEN };

enum { BREAKER_FAILURES = 5 };
#define BREAKER_WINDOW INT64_C(10000000000)
#define BREAKER_FIRST INT64_C(1000000000)
#define BREAKER_LONGEST INT64_C(30000000000)

/* Times are ns of any clock that does not go back.  All zeroes is closed. */
struct breaker {
	enum breaker_state state;
	int64_t failed[BREAKER_FAILURES]; /* when calls failed; a ring */
	unsigned int failures;		  /* how many since it was closed */
	int64_t until;			  /* the end of the state open */
	int64_t open_for;		  /* this time */
	uint64_t opened;		  /* how often */
};

/* Returns whether a call may be made now.  The first call after the time open is the probe. */
bool breaker_admits(struct breaker *, int64_t now);

/* Returns how long until breaker_admits may return true, ns: 0 unless open. */
int64_t breaker_wait(const struct breaker *, int64_t now);

/* Record how an admitted call ended. */
void breaker_succeeded(struct breaker *);
void breaker_failed(struct breaker *, int64_t now);

#endif
