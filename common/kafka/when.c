/* Instants on the command line. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kafka/when.h"

/* A number by the grammar of RFC 8259, but without an exponent. */
static bool
is_number(const char *text)
{
	static const char digit[] = "0123456789";
	size_t n;

	text += *text == '-';
	n = strspn(text, digit);
	if (n == 0 || (n > 1 && *text == '0'))
		return false;
	text += n;
	if (*text == '.') {
		n = strspn(++text, digit);
		text += n;
	}
	return n > 0 && *text == '\0';
}

int
when_read(const char *text, enum unit unit, int64_t *ns, struct err *err)
{
	char day[sizeof "2026-01-31T00:00:00Z"];

	if (is_number(text))
		return instant_read_number(text, strlen(text), unit, ns, err);
	if (strlen(text) != strlen("2026-01-31"))
		return instant_read(text, strlen(text), ns, err);
	(void)snprintf(day, sizeof day, "%sT00:00:00Z", text);
	if (instant_read(day, strlen(day), ns, NULL) == 0)
		return 0;
	return err_set(err, text, "no time by RFC 3339, nor a day, as 2026-01-31");
}
