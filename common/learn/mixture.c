/* Averages learners, weighted by how good each has been. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/mixture.h"
#include "learn/vector.h"

static const double least_probability = 1e-6;

/* With a larger target, sums of squared regrets would exceed the range of doubles. */
static const double most_target = 1e140, most_rate = 1e150;

#define IN(member) offsetof(struct mixture, member)

/* The experts, in the order of their shares. */
static const struct expert {
	const char *name, *share; /* sections */
	const struct learner_kind *kind;
	size_t at;
	bool scaled; /* gets scaled features */
	double eta0; /* of sgd */
} experts[MIXTURE_EXPERTS] = {
	{ "sgd_fast", "sgd_fast_share", &sgd_kind, IN(sgd[0]), true, 0.1 },
	{ "sgd_medium", "sgd_medium_share", &sgd_kind, IN(sgd[1]), true, 0.01 },
	{ "sgd_slow", "sgd_slow_share", &sgd_kind, IN(sgd[2]), true, 0.001 },
	{ "adaptive", "adaptive_share", &adaptive_kind, IN(adaptive), false, 0.5 },
	{ "coin", "coin_share", &coin_kind, IN(coin), false, 0 },
	{ "mean_so_far", "mean_share", &mean_kind, IN(mean), false, 0 },
	{ "last_target", "last_share", &last_kind, IN(last), false, 0 },
};

static const struct member members[] = {
	{ "steps", M_U64, IN(steps), 0 },
	{ "lowest", M_F64, IN(lowest), 0 },
	{ "highest", M_F64, IN(highest), 0 },
	{ NULL, 0, 0, 0 },
};

static const struct member share_members[] = {
	{ "weight", M_F64, offsetof(struct mixture_share, weight), 0 },
	{ "regret", M_F64, offsetof(struct mixture_share, regret), 0 },
	{ "squares", M_F64, offsetof(struct mixture_share, squares), 0 },
	{ "range", M_F64, offsetof(struct mixture_share, range), 0 },
	{ "gone", M_U64, offsetof(struct mixture_share, gone), 0 },
	{ NULL, 0, 0, 0 },
};

static const struct feature_number no_numbers[] = { { NULL, NULL, 0, 0 } };

static void *
state_of(const struct mixture *m, int i)
{
	return (char *)(uintptr_t)m + experts[i].at;
}

static void
even_shares(struct mixture *m)
{
	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		m->share[i] = (struct mixture_share){ .weight = 1.0 / MIXTURE_EXPERTS };
}

static void
mixture_open(void *state, const struct learner_rule *rule)
{
	struct mixture *m = state;
	struct learner_rule its = {
		.task = rule->task,
		.loss = rule->task == TASK_CLASSIFY ? LOSS_LOG : LOSS_SQUARED_ERROR,
		.penalty = PENALTY_NONE,
		.rate = RATE_CONSTANT,
		.power_t = 0.5,
		.alpha = 4,
		.beta = 1,
	};

	m->rule = *rule;
	for (int i = 0; i < MIXTURE_EXPERTS; i++) {
		its.eta0 = experts[i].eta0;
		experts[i].kind->open(state_of(m, i), &its);
	}
	even_shares(m);
}

static void
mixture_close(void *state)
{
	struct mixture *m = state;

	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		experts[i].kind->close(state_of(m, i));
	scaler_close(&m->scaler);
	free(m->z);
	m->z = NULL;
}

static void
mixture_clear(void *state)
{
	struct mixture *m = state;

	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		experts[i].kind->clear(state_of(m, i));
	scaler_close(&m->scaler);
	even_shares(m);
	m->steps = m->width = 0;
	m->lowest = m->highest = 0;
}

static int
mixture_reserve(void *state, uint64_t width)
{
	struct mixture *m = state;

	if (vector_reserve(&m->z, width) == -1 || scaler_reserve(&m->scaler, width) == -1)
		return -1;
	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		if (experts[i].kind->reserve(state_of(m, i), width) == -1)
			return -1;
	return 0;
}

static void
mixture_widen(void *state, uint64_t at, uint64_t n)
{
	struct mixture *m = state;

	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		experts[i].kind->widen(state_of(m, i), at, n);
	scaler_widen(&m->scaler, at, n);
	m->width += n;
}

