/* Checks that a line may go into a pipeline. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "json/value.h"
#include "source/source_line.h"

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/*
 * Returns the end of the string that starts at p, after its last quote; NULL if there is no
 * string.
 */
static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++) {
		if (*p != '\\')
			continue;
		if (++p == end || strchr("\"\\/bfnrtu", *p) == NULL)
			return NULL;
		for (int digits = *p == 'u' ? 4 : 0; digits > 0; digits--)
			if (++p == end || !isxdigit((unsigned char)*p))
				return NULL;
	}
	return p < end ? p + 1 : NULL;
}

/* Returns whether this is the name "$sml", which may be spelt with escapes. */
static bool
names_control(const char *p, const char *newline)
{
	const char *end = string_end(p, newline);

	return end != NULL &&
	    value_is((struct value){ .p = p, .len = (uint32_t)(end - p), .kind = V_STRING },
		"$sml", 4);
}

int
source_line_check(const char *p, const char *newline, struct err *err)
{
	p = skip_blanks(p, newline);
	if (p == newline)
		return 0;
	if (*p != '{')
		return err_set(err, p, "a record is a JSON object");
	p = skip_blanks(p + 1, newline);
	/* For most records a look at the first bytes is enough. */
	if (newline - p < 4 || p[0] != '"' || (p[1] != '$' && p[1] != '\\') ||
	    !names_control(p, newline))
		return 0;
	return err_set(err, p, "\"$sml\" begins a control line, and may not be among data");
}
