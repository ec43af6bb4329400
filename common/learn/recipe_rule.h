#ifndef SML_RECIPE_RULE_H
#define SML_RECIPE_RULE_H

#include "learn/recipe.h"

/* Some numbers apply only to some losses and penalties. */
bool rule_has_l1_ratio(const struct learner_rule *);
bool rule_has_quantile(const struct learner_rule *);
bool rule_has_epsilon(const struct learner_rule *);

/*
 * Fills in what is not given, for the learner of the recipe.  Returns -1 if the options do not go
 * together.
 */
int recipe_fill(struct recipe *, struct err *);

#endif
