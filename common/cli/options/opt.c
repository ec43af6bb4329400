/* Parses options by table, from argv into a struct. */
#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/replace.h"
#include "cli/options/cli.h"

/* getopt_long returns LONG + i for long option number i; letters are below LONG. */
enum { LONG = UCHAR_MAX + 1 };

/* The state of opt_parse. */
struct parse {
	struct common *common;
	struct cli_options all;
	bool given[CLI_OPTIONS_MAX];
	struct option longs[CLI_OPTIONS_MAX + 1];
	char letters[2 * CLI_OPTIONS_MAX + 2];
};

static void
ready_getopt(struct parse *p)
{
	char *letters = p->letters;

	*letters++ = ':'; /* getopt_long then returns : for a missing argument */
	for (size_t i = 0; i < p->all.count; i++) {
		const struct opt *o = &p->all.opt[i];

		p->longs[i].name = o->name;
		p->longs[i].has_arg = o->arg != NULL ? required_argument : no_argument;
		p->longs[i].val = LONG + (int)i;
		if (o->letter != 0) {
			*letters++ = (char)o->letter;
			if (o->arg != NULL)
				*letters++ = ':';
		}
	}
}

/* Returns the index of the option that getopt_long returned, or count if there is none. */
static size_t
index_of(const struct parse *p, int answer)
{
	size_t i;

	if (answer >= LONG)
		return (size_t)(answer - LONG);
	for (i = 0; i < p->all.count; i++)
		if (answer != 0 && p->all.opt[i].letter == answer)
			break;
	return i;
}

/* Returns the option as the user typed it: "-k" or "--key". */
static const char *
spelling(const struct opt *o, int answer, char out[64])
{
	if (answer >= LONG)
		(void)snprintf(out, 64, "--%s", o->name);
	else
		(void)snprintf(out, 64, "-%c", answer);
	return out;
}

/* Refuses a word with which no option begins, or several. */
_Noreturn static void
refuse_long(const struct parse *p, const char *typed)
{
	size_t len = strcspn(typed, "="), matches = 0, used = 0;
	char word[64], list[200] = "";
	struct nearest near;

	(void)snprintf(word, sizeof(word), "%.*s", len < 64 ? (int)len : 63, typed);
	nearest_start(&near, word);
	for (size_t i = 0; i < p->all.count; i++) {
		const char *name = p->all.opt[i].name;

		nearest_try(&near, name);
		if (strncmp(name, typed, len) != 0 || used >= sizeof(list))
			continue;
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s--%s",
		    matches++ > 0 ? ", " : "", name);
	}
	if (matches > 1)
		opt_usage(p->common, "--%s is ambiguous: %s", word, list);
	if (near.word != NULL)
		opt_usage(p->common, "unknown option --%s; did you mean --%s?", word,
		    near.word);
	opt_usage(p->common, "unknown option --%s", word);
}

/* Refuses wrong usage: getopt_long returned '?' or ':'. */
_Noreturn static void
refuse(const struct parse *p, int answer, const char *typed)
{
	size_t i = index_of(p, optopt);
	char out[64];

	if (optopt == 0)
		refuse_long(p, typed + 2);
	if (i == p->all.count)
		opt_usage(p->common, "unknown option -%c", optopt);
	spelling(&p->all.opt[i], optopt, out);
	if (answer == ':')
		opt_usage(p->common, "%s needs its %s", out, p->all.opt[i].arg);
	opt_usage(p->common, "%s takes no argument", out);
}

_Noreturn static void
answer(const struct parse *p, const struct opt *o)
{
	const struct cli *cli = p->common->cli;
	bool written;

	if (strcmp(o->name, "help") == 0)
		written = help_print(cli, &p->all, p->common);
	else if (strcmp(o->name, "version") == 0)
		written = help_version(cli);
	else
		written = help_complete(cli);
	if (!written)
		diag_die(p->common->diag, EXIT_FAILED, "standard output: %s", strerror(errno));
	exit(EXIT_OK);
}

static void
take(struct parse *p, size_t i, int typed, const char *text)
{
	const struct opt *o = &p->all.opt[i];
	char spelt[64];

	if (o->kind == OPT_ANSWER)
		answer(p, o);
	spelling(o, typed, spelt);
	argument_put(p->common, o, p->given[i], spelt, text);
	p->given[i] = true;
}

static void
check_needed(const struct parse *p)
{
	for (size_t i = 0; i < p->all.count; i++) {
		const struct opt *o = &p->all.opt[i];
		char out[64];

		if ((o->flags & OPT_NEEDED) != 0 && !p->given[i])
			opt_usage(p->common, "needs %s %s",
			    spelling(o, o->letter != 0 ? o->letter : LONG, out), o->arg);
	}
}

