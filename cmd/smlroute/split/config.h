#ifndef SML_CONFIG_H
#define SML_CONFIG_H

#include <jansson.h>

#include "split/plan.h"

/*
 * A configuration is a plan as a JSON object; all of its members but arms may
 * be left out, and none is there that is not named here:
 *
 *	arms		[{"name":…, "weight":…, "model":…}, …], model or not
 *	shadows		[{"name":…, "model":…}, …]
 *	otherwise	the name of an arm
 *	fallback	the name of an arm
 *	method		"classic", "rendezvous"
 *	buckets		100, 10000
 *	weights		"percent", "relative"
 *	salt		text
 *	holdout		a share: a number of percent, or
 *	gate		{"share":…, "salt":…}
 *	shadow_share	as those
 *	pins		{"id":"name of an arm", …}
 */

/*
 * Fills an empty plan from a document, and settles it.  -1 with err, which
 * says which member is wrong; the plan is to be freed all the same.
 */
int config_read(const json_t *, struct plan *, struct err *);

/* The same from a file, whose name err has too. */
int config_load(const char *path, struct plan *, struct err *);

#endif
