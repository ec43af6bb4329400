/* Prints --help and --version. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "cli/options/cli.h"
#include "time/instant.h"

enum {
	WIDTH = 80,
	OPTION_COLUMN = 2,
	HELP_COLUMN = 26 /* where an option's help begins */
};

/* A text that is wrapped between words at column WIDTH. */
struct wrap {
	size_t column, indent;
};

/*
 * Puts a word, which is not broken.  before: what separates it from the word before it on the
 * line.
 */
static void wrap_word(struct wrap *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
wrap_word(struct wrap *w, const char *format, ...)
{
	char word[256];
	va_list arguments;
	size_t len;

	va_start(arguments, format);
	(void)vsnprintf(word, sizeof(word), format, arguments);
	va_end(arguments);
	len = strlen(word);
	if (w->column > w->indent && w->column + 1 + len >= WIDTH) {
		(void)printf("\n%*s", (int)w->indent, "");
		w->column = w->indent;
	} else if (w->column > w->indent) {
		(void)putchar(' ');
		w->column++;
	}
	(void)fputs(word, stdout);
	w->column += len;
}

static void
wrap_text(struct wrap *w, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		wrap_word(w, "%.*s", (int)len, text);
		text += len;
		text += *text == ' ';
	}
}

/* Puts an option with an argument, if the option must be given or has a letter. */
static void
synopsis_option(struct wrap *w, const struct opt *o)
{
	bool needed = (o->flags & OPT_NEEDED) != 0;

	if (o->arg == NULL || (!needed && o->letter == 0))
		return;
	if (o->letter == 0)
		wrap_word(w, "--%s %s", o->name, o->arg);
	else if (needed)
		wrap_word(w, "-%c %s", o->letter, o->arg);
	else
		wrap_word(w, "[-%c %s]", o->letter, o->arg);
}

/*
 * Puts the options that have a letter or must be given: the flags in one pair of brackets,
 * then shared options (-k, -t), then the tool's own.  The man page has the same SYNOPSIS.
 */
static void
synopsis(const char *before, const struct cli *cli, const struct cli_options *all)
{
	char name[CLI_NAME], flags[CLI_OPTIONS_MAX + 1] = "";
	struct wrap w = { 0, strlen(before) + strlen(cli_name(cli, name)) + 1 };
	size_t count = 0;

	(void)printf("%s%s ", before, name);
	w.column = w.indent;
	for (size_t i = 0; i < all->count; i++)
		if (all->opt[i].kind == OPT_FLAG && all->opt[i].letter != 0)
			flags[count++] = (char)all->opt[i].letter;
	if (count > 0)
		wrap_word(&w, "[-%s]", flags);
	for (size_t i = all->own; i < all->count; i++)
		synopsis_option(&w, &all->opt[i]);
	for (size_t i = 0; i < all->own; i++)
		synopsis_option(&w, &all->opt[i]);
	wrap_word(&w, "[option ...]");
	if (cli->operands[0] != '\0')
		wrap_word(&w, "%s", cli->operands);
	(void)putchar('\n');
}

/* Puts all commands: how each is called, and what it does. */
static void
commands(const struct program *program)
{
	const char *before = "usage: ";
	struct cli_options all;

	for (const struct cli *const *f = program->commands; *f != NULL; f++) {
		cli_list(*f, &all);
		synopsis(before, *f, &all);
		before = "       ";
	}
	(void)printf("\ncommands:\n");
	for (const struct cli *const *f = program->commands; *f != NULL; f++) {
		struct wrap w = { HELP_COLUMN, HELP_COLUMN };

		if ((*f)->command == NULL)
			continue;
		(void)printf("%*s%-*s", OPTION_COLUMN, "", HELP_COLUMN - OPTION_COLUMN,
		    (*f)->command);
		wrap_text(&w, (*f)->what);
		(void)putchar('\n');
	}
	(void)printf("\nEach has options of its own: %s COMMAND --help\n", program->tool);
}

