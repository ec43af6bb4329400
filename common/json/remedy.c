/* Guesses what a line that is not a record may be, and which command makes records of it. */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "json/remedy.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *
of_bytes(const char *p, size_t n)
{
	static const struct {
		const char *magic;
		size_t n;
		const char *remedy;
	} known[] = {
		{ "\x1f\x8b", 2, "gzip, it seems: zcat" },
		{ "\x28\xb5\x2f\xfd", 4, "zstd, it seems: zstdcat" },
		{ "BZh", 3, "bzip2, it seems: bzcat" },
		{ "\3757zXZ", 5, "xz, it seems: xzcat" },
		{ "PAR1", 4, "Parquet, it seems: duckdb can write it as JSON lines" },
		{ "\xff\xfe", 2, "UTF-16, it seems: iconv -f UTF-16 -t UTF-8" },
		{ "\xfe\xff", 2, "UTF-16, it seems: iconv -f UTF-16 -t UTF-8" },
	};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (n >= known[i].n && memcmp(p, known[i].magic, known[i].n) == 0)
			return known[i].remedy;
	}
	/* ASCII text in UTF-16 has a zero in every other byte. */
	if (n >= 4 && (p[0] == '\0') != (p[1] == '\0') && (p[2] == '\0') == (p[0] == '\0') &&
	    (p[3] == '\0') == (p[1] == '\0'))
		return p[0] == '\0' ? "UTF-16, it seems: iconv -f UTF-16BE -t UTF-8" :
				      "UTF-16, it seems: iconv -f UTF-16LE -t UTF-8";
	return NULL;
}

/* Returns the remedy for a value spelt as in other languages (NaN, None, 'text'), or NULL. */
static const char *
of_word(const char *at, const char *end)
{
	static const char *const numbers[] = { "nan", "infinity", "inf", "-infinity", "-inf" };
	static const char *const python[] = { "None", "True", "False" };
	size_t left = (size_t)(end - at);

	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (left >= strlen(numbers[i]) &&
		    strncasecmp(at, numbers[i], strlen(numbers[i])) == 0)
			return "JSON has no NaN and no Infinity: jq -c . writes null or a "
			       "number";
	for (size_t i = 0; i < sizeof python / sizeof python[0]; i++)
		if (left >= strlen(python[i]) && memcmp(at, python[i], strlen(python[i])) == 0)
			return "Python, it seems: json.dumps writes JSON, str does not";
	if (left > 0 && *at == '\'')
		return "strings and names have \" around them: json.dumps writes JSON";
	return NULL;
}

/* Returns whether the text looks like a line of a table. */
static bool
is_table(const char *p, size_t n)
{
	size_t separators = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == ',' || p[i] == ';' || p[i] == '\t')
			separators++;
		else if (p[i] == '{' || (unsigned char)p[i] < ' ')
			return false;
	}
	return separators > 0 && text_is_utf8(p, n);
}

/*
 * Guesses what a line that is not a record may be, and returns it with the command that makes
 * records of it.  at: the byte where reading failed.  Returns NULL if it has no guess.
 */
static const char *
remedy_of(const char *line, size_t n, const char *at)
{
	static const char pretty[] =
	    "JSON over several lines, it seems: jq -c . puts a record on one line";
	const char *p = line, *end = line + n, *found = of_bytes(line, n);

	if (found != NULL)
		return found;
	while (p < end && is_blank(*p))
		p++;
	while (end > p && is_blank(end[-1]))
		end--;
	if (p == end)
		return NULL;
	if (*p == '[')
		return "a JSON array, it seems: jq -c '.[]' makes lines of its elements";
	if (at != NULL && at > p && at < end && (found = of_word(at, end)) != NULL)
		return found;
	if (*p == '{')
		return at != NULL && at >= end && strchr("{[,:", end[-1]) != NULL ? pretty :
										    NULL;
	if (*p == '}' || *p == ']' ||
	    (*p == '"' && memmem(p, (size_t)(end - p), "\":", 2) != NULL))
		return pretty;
	if (is_table(p, (size_t)(end - p)))
		return memchr(p, '\t', (size_t)(end - p)) != NULL ?
		    "tab-separated, it seems: mlr --itsv --ojsonl cat" :
		    "CSV, it seems: mlr --icsv --ojsonl cat";
	return NULL;
}

int
remedy_add(const char *line, size_t n, struct err *err)
{
	const char *remedy;

	if (err == NULL || err->memory || (remedy = remedy_of(line, n, err->at)) == NULL)
		return -1;
	return err_add(err, "; %s", remedy);
}

/* Fills err with why stage1 refused a line: bad UTF-8, a bad byte or a string without end. */
static int
refused(const char *p, const char *end, struct err *err)
{
	const char *quote = NULL, *bad = p + text_utf8_length(p, (size_t)(end - p));

	for (; p < bad; p++) {
		if (quote == NULL) {
			quote = *p == '"' ? p : NULL;
		} else if ((unsigned char)*p < 0x20) {
			return err_set(err, p,
			    "a control character must be escaped in a string");
		} else if (*p == '"') {
			quote = NULL;
		} else if (*p == '\\') {
			p++;
		}
	}
	if (bad < end)
		return err_set(err, bad, "not UTF-8");
	if (quote != NULL)
		return err_set(err, quote, "the string has no end");
	return err_set(err, end, "not JSON");
}

int
remedy_of_bytes(const char *line, size_t n, struct err *err)
{
	refused(line, line + n, err);
	return remedy_add(line, n, err);
}

int
remedy_of_length(uint64_t max_line, struct err *err)
{
	return err_set(err, NULL,
	    "the line is longer than --max-line %llu: give a larger one, or, for a JSON "
	    "array, make lines of it by jq -c '.[]'",
	    (unsigned long long)max_line);
}
