/* Parses -w and -a: windows and functions. */
#include "spec/spec.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/nearest.h"
#include "base/num.h"
#include "base/text.h"
#include "time/instant.h"

static const char *const window_words[] = {
	[WINDOW_SLIDING] = "sliding",
	[WINDOW_TUMBLING] = "tumbling",
	[WINDOW_HOPPING] = "hopping",
	[WINDOW_SESSION] = "session",
	[WINDOW_COUNT] = "count",
	[WINDOW_GLOBAL] = "global",
};

static const char *const function_words[] = {
	[FUNCTION_COUNT] = "count",
	[FUNCTION_SUM] = "sum",
	[FUNCTION_MEAN] = "mean",
	[FUNCTION_MIN] = "min",
	[FUNCTION_MAX] = "max",
	[FUNCTION_VAR] = "var",
	[FUNCTION_STD] = "std",
	[FUNCTION_FIRST] = "first",
	[FUNCTION_LAST] = "last",
	[FUNCTION_DISTINCT] = "distinct",
	[FUNCTION_MEDIAN] = "median",
	[FUNCTION_QUANTILE] = "quantile",
	[FUNCTION_LAG] = "lag",
};

#define WORDS(words) (sizeof(words) / sizeof(words)[0])
#define WORD_MAX 32 /* longer than any word */

/*
 * Returns the index of the word that equals the n bytes at text, or -1 with an error that
 * names the nearest word.
 */
static int
word_read(const char *const *words, size_t count, const char *what, const char *text, size_t n,
    struct err *err)
{
	char typed[WORD_MAX], list[160] = "";
	struct nearest near;
	size_t i;

	for (i = 0; i < count; i++)
		if (strlen(words[i]) == n && memcmp(words[i], text, n) == 0)
			return (int)i;
	if (n == 0 || n >= sizeof typed)
		return err_set(err, text, "a %s is expected here", what);
	memcpy(typed, text, n);
	typed[n] = '\0';
	nearest_start(&near, typed);
	for (i = 0; i < count; i++)
		nearest_try(&near, words[i]);
	if (near.word != NULL)
		return err_set(err, text, "no %s is called %s; did you mean %s?", what, typed,
		    near.word);
	for (i = 0; i < count; i++)
		if (strlen(list) + strlen(words[i]) + 3 < sizeof list)
			(void)snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
			    i > 0 ? ", " : "", words[i]);
	return err_set(err, text, "no %s is called %s; there are %s", what, typed, list);
}

/* Returns the function with this name in SQL, pandas or Flink, or WORDS(function_words). */
static size_t
other_name(const char *text, size_t n)
{
	static const struct {
		const char *name;
		enum function_kind kind;
	} others[] = { { "avg", FUNCTION_MEAN }, { "average", FUNCTION_MEAN },
		{ "stddev", FUNCTION_STD }, { "stdev", FUNCTION_STD },
		{ "stddev_samp", FUNCTION_STD }, { "variance", FUNCTION_VAR },
		{ "var_samp", FUNCTION_VAR }, { "nunique", FUNCTION_DISTINCT },
		{ "count_distinct", FUNCTION_DISTINCT } };

	for (size_t i = 0; i < WORDS(others); i++)
		if (strlen(others[i].name) == n && memcmp(others[i].name, text, n) == 0)
			return others[i].kind;
	return WORDS(function_words);
}

/* Turns p95 into "0.95", p5 into "0.05", p999 into "0.999".  Returns false for other words. */
static bool
percentile(const char *text, size_t n, char quantile[8])
{
	size_t digits = strspn(text + (*text == 'p'), "0123456789");

	if (*text != 'p' || digits == 0 || digits > 4 || digits + 1 != n || text[1] == '0' ||
	    (digits > 2 && strspn(text + 1, "9") < digits))
		return false;
	(void)snprintf(quantile, 8, "0.%s%.*s", digits == 1 ? "0" : "", (int)digits, text + 1);
	return true;
}

/* Reads a count, at least 1, up to the first byte that is not a digit. */
static int
count_read(const char *text, const char **end, uint64_t *n, struct err *err)
{
	const char *p;

	*n = 0;
	for (p = text; *p >= '0' && *p <= '9'; p++)
		if (*n > UINT32_MAX)
			return err_set(err, text, "this number is too large");
		else
			*n = *n * 10 + (uint64_t)(*p - '0');
	if (*n == 0)
		return err_set(err, text, "a whole number from 1 is expected here");
	*end = p;
	return 0;
}

