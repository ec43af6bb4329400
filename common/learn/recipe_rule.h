#ifndef SML_RECIPE_RULE_H
#define SML_RECIPE_RULE_H

#include "learn/recipe.h"

/* Return whether a number applies: some do only for some losses and penalties. */
bool rule_has_l1_ratio(const struct learner_rule *);
bool rule_has_quantile(const struct learner_rule *);
bool rule_has_epsilon(const struct learner_rule *);

/* Sets options that are not given to the learner's defaults.  Returns -1 if one is wrong. */
int recipe_fill(struct recipe *, struct err *);

#endif
