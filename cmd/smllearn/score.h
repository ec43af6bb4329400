#ifndef SML_SCORE_H
#define SML_SCORE_H

#include <stdbool.h>
#include <stdint.h>

#include "state/member.h"

/*
 * Scores of predictions, each made before its target was learned (prequential): the values of
 * sklearn.metrics in scikit-learn 1.9 over all predictions.  A division by zero gives NaN.
 */

/* Scores of numbers. */
struct score {
	uint64_t count;
	double absolute, squared; /* sums of the errors */
	/* of the targets; sum of their squared differences from the mean */
	double mean, total_squares;
};

extern const struct member score_members[];

void score_add(struct score *, double prediction, double target);
double score_mae(const struct score *);	 /* mean_absolute_error */
double score_rmse(const struct score *); /* root_mean_squared_error */
double score_r2(const struct score *);	 /* r2_score */

/* Scores of labels: 0 is the earlier label, 1 the later, which is the positive one. */
struct confusion {
	/* counts of true and false predictions of each label */
	uint64_t true0, false0, true1, false1;
	uint64_t probable; /* predictions with a probability */
	double surprise;   /* sum of the log losses of these */
};

extern const struct member confusion_members[];

void confusion_add(struct confusion *, int prediction, int target);
void confusion_probability(struct confusion *, double of_label1, int target);
void confusion_mirror(struct confusion *); /* exchanges the labels */
uint64_t confusion_count(const struct confusion *);
double confusion_accuracy(const struct confusion *); /* accuracy_score */
double confusion_f1(const struct confusion *);	     /* f1_score, zero_division=0 */
double confusion_log_loss(const struct confusion *); /* log_loss */

#endif
