/* The options that tools share. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cli/options/cli.h"

#define IN_COMMON(member) offsetof(struct common, member)

/*
 * The options that tools share, in the order in which --help lists them.  group: the COMMON_
 * bit of the tools that take the option; 0: every tool takes it.
 *
 * To add an option:
 *
 *	1. a member of struct common (opt.h), a row below, and in
 *	   common_defaults its default if that is not 0;
 *	2. the code that obeys it, usually in cli/stream;
 *	3. man/sml.7, "Every program takes", and the list after "The other
 *	   options are common" in each smlX.1 (tests/face.t compares them);
 *	4. the expected lists in tests/unit/opt.c and tests/unit/command.c.
 *
 * A program's own option of the same name hides the shared one (cli_list).
 */
static const struct shared {
	unsigned int group;
	struct opt opt;
} shared[] = {
	/* clang-format off */
	{ COMMON_KEY, { 'k', "key", "LIST", OPT_TEXT, IN_COMMON(key), OPT_COMPARED,
	    "fields whose values make the key", 0, 0 } },
	{ COMMON_TIME, { 't', "time", "FIELD", OPT_TEXT, IN_COMMON(time), OPT_COMPARED,
	    "field that holds the event time", 0, 0 } },
	{ COMMON_TIME, { 0, "time-unit", "auto|s|ms|us|ns", OPT_CHOICE, IN_COMMON(time_unit), OPT_COMPARED,
	    "unit of a time that is a number", 0, 0 } },
	{ COMMON_TIME, { 0, "time-format", "FORMAT", OPT_TEXT, IN_COMMON(time_format), OPT_COMPARED,
	    "how times are written: strptime(3), and %f", 0, 0 } },
	{ COMMON_FIELDS, { 'f', "fields", "LIST", OPT_TEXT, IN_COMMON(fields), OPT_COMPARED,
	    "fields to work on", 0, 0 } },
	{ COMMON_DEFAULT, { 0, "default", "FIELD=JSON", OPT_LIST, IN_COMMON(defaults), OPT_COMPARED,
	    "value of a field that is missing or null", 0, 0 } },
	{ COMMON_QUIET, { 'q', "quiet", NULL, OPT_FLAG, IN_COMMON(quiet), 0,
	    "do not pass records through", 0, 0 } },
	/*
	 * Not OPT_COMPARED: a run that stopped because a name is in use may continue with
	 * another.
	 */
	{ COMMON_APPEND, { 0, "as", "[MEMBER=]NAME", OPT_LIST, IN_COMMON(as), 0,
	    "rename what is added", 0, 0 } },
	{ COMMON_APPEND, { 0, "nest", "NAME", OPT_TEXT, IN_COMMON(nest), 0,
	    "put what is added into one object", 0, 0 } },
	{ COMMON_APPEND, { 0, "overwrite", NULL, OPT_FLAG, IN_COMMON(overwrite), 0,
	    "replace members that already exist", 0, 0 } },
	{ COMMON_SEED, { 0, "seed", "N", OPT_COUNT, IN_COMMON(seed), OPT_COMPARED,
	    "seed of the random numbers", 0, 0 } },
	{ COMMON_NOW, { 0, "now", "TIME", OPT_TEXT, IN_COMMON(now), 0,
	    "time to use instead of the clock's", 0, 0 } },
	{ COMMON_TIMEOUT, { 0, "timeout", "DUR", OPT_DURATION, IN_COMMON(timeout), 0,
	    "how long to wait for an answer; 0: for ever", 0, 0 } },
	{ COMMON_STATE, { 0, "state", "FILE", OPT_TEXT, IN_COMMON(state), OPT_IS_FILE | OPT_WRITES,
	    "load the state from FILE and save it there", 0, 0 } },
	{ COMMON_STATE, { 0, "mode", "MODE", OPT_TEXT, IN_COMMON(mode), 0,
	    "permissions of states and models, in octal", 0, 0 } },
	{ COMMON_STATE, { 0, "save-every", "N|DUR", OPT_TEXT, IN_COMMON(save_every), 0,
	    "save the state on the way, after so many records or so long", 0, 0 } },
	{ COMMON_OUTPUT, { 'o', "output", "FILE", OPT_TEXT, IN_COMMON(output), OPT_IS_FILE | OPT_WRITES,
	    "write records to FILE, which the state can cut back", 0, 0 } },
	{ COMMON_STATE, { 0, "continue", NULL, OPT_FLAG, IN_COMMON(resume), 0,
	    "go on in the input file where the last run stopped", 0, 0 } },
	{ COMMON_STATE, { 0, "drain", NULL, OPT_FLAG, IN_COMMON(drain), 0,
	    "finish what is open at the end, even with --state", 0, 0 } },
	{ COMMON_LATE, { 0, "late", "FILE", OPT_TEXT, IN_COMMON(late), OPT_IS_FILE | OPT_WRITES,
	    "write late records to FILE and go on", 0, 0 } },
	{ COMMON_AHEAD, { 0, "max-ahead", "DUR", OPT_DURATION, IN_COMMON(max_ahead), 0,
	    "a time further ahead of all others is a bad record; 0: none is", 0, 0 } },
	{ COMMON_REJECTS, { 0, "rejects", "FILE", OPT_TEXT, IN_COMMON(rejects), OPT_IS_FILE | OPT_WRITES,
	    "write bad records to FILE and go on", 0, 0 } },
	{ COMMON_INPUT, { 0, "control", NULL, OPT_FLAG, IN_COMMON(control), 0,
	    "obey control lines", 0, 0 } },
	{ COMMON_INPUT, { 0, "carry", "model", OPT_CHOICE, IN_COMMON(carry), 0,
	    "obey control lines that bring models, and no others", 0, 0 } },
	{ COMMON_INPUT, { 0, "grace", "DUR", OPT_DURATION, IN_COMMON(grace), 0,
	    "after SIGTERM, how long to read a pipe to its end", 0, 0 } },
	{ COMMON_KEYS, { 0, "max-keys", "N", OPT_COUNT, IN_COMMON(max_keys), 0,
	    "most keys held at a time", 1, 0 } },
	{ COMMON_KEYS, { 0, "evict", NULL, OPT_FLAG, IN_COMMON(evict), 0,
	    "at a limit, drop the key that was idle longest", 0, 0 } },
	{ COMMON_INPUT | COMMON_MEMORY, { 0, "max-memory", "SIZE", OPT_COUNT, IN_COMMON(max_memory), 0,
	    "most memory for the program's own data, in bytes", 1 << 20, 0 } },
	{ COMMON_INPUT, { 0, "max-line", "SIZE", OPT_COUNT, IN_COMMON(max_line), 0,
	    "longest line, in bytes", 1, 1 << 30 } },
	{ COMMON_INPUT, { 0, "max-depth", "N", OPT_COUNT, IN_COMMON(max_depth), 0,
	    "how deep arrays and objects may nest", 1, 10000 } },
	{ COMMON_EXIT_CODE, { 0, "exit-code", NULL, OPT_FLAG, IN_COMMON(exit_code), 0,
	    "exit 4 if something was found", 0, 0 } },
	{ 0, { 0, "stats", "FILE", OPT_TEXT, IN_COMMON(stats), OPT_IS_FILE | OPT_WRITES,
	    "write counts of the run to FILE as JSON", 0, 0 } },
	{ 0, { 0, "metrics", "FILE", OPT_TEXT, IN_COMMON(metrics), OPT_IS_FILE | OPT_WRITES,
	    "keep counts in FILE for Prometheus", 0, 0 } },
	{ COMMON_INPUT, { 0, "progress", NULL, OPT_FLAG, IN_COMMON(progress), 0,
	    "show progress on a terminal", 0, 0 } },
	{ 0, { 0, "completion", NULL, OPT_ANSWER, 0, 0,
	    "print a completion for bash", 0, 0 } },
	{ 0, { 'h', "help", NULL, OPT_ANSWER, 0, 0,
	    "print this help", 0, 0 } },
	{ 0, { 'V', "version", NULL, OPT_ANSWER, 0, 0,
	    "print the version", 0, 0 } },
	/* clang-format on */
};

