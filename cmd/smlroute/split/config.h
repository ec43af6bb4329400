#ifndef SML_CONFIG_H
#define SML_CONFIG_H

#include <jansson.h>

#include "split/plan.h"

/*
 * A configuration is a plan as a JSON object with these members, of which only arms is
 * required:
 *
 *	arms		[{"name":…, "weight":…, "model":…}, …], model or not
 *	shadows		[{"name":…, "model":…}, …]
 *	otherwise	the name of an arm
 *	fallback	the name of an arm
 *	method		"classic", "rendezvous"
 *	buckets		100, 10000
 *	weights		"percent", "relative"
 *	salt		text
 *	holdout		a share: a number of percent, or {"share":…, "salt":…}
 *	gate		a share
 *	shadow_share	a share
 *	pins		{"id":"name of an arm", …}
 */

/*
 * Fills an empty plan from a document, and settles it.  Returns -1 with err, which
 * names the wrong member; the plan must be freed in any case.
 */
int config_read(const json_t *, struct plan *, struct err *);

/* Does the same from a file, whose name is in err, too. */
int config_load(const char *path, struct plan *, struct err *);

#endif