static int
hopping_read(const char *text, struct window *window, struct err *err)
{
	const char *end;

	if (duration_read(text, &end, &window->size, err) == -1)
		return -1;
	if (*end != '/')
		return err_set(err, end,
		    "a size and a slide are expected, as in hopping:10m/1m");
	if (duration_read(end + 1, NULL, &window->slide, err) == -1)
		return -1;
	if (window->slide > window->size)
		return err_set(err, end + 1,
		    "the slide is longer than the size, so that records "
		    "between two windows would count in none");
	return 0;
}

int
window_read(const char *text, struct window *window, struct err *err)
{
	size_t n = strcspn(text, ":");
	const char *rest = text[n] == ':' ? text + n + 1 : NULL, *end;
	int kind;

	if ((kind = word_read(window_words, WORDS(window_words), "window", text, n, err)) ==
	    -1)
		return -1;
	*window = (struct window){ .kind = (enum window_kind)kind };
	if (kind == WINDOW_GLOBAL)
		return rest == NULL ? 0 : err_set(err, rest, "global takes no size");
	if (rest == NULL)
		return err_set(err, text + n, "%s needs a size, as in %s:%s",
		    window_words[kind], window_words[kind],
		    kind == WINDOW_COUNT       ? "100" :
			kind == WINDOW_HOPPING ? "10m/1m" :
						 "10m");
	if (kind == WINDOW_COUNT) {
		if (count_read(rest, &end, &window->count, err) == -1)
			return -1;
		return *end == '\0' ?
		    0 :
		    err_set(err, end, "count takes a number of records only");
	}
	if (kind == WINDOW_HOPPING)
		return hopping_read(rest, window, err);
	if (duration_read(rest, NULL, &window->size, err) == -1)
		return -1;
	window->slide = window->size;
	return 0;
}

static const char *
past_blanks(const char *p)
{
	return p + strspn(p, " \t\n");
}

/* Reads the comma and the number that follow a function's field. */
static int
argument_read(struct function *f, const char *text, const char **end, struct err *err)
{
	const char *p;
	size_t n;

	if (*text != ',')
		return err_set(err, text,
		    "%s needs a number after its field, as in %s(value,%s)",
		    function_words[f->kind], function_words[f->kind],
		    f->kind == FUNCTION_LAG ? "1" : "0.95");
	p = past_blanks(text + 1);
	if (f->kind == FUNCTION_LAG)
		return count_read(p, end, &f->n, err);
	n = strspn(p, "0123456789.eE+-");
	if (!(p[0] >= '0' && p[0] <= '1') || strspn(p, "0123456789.") != n ||
	    p[n - 1] == '.' || num_read_f64(p, n, &f->q) == -1 || f->q > 1)
		return err_set(err, p, "a quantile is a number from 0 to 1, as 0.95");
	*end = p + n;
	return 0;
}

/*
 * Returns the default name of a result, allocated; or NULL (ENOMEM).  n: size of the argument.
 */
static char *
name_default(const struct function *f, const char *path, const char *argument, size_t n)
{
	struct buf name = { 0 };

	path += path[0] == '/';
	if (buf_puts(&name, path) == -1 || (path[0] != '\0' && buf_putc(&name, '_') == -1) ||
	    buf_puts(&name, function_words[f->kind]) == -1 ||
	    (n > 0 && (buf_putc(&name, '_') == -1 || buf_put(&name, argument, n) == -1)) ||
	    buf_putc(&name, '\0') == -1) {
		buf_free(&name);
		return NULL;
	}
	/* Otherwise the next tool would read the name as a path. */
	for (char *p = name.p; *p != '\0'; p++)
		if (strchr("./\\", *p) != NULL)
			*p = '_';
	return name.p;
}

/*
 * Reads a function's field, argument and closing parenthesis, and sets *end to what follows.
 * preset: the argument that is in the function's name (p95), or NULL.
 */
