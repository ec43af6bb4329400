#ifndef SML_TALLY_H
#define SML_TALLY_H

#include <stdint.h>

#include "cli/report/stats.h"
#include "split/plan.h"

/*
 * Counts of records by arm and by reason.  Arms are recognised by their names, so that
 * counting continues when the plan changes.  All zeroes is an empty tally.
 */
struct tally {
	uint64_t reason[REASONS];
	uint64_t reloads, failed; /* of the configuration, pins and models */
	struct tally_arm {
		char *name, *labels;
		uint64_t records;
	} * *arm; /* each stays where it is */
	uint32_t count;
	uint64_t **of_arm;    /* by the arm's number in the plan */
	struct stat_row *row; /* the last one has no name */
	size_t rows;
	char *arms; /* for --stats: {"NAME":COUNT,…} */
};

/* The most arms in one run, including those of earlier plans. */
enum { TALLY_MOST = 2 * ARMS_MOST };

/* Makes room for the tally's rows and `more` other rows; rows do not move in memory. */
int tally_open(struct tally *, size_t more, struct err *);

/* Adds another row.  Call it before the first tally_bind. */
void tally_add(struct tally *, const struct stat_row *);

/* Sets which arms there are.  Call it again when they change. */
int tally_bind(struct tally *, const struct arms *, struct err *);

static inline void
tally_count(struct tally *t, const struct assignment *a)
{
	t->reason[a->reason]++;
	++*t->of_arm[a->arm];
}

/* Writes the counts by arm as JSON, for --stats. */
int tally_sum(struct tally *, struct err *);

void tally_free(struct tally *);

#endif
