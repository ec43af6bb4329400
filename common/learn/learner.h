#ifndef SML_LEARNER_H
#define SML_LEARNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learn/rule.h"
#include "learn/scaler.h"
#include "state/member.h"

/*
 * A number that a learner has for each feature.  A document has one name for it in a feature
 * that is a number, and another in a feature that is an array.
 */
struct feature_number {
	const char *one, *many;
	size_t at, count_at; /* as in member.h, for an M_F64S */
};

/* A piece of a learner's state. */
struct learner_part {
	const char *section;		      /* its name in a snapshot; NULL ends a list */
	const struct member *members;	      /* members that belong to no feature */
	const struct feature_number *numbers; /* ended by a NULL name */
	size_t at;			      /* offset of its struct in the learner's */
	bool implied; /* a document lacks the members, because they follow from others */
	bool nested;  /* in a document it is an object, named like the section */
};

/* Joins the members and the numbers into one table, for a snapshot. */
enum { LEARNER_MEMBERS = 24 };
void learner_members(const struct learner_part *, struct member all[LEARNER_MEMBERS]);

/* Every state begins with this. */
struct learner_progress {
	uint64_t steps; /* rows learned */
	uint64_t width; /* features */
};

/*
 * A kind of learner.  Its state is a struct of size bytes, all zeroes before open, that begins
 * with the members of struct learner_progress.
 */
struct learner_kind {
	const char *name;
	size_t size;
	const struct learner_part *parts;				 /* or: */
	bool (*part)(void *, int i, struct learner_part *, void **noun); /* as learner_part */

	/* Makes a model without features.  close frees it, clear forgets what it learned. */
	void (*open)(void *, const struct learner_rule *);
	void (*close)(void *);
	void (*clear)(void *);

	/*
	 * Makes room for width features.  If memory is short, changes nothing and returns -1.
	 */
	int (*reserve)(void *, uint64_t width);

	/*
	 * widen inserts n features before feature at (at most width), as if they had been 0 in
	 * every row so far; there must be room for them.  narrow undoes that, but not after
	 * keep.
	 */
	void (*widen)(void *, uint64_t at, uint64_t n);
	void (*narrow)(void *, uint64_t at, uint64_t n);

	/*
	 * Completes a model after its members were read.  Returns -1 if it does not have width
	 * features, a number is not finite, or memory is short.
	 */
	int (*loaded)(void *, uint64_t width);

	/*
	 * Returns the score of the row x[width]: to regress, the prediction; to classify, a
	 * number above 0 for the later label.
	 */
	double (*score)(const void *, const double *x);

	/*
	 * Learn the row with the target y in two steps.  try computes the new numbers, and
	 * returns -1 if one is not finite; keep replaces the present numbers with them.
	 */
	int (*try)(void *, const double *x, double y);
	void (*keep)(void *);

	/* Exchanges the two labels. */
	void (*mirror)(void *);
};

/* The learners, in the order of the words of --learner (LEARNER_NAMES), ended by NULL. */
extern const struct learner_kind *const learner_kinds[];
#define LEARNER_NAMES "auto|sgd|adaptive|coin|ftrl|pa|mean|last"
enum {
	LEARNER_AUTO,
	LEARNER_SGD,
	LEARNER_ADAPTIVE,
	LEARNER_COIN,
	LEARNER_FTRL,
	LEARNER_PA,
	LEARNER_MEAN,
	LEARNER_LAST
};

/*
 * A model after a scaler.  Learning a row updates the scaler first, then the model with the
 * row as now scaled, like River's pipelines; predicting changes neither.  Each function does
 * what the function of that name in learner_kind does.
 */
struct learner {
	const struct learner_kind *kind;
	void *state;
	bool scales;
	struct scaler scaler;
	double *z; /* the row, scaled */
};

/* Returns -1 if memory is short. */
int learner_open(struct learner *, int kind, const struct learner_rule *, bool scales);
void learner_close(struct learner *); /* accepts all zeroes */
void learner_clear(struct learner *);

/*
 * Starts again with another rule and the same number of features.  Returns -1 if memory is
 * short.
 */
int learner_restart(struct learner *, const struct learner_rule *);

int learner_reserve(struct learner *, uint64_t width);
void learner_widen(struct learner *, uint64_t at, uint64_t n);
void learner_narrow(struct learner *, uint64_t at, uint64_t n);
int learner_loaded(struct learner *, uint64_t width);
double learner_score(struct learner *, const double *x);
int learner_try(struct learner *, const double *x, double y);
void learner_keep(struct learner *);
void learner_mirror(struct learner *);

static inline uint64_t
learner_steps(const struct learner *l)
{
	return ((const struct learner_progress *)l->state)->steps;
}

static inline uint64_t
learner_width(const struct learner *l)
{
	return ((const struct learner_progress *)l->state)->width;
}

/*
 * Fills in part i of the state: the parts of the kind, then the scaler if there is one.  *noun
 * is set to the struct that the part describes.  Returns false after the last part.
 */
bool learner_part(struct learner *, int i, struct learner_part *, void **noun);

#endif