static int
call_read(struct function *f, struct fields *fields, const char *text, const char *preset,
    const char **end, struct err *err)
{
	const char *p = past_blanks(text), *argument = preset;
	size_t length = preset == NULL ? 0 : strlen(preset);

	f->slot = f->column = -1;
	if (*p != ')' || f->kind != FUNCTION_COUNT) {
		if (*p == ')')
			return err_set(err, p, "%s needs a field, as in %s(value)",
			    function_words[f->kind], function_words[f->kind]);
		if (*p == '*')
			return err_set(err, p, "no field is called *: count() counts records");
		if ((f->slot = fields_add(fields, p, &p, err)) == -1)
			return -1;
	}
	if (preset == NULL && (f->kind == FUNCTION_QUANTILE || f->kind == FUNCTION_LAG)) {
		argument = *p == ',' ? past_blanks(p + 1) : p;
		if (argument_read(f, p, &p, err) == -1)
			return -1;
		length = (size_t)(p - argument);
	}
	if (f->name == NULL &&
	    (f->name = name_default(f, f->slot == -1 ? "" : fields_path(fields, f->slot),
		 argument, length)) == NULL)
		return err_memory(err);
	p = past_blanks(p);
	if (*p != ')')
		return err_set(err, p, "a closing parenthesis is expected here");
	*end = p + 1;
	return 0;
}

/* Reads NAME= before a function, if there is one, and sets *end to what follows. */
static int
name_read(struct function *f, const char *text, const char **end, struct err *err)
{
	size_t n = strcspn(text, "=(,)");

	*end = text;
	if (text[n] != '=')
		return 0;
	*end = past_blanks(text + n + 1);
	while (n > 0 && strchr(" \t\n", text[n - 1]) != NULL)
		n--;
	if (n == 0)
		return err_set(err, text, "a name is expected before the equals sign");
	if (!text_is_utf8(text, n))
		return err_set(err, text, "a name must be UTF-8");
	return (f->name = strndup(text, n)) == NULL ? err_memory(err) : 0;
}

/* Reads one [NAME=]FUNC(...); f owns what is allocated, also on failure. */
static int
function_read(struct function *f, struct fields *fields, const char *text, const char **end,
    struct err *err)
{
	char quantile[8];
	const char *p;
	size_t n, word;
	bool preset;
	int kind;

	if (name_read(f, text, &p, err) == -1)
		return -1;
	n = strcspn(p, "=(,)");
	word = n - (n > 0 && p[n - 1] == ' ');
	preset = percentile(p, word, quantile) &&
	    num_read_f64(quantile, strlen(quantile), &f->q) == 0;
	kind = preset ? FUNCTION_QUANTILE : (int)other_name(p, word);
	if (kind == (int)WORDS(function_words))
		kind =
		    word_read(function_words, WORDS(function_words), "function", p, word, err);
	if (kind == -1)
		return -1;
	f->kind = (enum function_kind)kind;
	if (p[n] != '(')
		return err_set(err, p + n, "%s needs parentheses, as in %s(%s)",
		    function_words[kind], function_words[kind],
		    kind == FUNCTION_COUNT ? "" : "value");
	return call_read(f, fields, p + n + 1, preset ? quantile : NULL, end, err);
}

/* Adds a function; if that succeeds, its name belongs to functions. */
static int
functions_add(struct functions *functions, const struct function *f, const char *at,
    struct err *err)
{
	struct function *grown;
	size_t i;

	for (i = 0; i < functions->count; i++)
		if (strcmp(functions->at[i].name, f->name) == 0)
			return err_set(err, at,
			    "two results are called %s; name one of them "
			    "another way, as in other=%s(…)",
			    f->name, function_words[f->kind]);
	grown = realloc(functions->at, (functions->count + 1) * sizeof *grown);
	if (grown == NULL)
		return err_memory(err);
	functions->at = grown;
	functions->at[functions->count++] = *f;
	return 0;
}

int
functions_read(struct functions *functions, struct fields *fields, const char *text,
    struct err *err)
{
	const char *p = past_blanks(text);

	for (;;) {
		struct function f = { 0 };
		const char *at = p;

		if (function_read(&f, fields, p, &p, err) == -1 || f.name == NULL ||
		    functions_add(functions, &f, at, err) == -1) {
			free(f.name);
			return -1;
		}
		p = past_blanks(p);
		if (*p == '\0')
			return 0;
		if (*p != ',')
			return err_set(err, p, "a comma is expected between two functions");
		p = past_blanks(p + 1);
	}
}

void
functions_free(struct functions *functions)
{
	size_t i;

	for (i = 0; i < functions->count; i++)
		free(functions->at[i].name);
	free(functions->at);
	*functions = (struct functions){ 0 };
}
