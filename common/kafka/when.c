/* Reads instants on the command line. */
#include <string.h>

#include "base/decimal.h"
#include "kafka/when.h"

/* A time on the command line cannot have a --time-format. */
static void
offer_number(struct err *err)
{
	static const char other[] = INSTANT_OTHER_TEXTS;
	size_t n = strlen(err->text), end = sizeof other - 1;

	if (n < end || strcmp(err->text + n - end, other) != 0)
		return;
	err->text[n - end] = '\0';
	(void)err_add(err, " or a number");
}

int
when_read(const char *text, const struct time_field *as, int64_t *ns, struct err *err)
{
	struct time_field field = *as;
	size_t n = strlen(text);

	if (decimal_is(text, n) && strpbrk(text, "eE") != NULL)
		return err_set(err, text, "a time is no number with an exponent");
	if (time_field_text(&field, text, n, ns, err) == 0)
		return 0;
	if (err != NULL)
		offer_number(err);
	return -1;
}