void
common_defaults(struct common *c)
{
	c->max_line = 16 << 20;
	c->max_depth = 1000;
	c->max_keys = 10000000;
	c->max_memory = UINT64_C(4) << 30;
	c->carry = -1; /* nothing */
	c->grace = INT64_C(10000000000);
}

void
common_settle(struct common *c)
{
	static const enum unit units[] = { UNIT_MS, UNIT_S, UNIT_MS, UNIT_US, UNIT_NS };

	c->times = (struct time_field){ .unit = units[c->time_unit],
		.known = c->time_unit == 0 ? TIME_UNIT_OPEN : TIME_UNIT_STATED,
		.format = c->time_format };
}

void
opt_warn_times(const struct common *c, struct time_field *f, const struct place *place)
{
	if (f->doubt != 0 && !f->doubt_told)
		diag_warn(c->diag, place,
		    "the time looks as if it counted %s, but ms was assumed, because the "
		    "first one showed no unit: give --time-unit",
		    unit_name(f->doubt));
	if (f->rounded && !f->rounded_told)
		diag_warn(c->diag, place, "times finer than a nanosecond are rounded");
	f->doubt_told = f->doubt != 0;
	f->rounded_told = f->rounded;
}

const char *
cli_name(const struct cli *cli, char name[CLI_NAME])
{
	(void)snprintf(name, CLI_NAME, "%s%s%s", cli->tool, cli->command != NULL ? " " : "",
	    cli->command != NULL ? cli->command : "");
	return name;
}

