/* Reads the argument of an option into its place. */
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/grow.h"
#include "base/num.h"
#include "base/text.h"
#include "cli/options/cli.h"
#include "time/instant.h"

static void *
place_of(struct common *c, const struct opt *o)
{
	return (char *)c + o->at;
}

static void
put_list(struct common *c, const struct opt *o, const char *text)
{
	struct texts *list = place_of(c, o);

	if (grow(&list->text, &list->room, list->count + 1, sizeof(*list->text)) == -1)
		diag_die(c->diag, EXIT_FAILED, "out of memory");
	list->text[list->count++] = text;
}

static void
put_choice(struct common *c, const struct opt *o, const char *spelt, const char *text)
{
	const char *word = NULL;
	size_t len = 0;

	for (int i = 0; (word = opt_word(o, word, &len)) != NULL; i++)
		if (strlen(text) == len && memcmp(word, text, len) == 0) {
			*(int *)place_of(c, o) = i;
			return;
		}
	opt_usage(c, "%s is %s, not \"%s\"", spelt, o->arg, text);
}

/* Reads an integer and its suffix, strictly: no sign, no space, no overflow. */
static int
read_count(const char *text, uint64_t *count)
{
	static const struct {
		const char *suffix;
		uint64_t factor;
	} suffixes[] = {
		{ "", 1 },
		{ "k", 1000 },
		{ "M", 1000000 },
		{ "G", 1000000000 },
		{ "Ki", 1 << 10 },
		{ "Mi", 1 << 20 },
		{ "Gi", 1 << 30 },
	};
	size_t digits = strspn(text, "0123456789");
	uint64_t n = 0;

	for (size_t i = 0; i < digits; i++)
		if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(text[i] - '0'), &n))
			return -1;
	for (size_t i = 0; digits > 0 && i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (strcmp(text + digits, suffixes[i].suffix) == 0)
			return __builtin_mul_overflow(n, suffixes[i].factor, count) ? -1 : 0;
	return -1;
}

static void
check_range(struct common *c, const struct opt *o, const char *spelt, const char *text,
    double x)
{
	char min[NUM_MAX + 1], max[NUM_MAX + 1];
	bool bounded = !(o->max <= 0 && o->max >= 0);

	if (x >= o->min && (!bounded || x <= o->max))
		return;
	min[num_write_f64(min, o->min)] = '\0';
	max[num_write_f64(max, o->max)] = '\0';
	if (!bounded)
		opt_usage(c, "%s is at least %s, not %s", spelt, min, text);
	opt_usage(c, "%s is from %s to %s, not %s", spelt, min, max, text);
}

static void
put_duration(struct common *c, const struct opt *o, const char *spelt, const char *text)
{
	/* duration_read refuses less than 1 ns; an option may be 0. */
	static const char *const zero[] = { "0", "0ns", "0us", "0ms", "0s", "0m", "0h", "0d" };
	struct err err;

	for (size_t i = 0; i < sizeof(zero) / sizeof(zero[0]); i++)
		if (strcmp(text, zero[i]) == 0) {
			*(int64_t *)place_of(c, o) = 0;
			return;
		}
	if (duration_read(text, NULL, place_of(c, o), &err) != 0)
		opt_usage(c, "%s: %s, not \"%s\"", spelt, err.text, text);
}

static void
put_text(struct common *c, const struct opt *o, bool again, const char *spelt,
    const char *text)
{
	const char **at = place_of(c, o);

	if (again && strcmp(*at, text) != 0)
		opt_usage(c, "%s is given twice, as \"%s\" and as \"%s\"", spelt, *at, text);
	*at = text;
}

static void
put_count(struct common *c, const struct opt *o, const char *spelt, const char *text)
{
	uint64_t *count = place_of(c, o);

	if (read_count(text, count) != 0)
		opt_usage(c,
		    "%s needs an integer, with k, M, G, Ki, Mi or Gi after it if you like, "
		    "not \"%s\"",
		    spelt, text);
	check_range(c, o, spelt, text, (double)*count);
}

static void
put_real(struct common *c, const struct opt *o, const char *spelt, const char *text)
{
	double *x = place_of(c, o);

	if (!decimal_is(text, strlen(text)) || num_read_f64(text, strlen(text), x) != 0)
		opt_usage(c, "%s needs a number like 0.05 or 1e-3, not \"%s\"", spelt, text);
	check_range(c, o, spelt, text, *x);
}

void
argument_put(struct common *c, const struct opt *o, bool again, const char *spelt,
    const char *text)
{
	bool is_text = o->kind == OPT_TEXT || o->kind == OPT_LIST;

	/* A file name may have any bytes; other texts go into a snapshot as JSON. */
	if (is_text && (o->flags & (OPT_IS_FILE | OPT_COMPARED)) != OPT_IS_FILE &&
	    !text_is_utf8(text, strlen(text)))
		opt_usage(c, "%s is no UTF-8: \"%s\"", spelt, text);
	if ((o->flags & OPT_IS_FILE) != 0 && *text == '\0')
		opt_usage(c, "%s needs a file's name", spelt);
	switch (o->kind) {
	case OPT_ANSWER:
		break;
	case OPT_FLAG:
		*(bool *)place_of(c, o) = true;
		break;
	case OPT_TEXT:
		put_text(c, o, again, spelt, text);
		break;
	case OPT_LIST:
		put_list(c, o, text);
		break;
	case OPT_COUNT:
		put_count(c, o, spelt, text);
		break;
	case OPT_REAL:
		put_real(c, o, spelt, text);
		break;
	case OPT_DURATION:
		put_duration(c, o, spelt, text);
		break;
	case OPT_CHOICE:
		put_choice(c, o, spelt, text);
		break;
	}
}
