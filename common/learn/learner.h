#ifndef SML_LEARNER_H
#define SML_LEARNER_H

#include <stdbool.h>
#include <stdint.h>

#include "learn/scaler.h"
#include "learn/sgd.h"

/*
 * A model after a scaler.  Learning a row updates the scaler first, then the model
 * with the row as it is scaled now, as River's pipelines do; predicting changes
 * neither.  Each function does what its namesake in sgd.h does.
 */
struct learner {
	bool scales;
	struct scaler scaler;
	struct sgd sgd;
	double *z; /* the row, scaled */
};

void learner_open(struct learner *, const struct sgd_rule *, bool scales);
void learner_close(struct learner *);
int learner_reserve(struct learner *, uint64_t width);
void learner_widen(struct learner *, uint64_t at, uint64_t n);
void learner_narrow(struct learner *, uint64_t at, uint64_t n);
int learner_loaded(struct learner *, uint64_t width);
double learner_score(struct learner *, const double *x);
int learner_try(struct learner *, const double *x, double y);
void learner_keep(struct learner *);

#endif
