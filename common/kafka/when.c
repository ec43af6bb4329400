/* Reads instants on the command line. */
#include <string.h>

#include "base/decimal.h"
#include "kafka/when.h"

int
when_read(const char *text, const struct time_field *as, int64_t *ns, struct err *err)
{
	struct time_field field = *as;
	size_t n = strlen(text);

	if (decimal_is(text, n) && strpbrk(text, "eE") != NULL)
		return err_set(err, text, "a time is no number with an exponent");
	return time_field_text(&field, text, n, ns, err);
}