/* Writes 16777216 as 16Mi. */
static void
count_text(char out[32], uint64_t n)
{
	static const struct {
		const char *suffix;
		uint64_t factor;
	} suffixes[] = {
		{ "Gi", 1 << 30 },
		{ "Mi", 1 << 20 },
		{ "Ki", 1 << 10 },
		{ "G", 1000000000 },
		{ "M", 1000000 },
		{ "", 1 },
	};
	size_t i = 0;

	while (n == 0 ? suffixes[i].factor > 1 : n % suffixes[i].factor != 0)
		i++;
	(void)snprintf(out, 32, "%ju%s", (uintmax_t)(n / suffixes[i].factor),
	    suffixes[i].suffix);
}

/* Writes the default as it could be typed; empty if there is none to show. */
static void
default_text(char out[64], const struct opt *o, const void *options)
{
	const void *value = opt_value(o, options);
	const char *word = NULL;
	size_t len = 0;

	out[0] = '\0';
	if ((o->flags & OPT_NEEDED) != 0)
		return;
	switch (o->kind) {
	case OPT_COUNT:
		/* A value below the minimum means that the option is not set. */
		if ((double)*(const uint64_t *)value >= o->min)
			count_text(out, *(const uint64_t *)value);
		break;
	case OPT_REAL:
		if (isfinite(*(const double *)value))
			out[num_write_f64(out, *(const double *)value)] = '\0';
		break;
	case OPT_DURATION:
		if (*(const int64_t *)value > 0)
			out[duration_write(out, *(const int64_t *)value)] = '\0';
		else
			(void)snprintf(out, 64, "0");
		break;
	case OPT_CHOICE:
		for (int i = *(const int *)value; i >= 0; i--)
			word = opt_word(o, word, &len);
		(void)snprintf(out, 64, "%.*s", (int)len, word == NULL ? "" : word);
		break;
	case OPT_TEXT:
		word = *(const char *const *)value;
		(void)snprintf(out, 64, "%s", word == NULL ? "" : word);
		break;
	case OPT_FLAG:
	case OPT_LIST:
	case OPT_ANSWER:
		break;
	}
}

static void
describe(const struct opt *o, const void *options)
{
	struct wrap w = { HELP_COLUMN, HELP_COLUMN };
	char left[128], value[64];
	int n;

	n = snprintf(left, sizeof(left), "%*s%c%c%c --%s%s%s", OPTION_COLUMN, "",
	    o->letter != 0 ? '-' : ' ', o->letter != 0 ? o->letter : ' ',
	    o->letter != 0 ? ',' : ' ', o->name, o->arg != NULL ? " " : "",
	    o->arg != NULL ? o->arg : "");
	if (n > HELP_COLUMN - 2)
		(void)printf("%s\n%*s", left, HELP_COLUMN, "");
	else
		(void)printf("%-*s", HELP_COLUMN, left);
	wrap_text(&w, o->help);
	default_text(value, o, options);
	if (value[0] != '\0')
		wrap_word(&w, "(default %s)", value);
	(void)putchar('\n');
}

bool
help_flush(void)
{
	bool failed = ferror(stdout) != 0;

	return fflush(stdout) == 0 && !failed;
}

bool
help_print(const struct cli *cli, const struct cli_options *all, const void *options)
{
	char name[CLI_NAME];

	(void)printf("%s - %s\n\n", cli_name(cli, name), cli->what);
	if (cli->program != NULL)
		commands(cli->program);
	else
		synopsis("usage: ", cli, all);
	if (all->own > 0)
		(void)putchar('\n');
	for (size_t i = 0; i < all->own; i++)
		describe(&all->opt[i], options);
	(void)printf("\nas in all of sml:\n");
	for (size_t i = all->own; i < all->count; i++)
		describe(&all->opt[i], options);
	(void)printf("\nThe manual says more: man %s\n", cli->tool);
	return help_flush();
}

bool
help_version(const struct cli *cli)
{
	(void)printf("%s %s\n", cli->tool, SML_VERSION);
	return help_flush();
}
