/* Makes rows for --stats and --metrics of the scores. */
#include <math.h>
#include <stddef.h>

#include "learn/mixture.h"
#include "report.h"

const struct member report_members[] = {
	{ "targets", M_U64, offsetof(struct report, targets), 0 },
	{ "skipped", M_U64, offsetof(struct report, skipped), 0 },
	{ NULL, 0, 0, 0 },
};

struct name {
	const char *name, *help;
};

static const struct name number_names[] = {
	{ "mae", "Mean absolute error of the predictions." },
	{ "rmse", "Root of their mean squared error." },
	{ "r2", "Their coefficient of determination." },
	{ "mae_last", "Mean absolute error of predicting the last value again." },
	{ "rmse_last", "Root mean squared error of the last value." },
	{ "r2_last", "Coefficient of determination of the last value." },
	{ "mae_mean", "Mean absolute error of predicting the mean so far." },
	{ "rmse_mean", "Root mean squared error of the mean so far." },
	{ "r2_mean", "Coefficient of determination of the mean so far." },
	{ NULL, NULL },
};

static const struct name label_names[] = {
	{ "accuracy", "Share of right labels." },
	{ "f1", "F1 of the later label." },
	{ "log_loss", "Mean log loss of the probabilities." },
	{ "accuracy_last", "Share of right labels when predicting the last label again." },
	{ "f1_last", "F1 of the last label." },
	{ "accuracy_majority",
	    "Share of right labels when predicting the more frequent one." },
	{ "f1_majority", "F1 of the more frequent label." },
	{ "log_loss_majority", "Mean log loss of the share of the later label." },
	{ NULL, NULL },
};

/* Makes the rows of the scores, which depend on the task. */
static void
set_scores(struct report *r, enum task task)
{
	const struct name *name = task == TASK_REGRESS ? number_names : label_names;
	struct stat_row *row = r->rows + REPORT_COUNTS;

	r->task = task;
	if (task == TASK_OPEN)
		return;
	for (int i = 0; name[i].name != NULL; i++) {
		r->gauge[i] = (double)NAN;
		*row++ = (struct stat_row){ name[i].name, STAT_GAUGE, &r->gauge[i],
			name[i].help, NULL };
	}
	*row = (struct stat_row){ NULL, STAT_COUNT, NULL, NULL, NULL };
}

void
report_open(struct report *r, enum task task)
{
	struct stat_row *row = r->rows;

	*r = (struct report){ .targets = 0 };
	*row++ = (struct stat_row){ "targets", STAT_COUNT, &r->targets,
		"Records that had the target.", NULL };
	*row++ = (struct stat_row){ "skipped", STAT_COUNT, &r->skipped,
		"Records that lacked a feature and were passed on.", NULL };
	*row++ = (struct stat_row){ "scored", STAT_COUNT, &r->scored,
		"Targets that had been predicted.", NULL };
	*row++ = (struct stat_row){ "experts_gone", STAT_COUNT, &r->gone,
		"Experts of the learner auto that were dropped.", NULL };
	set_scores(r, task);
}

static double *
put_numbers(double *gauge, const struct score *s)
{
	*gauge++ = score_mae(s);
	*gauge++ = score_rmse(s);
	*gauge++ = score_r2(s);
	return gauge;
}

static double *
put_labels(double *gauge, const struct confusion *t)
{
	*gauge++ = confusion_accuracy(t);
	*gauge++ = confusion_f1(t);
	return gauge;
}

void
report_update(struct report *r, const struct model *m)
{
	double *gauge = r->gauge;

	r->gone = mixture_gone(&m->predictor.learner);
	if ((int)r->task != m->predictor.recipe.rule.task)
		set_scores(r, (enum task)m->predictor.recipe.rule.task);
	if (r->task == TASK_OPEN)
		return;
	if (r->task == TASK_REGRESS) {
		r->scored = m->score.count;
		gauge = put_numbers(gauge, &m->score);
		gauge = put_numbers(gauge, &m->naive_value.by_last);
		put_numbers(gauge, &m->naive_value.by_mean);
		return;
	}
	r->scored = confusion_count(&m->confusion);
	gauge = put_labels(gauge, &m->confusion);
	*gauge++ = confusion_log_loss(&m->confusion);
	gauge = put_labels(gauge, &m->naive_label.by_last);
	gauge = put_labels(gauge, &m->naive_label.by_majority);
	*gauge = confusion_log_loss(&m->naive_label.by_majority);
}

/* Returns the better, that is the lower, of two scores; one may be unknown. */
static double
less(double a, double b)
{
	return isnan(a) || b < a ? b : a;
}

const char *
report_worse(const struct report *r, double *mine, double *naive)
{
	const double *g = r->gauge;
	bool regress = r->task == TASK_REGRESS;

	if (r->task == TASK_OPEN || r->scored < REPORT_ENOUGH)
		return NULL;
	/* If a model gives no probabilities, its errors are compared. */
	if (regress) {
		*mine = g[0];
		*naive = less(g[3], g[6]);
	} else if (!isnan(g[2])) {
		*mine = g[2];
		*naive = g[7];
	} else {
		*mine = 1 - g[0];
		*naive = less(1 - g[3], 1 - g[5]);
	}
	if (*mine <= *naive || isnan(*naive))
		return NULL;
	return regress ? "mae" : isnan(g[2]) ? "share of wrong labels" : "log_loss";
}
