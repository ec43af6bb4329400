/*
 * Times.  Any bytes are read as a date, a duration, and a number in each unit.  What is
 * accepted must be the same when it is written and read again; an error must point into the
 * text.
 */
#include "time/instant.h"

#include "fuzz.h"
#include "grammar.h"

static void
check_date(const char *text, size_t size)
{
	struct err err = { 0 };
	char out[INSTANT_MAX];
	int64_t ns, again;

	if (instant_read(text, size, &ns, &err) == -1) {
		need(err.at >= text && err.at <= text + size);
		return;
	}
	need(instant_read(out, instant_write(out, ns), &again, NULL) == 0 && again == ns);
}

static void
check_number(const char *text, size_t size, enum unit unit)
{
	char out[INSTANT_MAX];
	int64_t ns, again;
	size_t n;

	if (instant_read_number(text, size, unit, &ns, NULL) == -1)
		return;
	n = instant_write_number(out, ns, unit);
	need(instant_read_number(out, n, unit, &again, NULL) == 0 && again == ns);
}

static void
check_duration(const char *text)
{
	struct err err = { 0 };
	char out[INSTANT_MAX + 1];
	const char *end;
	int64_t ns, again;

	if (duration_read(text, &end, &ns, &err) == -1) {
		need(err.at >= text && err.at <= text + strlen(text));
		return;
	}
	need(ns > 0 && end > text);
	out[duration_write(out, ns)] = '\0';
	need(duration_read(out, NULL, &again, NULL) == 0 && again == ns);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	check_duration(text);
	if (is_number(text) && strlen(text) == size) {
		check_number(text, size, UNIT_S);
		check_number(text, size, UNIT_MS);
		check_number(text, size, UNIT_US);
		check_number(text, size, UNIT_NS);
	}
	free(text);
	/* Nothing beyond the end of data may be read. */
	check_date((const char *)data, size);
	return 0;
}
