#ifndef SML_UNIT_NEAR_H
#define SML_UNIT_NEAR_H

#include <math.h>

/* Compares to a relative 1e-12.  Include cmocka.h before this. */
static inline void
assert_near(double is, double should)
{
	if (!(fabs(is - should) <= 1e-12 * fmax(1.0, fabs(should))))
		fail_msg("%.17g is not %.17g", is, should);
}

#endif
