#ifndef SML_TALLY_H
#define SML_TALLY_H

#include <stdint.h>

#include "cli/report/stats.h"
#include "split/plan.h"

/*
 * Counts of records by arm and by reason.  Arms are known by their names, so that a
 * count goes on when the plan changes.  All zeroes is an empty tally.
 */
struct tally {
	uint64_t reason[REASONS];
	uint64_t reloads, failed; /* of the configuration, pins and models */
	struct tally_arm {
		char *name, *labels;
		uint64_t records;
	} * *arm; /* each stays where it is */
	uint32_t count;
	uint64_t **of_arm;    /* by number in the plan */
	struct stat_row *row; /* the last one has no name */
	size_t rows;
	char *arms; /* for --stats: {"NAME":COUNT,…} */
};

/* How many arms one run can know, those of former plans included. */
enum { TALLY_MOST = 2 * ARMS_MOST };

/* Makes room for the tally's rows and `more` others; rows do not move. */
int tally_open(struct tally *, size_t more, struct err *);

/* Adds another row; call it before the first tally_bind. */
void tally_add(struct tally *, const struct stat_row *);

/* Sets which arms there are; call it again when they change. */
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
