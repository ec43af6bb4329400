/* Messages on standard error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/report/diag.h"

enum {
	SHOWN = 3,	   /* shown of each kind of warning */
	KINDS = 32,	   /* more kinds than any tool has; others are always shown */
	MESSAGE_MAX = 1024 /* bytes, before control characters are made visible */
};

struct kind_of_warning {
	const char *format;
	uint64_t count;
	char first[160];
};

struct diag {
	const char *tool;
	bool terminal, colour;
	bool status; /* the terminal now shows a status line */
	unsigned int kinds;
	struct kind_of_warning kind[KINDS];
};

#define RED "\033[1;31m"
#define YELLOW "\033[1;33m"
#define PLAIN "\033[m"
#define LINE_AWAY "\r\033[K"

struct diag *
diag_new(const char *tool)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	struct diag *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->tool = tool;
	d->terminal = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
	d->colour = d->terminal && (no_color == NULL || no_color[0] == '\0');
	return d;
}

void
diag_free(struct diag *d)
{
	free(d);
}

/*
 * Returns whether a character is invisible, or changes the direction of text: U+061C,
 * U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F, U+FEFF.  A name in a message must
 * not look like another one.
 */
static bool
is_invisible(const unsigned char *p)
{
	if (p[0] == 0xd8)
		return p[1] == 0x9c;
	if (p[0] == 0xef)
		return p[1] == 0xbb && p[2] == 0xbf;
	if (p[0] != 0xe2)
		return false;
	return p[1] == 0x80 ?
	    (p[2] >= 0x8b && p[2] <= 0x8f) || (p[2] >= 0xa8 && p[2] <= 0xae) :
	    p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xaf;
}

/* Returns the bytes of the printable character at text; 0: it must be escaped. */
static size_t
printable(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	if (*p < 0x80)
		return *p >= ' ' && *p != 0x7f;
	if (*p == 0xc2 && p[1] < 0xa0) /* C1: terminals obey these controls, too */
		return 0;
	if (is_invisible(p))
		return 0;
	for (size_t n = 2; n <= 4 && p[n - 1] != '\0'; n++)
		if (text_utf8_length(text, n) == n)
			return n;
	return 0;
}

/* Copies text into out, of size bytes, with unprintable characters escaped. */
static void
show(char *out, size_t size, const char *text)
{
	size_t used = 0;

	while (*text != '\0' && used + 5 < size) {
		size_t n = printable(text);

		if (n > 0) {
			memcpy(out + used, text, n);
			used += n;
			text += n;
			continue;
		}
		if (*text == '\n' || *text == '\t')
			used += (size_t)sprintf(out + used, "\\%c", *text == '\n' ? 'n' : 't');
		else
			used += (size_t)sprintf(out + used, "\\x%02x", (unsigned char)*text);
		text++;
	}
	out[used] = '\0';
}

/* Writes a message by one write(2), so that tools that share a terminal do not mix lines. */
static void
say(struct diag *d, const char *colour, const struct place *place, const char *text)
{
	char where[512] = "", message[4 * MESSAGE_MAX + 1],
	     line[sizeof(where) + sizeof(message) + 128];
	int n;

	if (place != NULL && place->source != NULL) {
		size_t len;

		show(where, sizeof(where) - 48, place->source);
		len = strlen(where);
		if (place->line > 0)
			len += (size_t)sprintf(where + len, ":%ju", (uintmax_t)place->line);
		if (place->line > 0 && place->byte > 0)
			len += (size_t)sprintf(where + len, ":%ju", (uintmax_t)place->byte);
		memcpy(where + len, ": ", sizeof(": "));
	}
	show(message, sizeof(message), text);
	n = snprintf(line, sizeof(line), "%s%s%s: %s%s%s\n", d->status ? LINE_AWAY : "",
	    d->colour ? colour : "", d->tool, where, d->colour ? PLAIN : "", message);
	d->status = false;
	if (n > 0)
		(void)fwrite(line, 1, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1,
		    stderr);
}

void
diag_verror(struct diag *d, const struct place *place, const char *format, va_list arguments)
{
	char text[MESSAGE_MAX];

	(void)vsnprintf(text, sizeof(text), format, arguments);
	say(d, RED, place, text);
}

void
diag_error(struct diag *d, const struct place *place, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_verror(d, place, format, arguments);
	va_end(arguments);
}

static struct kind_of_warning *
kind_of(struct diag *d, const char *format)
{
	for (unsigned int i = 0; i < d->kinds; i++)
		if (strcmp(d->kind[i].format, format) == 0)
			return &d->kind[i];
	if (d->kinds == KINDS)
		return NULL;
	d->kind[d->kinds].format = format;
	return &d->kind[d->kinds++];
}

void
diag_vwarn(struct diag *d, const struct place *place, const char *format, va_list arguments)
{
	struct kind_of_warning *kind = kind_of(d, format);
	char text[MESSAGE_MAX] = "warning: ";
	size_t head = strlen(text);

	if (kind != NULL && kind->count++ >= SHOWN)
		return;
	(void)vsnprintf(text + head, sizeof(text) - head, format, arguments);
	if (kind != NULL && kind->count == 1)
		(void)snprintf(kind->first, sizeof(kind->first), "%s", text + head);
	say(d, YELLOW, place, text);
}

void
diag_warn(struct diag *d, const struct place *place, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_vwarn(d, place, format, arguments);
	va_end(arguments);
}

void
diag_summary(struct diag *d)
{
	for (unsigned int i = 0; i < d->kinds; i++) {
		struct kind_of_warning *kind = &d->kind[i];
		char text[MESSAGE_MAX];

		if (kind->count > SHOWN) {
			(void)snprintf(text, sizeof(text), "warning: %ju more like this: %s",
			    (uintmax_t)(kind->count - SHOWN), kind->first);
			say(d, YELLOW, NULL, text);
		}
		kind->count = 0;
	}
}

bool
diag_on_terminal(const struct diag *d)
{
	return d->terminal;
}

void
diag_status(struct diag *d, const char *line)
{
	char shown[256], all[sizeof(shown) + 16];
	int n;

	if (!d->terminal || (line == NULL && !d->status))
		return;
	show(shown, sizeof(shown), line == NULL ? "" : line);
	n = snprintf(all, sizeof(all), LINE_AWAY "%s", shown);
	d->status = line != NULL;
	(void)fwrite(all, 1, (size_t)n, stderr);
}

void
diag_die(struct diag *d, enum status status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	diag_verror(d, NULL, format, arguments);
	va_end(arguments);
	exit((int)status);
}