static void
mixture_narrow(void *state, uint64_t at, uint64_t n)
{
	struct mixture *m = state;

	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		experts[i].kind->narrow(state_of(m, i), at, n);
	scaler_narrow(&m->scaler, at, n);
	m->width -= n;
}

static int
share_loaded(const struct mixture_share *s)
{
	bool sound = s->weight >= 0 && s->weight <= 1 && isfinite(s->regret) &&
	    s->squares >= 0 && isfinite(s->squares) && s->range >= 0 && isfinite(s->range) &&
	    s->gone <= 1;

	return sound ? 0 : -1;
}

static int
mixture_loaded(void *state, uint64_t width)
{
	struct mixture *m = state;

	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		if (experts[i].kind->loaded(state_of(m, i), width) == -1 ||
		    share_loaded(&m->share[i]) == -1)
			return -1;
	m->scaler.rows = m->steps;
	if (!(m->lowest <= m->highest) || !isfinite(m->highest - m->lowest) ||
	    vector_reserve(&m->z, width) == -1 || scaler_loaded(&m->scaler, width) == -1)
		return -1;
	m->width = width;
	return 0;
}

static double
within(double x, double low, double high)
{
	return x < low ? low : x > high ? high : x;
}

/* Returns the prediction of an expert; not finite if it has no prediction. */
static double
predict(const struct mixture *m, int i, const double *x)
{
	double score = experts[i].kind->score(state_of(m, i), experts[i].scaled ? m->z : x);

	if (isnan(score))
		return score;
	if (m->rule.task == TASK_CLASSIFY)
		return within(sgd_probability(score), least_probability,
		    1 - least_probability);
	return m->steps == 0 ? 0 : within(score, m->lowest, m->highest);
}

/* Fills in the prediction of each expert, and returns their average. */
static double
predict_all(const struct mixture *m, const double *x, double prediction[MIXTURE_EXPERTS])
{
	double sum = 0, weights = 0;

	scaler_apply(&m->scaler, x, m->z);
	for (int i = 0; i < MIXTURE_EXPERTS; i++) {
		prediction[i] = (double)NAN;
		if (m->share[i].gone == 0)
			prediction[i] = predict(m, i, x);
		if (isnan(prediction[i]))
			continue;
		sum += m->share[i].weight * prediction[i];
		weights += m->share[i].weight;
	}
	return sum / weights;
}

static double
mixture_score(const void *state, const double *x)
{
	const struct mixture *m = state;
	double prediction[MIXTURE_EXPERTS], p = predict_all(m, x, prediction);

	return m->rule.task == TASK_CLASSIFY ? log(p / (1 - p)) : p;
}

/* Returns the slope of the loss at the average prediction p. */
static double
slope(const struct mixture *m, double p, double y)
{
	if (m->rule.task == TASK_CLASSIFY)
		return y == 1 ? -1 / p : 1 / (1 - p);
	return p > y ? 1 : p < y ? -1 : 0;
}

/*
 * Returns an expert's learning rate by BOA, with a limit: for tiny ranges it would be
 * infinite.
 */
static double
learning_rate(const struct mixture_share *s)
{
	double even = log((double)MIXTURE_EXPERTS), rate = sqrt(even / s->squares);

	return fmin(fmin(1 / s->range, rate), most_rate);
}

/* Adds a regret to a share: BOA's recurrence. */
static void
add_regret(struct mixture_share *s, double regret)
{
	double eta;

	s->range = fmax(s->range, fabs(regret));
	s->squares += regret * regret;
	if (s->range == 0)
		return;
	eta = learning_rate(s);
	s->regret += 0.5 * (regret - eta * regret * regret);
	if (eta * regret > 0.5)
		s->regret += 0.5 * s->range;
}

/* Returns the largest learning rate; 0 if no expert has differed from the average yet. */
static double
largest_rate(const struct mixture_share share[MIXTURE_EXPERTS])
{
	double largest = 0;

	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		if (share[i].range > 0)
			largest = fmax(largest, learning_rate(&share[i]));
	return largest;
}

/*
 * Computes the weights from the regrets; experts that are gone get none.  Returns -1 if all
 * are gone.
 */