/* Returns whether the cli takes this shared option. */
static bool
takes(const struct cli *cli, const struct shared *option)
{
	if (option->group != 0)
		return (cli->common & option->group) != 0;
	if (strcmp(option->opt.name, "completion") == 0)
		return cli->command == NULL; /* the program has one for all commands */
	return option->opt.kind == OPT_ANSWER || (cli->common & CLI_WHOLE) == 0;
}

/* Returns whether the cli has an option of its own with this letter or name. */
static bool
taken(const struct cli_options *all, int letter, const char *name)
{
	for (size_t i = 0; i < all->own; i++) {
		if (letter != 0 && all->opt[i].letter == letter)
			return true;
		if (name != NULL && strcmp(all->opt[i].name, name) == 0)
			return true;
	}
	return false;
}

void
cli_list(const struct cli *cli, struct cli_options *all)
{
	memset(all, 0, sizeof(*all));
	for (const struct opt *o = cli->options; o != NULL && o->name != NULL; o++) {
		assert(all->count < CLI_OPTIONS_MAX);
		all->opt[all->count++] = *o;
	}
	all->own = all->count;
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		struct opt o = shared[i].opt;

		if (!takes(cli, &shared[i]) || taken(all, 0, o.name))
			continue;
		/*
		 * If a group is needed, so is its option with a letter: --time, but not
		 * --time-unit.
		 */
		if ((cli->needed & shared[i].group) != 0 && o.letter != 0)
			o.flags |= OPT_NEEDED;
		if (taken(all, o.letter, NULL))
			o.letter = 0;
		assert(all->count < CLI_OPTIONS_MAX);
		all->opt[all->count++] = o;
	}
}

const void *
opt_value(const struct opt *o, const void *options)
{
	return (const char *)options + o->at;
}

const char *
opt_word(const struct opt *o, const char *word, size_t *len)
{
	word = word == NULL ? o->arg : word + *len;
	if (*word == '|')
		word++;
	*len = strcspn(word, "|");
	return *len > 0 ? word : NULL;
}