/* Prepares a cli's options for parsing, and the messages. */
static void
ready(struct parse *p, const struct cli *cli)
{
	p->common->cli = cli;
	p->common->diag = diag_new(cli->tool);
	if (p->common->diag == NULL) {
		(void)fprintf(stderr, "%s: out of memory\n", cli->tool);
		exit(EXIT_FAILED);
	}
	cli_list(cli, &p->all);
	ready_getopt(p);
	opterr = 0;
}

_Noreturn static void
refuse_command(const struct common *c, const char *typed)
{
	struct nearest near;

	if (typed == NULL)
		opt_usage(c, "needs a command");
	nearest_start(&near, typed);
	for (const struct cli *const *f = c->cli->program->commands; *f != NULL; f++)
		nearest_try(&near, (*f)->command);
	if (near.word != NULL)
		opt_usage(c, "unknown command %s; did you mean %s?", typed, near.word);
	opt_usage(c, "unknown command %s", typed);
}

/* Answers --help and the like for the whole tool: no command was named. */
_Noreturn static void
answer_whole(const struct program *program, int argc, char **argv)
{
	const struct cli whole = { .tool = program->tool,
		.what = program->what,
		.operands = "",
		.common = CLI_WHOLE,
		.program = program };
	struct common common = { 0 };
	struct parse p = { .common = &common };
	int typed;

	ready(&p, &whole);
	if (argc < 2 || argv[1][0] != '-')
		refuse_command(&common, argv[1]);
	typed = getopt_long(argc, argv, p.letters, p.longs, NULL);
	if (typed == '?' || typed == ':')
		refuse(&p, typed, argv[optind - 1]);
	if (typed != -1)
		answer(&p, &p.all.opt[index_of(&p, typed)]);
	refuse_command(&common, NULL);
}

const struct cli *
opt_command(const struct program *program, int *argc, char ***argv)
{
	const struct cli *other = NULL;

	for (const struct cli *const *f = program->commands; *f != NULL; f++) {
		if ((*f)->command == NULL) {
			assert((*f)->program == program);
			other = *f;
		} else if (*argc > 1 && strcmp((*argv)[1], (*f)->command) == 0) {
			--*argc;
			++*argv;
			return *f;
		}
	}
	if (other == NULL)
		answer_whole(program, *argc, *argv);
	return other;
}

/* Reads --mode.  The owner must be able to read and write, or the next run cannot continue. */
static unsigned int
read_mode(const struct common *c)
{
	unsigned int mode = 0;
	const char *p = c->mode;

	if (p == NULL)
		return REPLACE_PRIVATE;
	for (; *p >= '0' && *p <= '7' && mode <= 0777; p++)
		mode = mode * 8 + (unsigned int)(*p - '0');
	if (*p != '\0' || mode > 0777 || (mode & 0600) != 0600)
		opt_usage(c,
		    "--mode %s: permissions in octal are needed, such as 0640, with "
		    "the owner's to read and write",
		    c->mode);
	return REPLACE_EXACT | mode;
}

void
opt_parse(const struct cli *cli, void *options, int argc, char **argv)
{
	struct common *c = options;
	struct parse p = { .common = c };
	int typed;

	common_defaults(c);
	ready(&p, cli);
	while ((typed = getopt_long(argc, argv, p.letters, p.longs, NULL)) != -1) {
		if (typed == '?' || typed == ':')
			refuse(&p, typed, argv[optind - 1]);
		take(&p, index_of(&p, typed), typed, optarg);
	}
	check_needed(&p);
	common_settle(c);
	c->permissions = read_mode(c);
	if ((cli->common & (COMMON_INPUT | COMMON_MEMORY)) != 0)
		memory_limit(c->max_memory);
	c->operands = argv + optind;
	if (cli->operands[0] == '\0' && c->operands[0] != NULL)
		opt_usage(c, "takes no operand, but was given \"%s\"", c->operands[0]);
	common_attempt(c);
	common_check_files(c, &p.all);
}

void
opt_free(const struct cli *cli, void *options)
{
	struct common *c = options;
	struct cli_options all;

	cli_list(cli, &all);
	for (size_t i = 0; i < all.count; i++)
		if (all.opt[i].kind == OPT_LIST) {
			struct texts *list =
			    (struct texts *)(void *)((char *)options + all.opt[i].at);

			free(list->text);
			*list = (struct texts){ 0 };
		}
	diag_free(c->diag);
	c->diag = NULL;
}