static int
weigh(struct mixture_share share[MIXTURE_EXPERTS])
{
	double exponent[MIXTURE_EXPERTS], most = -(double)INFINITY, sum = 0;
	double largest = largest_rate(share), eta;

	for (int i = 0; i < MIXTURE_EXPERTS; i++) {
		eta = share[i].range > 0 ? learning_rate(&share[i]) :
		    largest > 0		 ? largest :
					   1;
		exponent[i] = eta * share[i].regret + log(eta);
		if (share[i].gone == 0)
			most = fmax(most, exponent[i]);
	}
	for (int i = 0; i < MIXTURE_EXPERTS; i++) {
		share[i].weight = share[i].gone != 0 ? 0 : exp(exponent[i] - most);
		sum += share[i].weight;
	}
	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		share[i].weight /= sum;
	return sum > 0 ? 0 : -1;
}

static void
share_out(struct mixture *m, const double prediction[MIXTURE_EXPERTS], double p, double y)
{
	double by = slope(m, p, y);

	memcpy(m->next_share, m->share, sizeof m->share);
	for (int i = 0; i < MIXTURE_EXPERTS; i++) {
		if (isnan(prediction[i]))
			m->next_share[i].gone = 1;
		else
			add_regret(&m->next_share[i], by * (p - prediction[i]));
	}
}

static int
mixture_try(void *state, const double *x, double y)
{
	struct mixture *m = state;
	double prediction[MIXTURE_EXPERTS], p = predict_all(m, x, prediction);

	if (fabs(y) > most_target)
		return -1;
	share_out(m, prediction, p, y);
	if (scaler_try(&m->scaler, x, m->z) == -1)
		return -1;
	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		if (m->next_share[i].gone == 0 &&
		    experts[i].kind->try(state_of(m, i), experts[i].scaled ? m->z : x, y) ==
			-1)
			m->next_share[i].gone = 1;
	m->next_lowest = m->steps == 0 ? y : fmin(m->lowest, y);
	m->next_highest = m->steps == 0 ? y : fmax(m->highest, y);
	return weigh(m->next_share);
}

static void
mixture_keep(void *state)
{
	struct mixture *m = state;

	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		if (m->next_share[i].gone == 0)
			experts[i].kind->keep(state_of(m, i));
	scaler_keep(&m->scaler);
	memcpy(m->share, m->next_share, sizeof m->share);
	m->lowest = m->next_lowest;
	m->highest = m->next_highest;
	m->steps++;
}

static void
mixture_mirror(void *state)
{
	struct mixture *m = state;

	for (int i = 0; i < MIXTURE_EXPERTS; i++)
		experts[i].kind->mirror(state_of(m, i));
}

/* Fills in part i of: the scaler, the mixture itself, then each expert's share and parts. */
static bool
mixture_part(void *state, int i, struct learner_part *part, void **noun)
{
	struct mixture *m = state;
	int expert = (i - 2) / 2;

	if (i == 0) {
		*part = scaler_part;
		*noun = &m->scaler;
	} else if (i == 1) {
		*part = (struct learner_part){ "auto", members, no_numbers, 0, false, false };
		*noun = m;
	} else if (expert >= MIXTURE_EXPERTS) {
		return false;
	} else if (i % 2 == 0) {
		*part = (struct learner_part){ experts[expert].share, share_members,
			no_numbers, 0, false, true };
		*noun = &m->share[expert];
	} else {
		*part = *experts[expert].kind->parts;
		part->section = experts[expert].name;
		part->nested = true;
		*noun = state_of(m, expert);
	}
	return true;
}

const struct learner_kind mixture_kind = {
	.name = "auto",
	.size = sizeof(struct mixture),
	.part = mixture_part,
	.open = mixture_open,
	.close = mixture_close,
	.clear = mixture_clear,
	.reserve = mixture_reserve,
	.widen = mixture_widen,
	.narrow = mixture_narrow,
	.loaded = mixture_loaded,
	.score = mixture_score,
	.try = mixture_try,
	.keep = mixture_keep,
	.mirror = mixture_mirror,
};

uint64_t
mixture_gone(const struct learner *l)
{
	const struct mixture *m = l->state;
	uint64_t gone = 0;

	for (int i = 0; l->kind == &mixture_kind && i < MIXTURE_EXPERTS; i++)
		gone += m->share[i].gone;
	return gone;
}
