#ifndef SML_REPORT_H
#define SML_REPORT_H

#include <stdint.h>

#include "cli/report/stats.h"
#include "model.h"

/* The scores of a model and of its baselines, as rows for --stats and --metrics. */
enum { REPORT_GAUGES = 9, REPORT_COUNTS = 3 };

struct report {
	uint64_t targets; /* records that had the target */
	uint64_t skipped; /* records without a feature, passed on */
	uint64_t scored;  /* targets that had been predicted */
	double gauge[REPORT_GAUGES];
	struct stat_row rows[REPORT_COUNTS + REPORT_GAUGES + 1];
};

/* What of it a snapshot holds; the rest is worked out from the model. */
extern const struct member report_members[];

void report_open(struct report *, enum task);

/* Brings the numbers up to date. */
void report_update(struct report *, const struct model *);

#endif
