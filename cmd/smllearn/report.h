#ifndef SML_REPORT_H
#define SML_REPORT_H

#include <stdint.h>

#include "cli/report/stats.h"
#include "model.h"

/* The scores of a model and of its baselines, as rows for --stats and --metrics. */
enum { REPORT_GAUGES = 9, REPORT_COUNTS = 4, REPORT_ENOUGH = 100 };

struct report {
	uint64_t targets; /* records that had the target */
	uint64_t skipped; /* records that lack a feature, and were passed on */
	uint64_t scored;  /* targets for which there was a prediction */
	uint64_t gone;	  /* experts of the learner auto that were dropped */
	enum task task;
	double gauge[REPORT_GAUGES];
	struct stat_row rows[REPORT_COUNTS + REPORT_GAUGES + 1];
};

/* The members that a snapshot holds; the others are computed from the model. */
extern const struct member report_members[];

void report_open(struct report *, enum task);

/* Updates the numbers from the model. */
void report_update(struct report *, const struct model *);

/*
 * If, after REPORT_ENOUGH predictions, the model is worse than the better naive prediction,
 * returns the name of the score that shows this, and fills in both scores.  Otherwise returns
 * NULL.
 */
const char *report_worse(const struct report *, double *mine, double *naive);

#endif
