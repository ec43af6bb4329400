/* Tools with commands: which is meant, help, completion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/options/opt.h"
#include "run_opt.h"

struct options {
	struct common common;
	struct texts topics;
};

/* One that does nothing without a command, and one that does. */
static const struct opt of_consume[] = {
	{ 't', "topic", "TOPIC", OPT_LIST, offsetof(struct options, topics), OPT_NEEDED,
	    "the topic", 0, 0 },
	{ 0, NULL, NULL, OPT_FLAG, 0, 0, NULL, 0, 0 },
};
static const struct cli consume = {
	"bridge",
	"consume",
	"write what a topic holds",
	"",
	of_consume,
	COMMON_TIMEOUT | COMMON_NOW,
	0,
	NULL,
};
static const struct cli count = { "bridge", "count", "count", "[file ...]", NULL,
	COMMON_INPUT | COMMON_REJECTS, 0, NULL };
static const struct cli *const of_bridge[] = { &consume, &count, NULL };
static const struct program bridge = { "bridge", "try commands", of_bridge };

static const struct program router;
static const struct cli route = { "router", NULL, "try routes", "[file ...]", of_consume,
	COMMON_INPUT, 0, &router };
static const struct cli check = { "router", "check", "check a file", "file", NULL, 0, 0,
	NULL };
static const struct cli *const of_router[] = { &route, &check, NULL };
static const struct program router = { "router", "try routes", of_router };

/* Runs in the child: prints what was understood, if opt_parse returns. */
_Noreturn static void
parse(const struct program *program, int argc, char **argv)
{
	struct options o = { .common.timeout = 30000000000 };
	const struct cli *f = opt_command(program, &argc, &argv);

	opt_parse(f, &o, argc, argv);
	printf("%s timeout %jd", f->command != NULL ? f->command : "none",
	    (intmax_t)o.common.timeout);
	if (o.common.now != NULL)
		printf(" now %s", o.common.now);
	for (size_t i = 0; i < o.topics.count; i++)
		printf(" topic %s", o.topics.text[i]);
	for (char **p = o.common.operands; *p != NULL; p++)
		printf(" operand %s", *p);
	opt_free(f, &o);
	exit(fflush(stdout));
}

static void
parse_bridge(int argc, char **argv)
{
	parse(&bridge, argc, argv);
}

static void
parse_router(int argc, char **argv)
{
	parse(&router, argc, argv);
}

static void
run_bridge(const char *words)
{
	run_child(parse_bridge, "bridge", words);
}

static void
run_router(const char *words)
{
	run_child(parse_router, "router", words);
}

static void
assert_begins(const char *text)
{
	assert_string_equal(seen.err, "");
	assert_memory_equal(seen.out, text, strlen(text));
	assert_int_equal(seen.status, 0);
}

static void
assert_refused(void (*run)(const char *), const char *words, const char *message)
{
	run(words);
	assert_string_equal(seen.err, message);
	assert_string_equal(seen.out, "");
	assert_int_equal(seen.status, EXIT_USAGE);
}

static void
assert_accepted(void (*run)(const char *), const char *words, const char *values)
{
	run(words);
	assert_string_equal(seen.err, "");
	assert_string_equal(seen.out, values);
	assert_int_equal(seen.status, 0);
}

static void
a_command_has_its_own_options(void **state)
{
	(void)state;
	assert_accepted(run_bridge, "consume -t a --topic b --timeout 5s --now 2026-11-22",
	    "consume timeout 5000000000 now 2026-11-22 topic a topic b");
	assert_accepted(run_bridge, "count consume --rejects r -- --help",
	    "count timeout 30000000000 operand consume operand --help");
	assert_refused(run_bridge, "count -t a",
	    "bridge: unknown option -t (see bridge count --help)\n");
	assert_refused(run_bridge, "consume",
	    "bridge: needs -t TOPIC (see bridge consume --help)\n");
	assert_refused(run_bridge, "consume -t a --rejects r",
	    "bridge: unknown option --rejects (see bridge consume --help)\n");
}

static void
a_command_must_be_one(void **state)
{
	(void)state;
	assert_refused(run_bridge, "", "bridge: needs a command (see bridge --help)\n");
	assert_refused(run_bridge, "--", "bridge: needs a command (see bridge --help)\n");
	assert_refused(run_bridge, "consum -t a",
	    "bridge: unknown command consum; did you mean consume? (see bridge --help)\n");
	assert_refused(run_bridge, "zebra",
	    "bridge: unknown command zebra (see bridge --help)\n");
	assert_refused(run_bridge, "--topic a consume",
	    "bridge: unknown option --topic (see bridge --help)\n");
	assert_refused(run_bridge, "--helf",
	    "bridge: unknown option --helf; did you mean --help? (see bridge --help)\n");
}

static void
help_shows_all_commands(void **state)
{
	static const char whole[] = "bridge - try commands\n\n"
				    "usage: bridge consume -t TOPIC [option ...]\n"
				    "       bridge count [option ...] [file ...]\n\n"
				    "commands:\n"
				    "  consume                 write what a topic holds\n"
				    "  count                   count\n\n"
				    "Each has options of its own: bridge COMMAND --help\n\n"
				    "as in all of sml:\n"
				    "      --completion        print a completion for bash\n"
				    "  -h, --help              print this help\n"
				    "  -V, --version           print the version\n\n"
				    "The manual says more: man bridge\n";

	(void)state;
	run_bridge("--help");
	assert_string_equal(seen.out, whole);
	run_bridge("-h");
	assert_string_equal(seen.out, whole);
	run_bridge("consume --help");
	assert_begins("bridge consume - write what a topic holds\n\n"
		      "usage: bridge consume -t TOPIC [option ...]\n\n"
		      "  -t, --topic TOPIC       the topic\n\nas in all of sml:\n");
	assert_non_null(strstr(seen.out, "      --timeout DUR "));
	assert_null(strstr(seen.out, "--completion"));
	assert_null(strstr(seen.out, "--max-line"));
	run_bridge("--vers");
	assert_string_equal(seen.out, "bridge " SML_VERSION "\n");
	run_bridge("count -V");
	assert_string_equal(seen.out, "bridge " SML_VERSION "\n");
}

static void
a_tool_may_do_without_its_commands(void **state)
{
	(void)state;
	assert_accepted(run_router, "checks -t a",
	    "none timeout 30000000000 topic a operand checks");
	assert_accepted(run_router, "check f", "check timeout 30000000000 operand f");
	assert_refused(run_router, "", "router: needs -t TOPIC (see router --help)\n");
	run_router("-t a --help");
	assert_begins("router - try routes\n\n"
		      "usage: router -t TOPIC [option ...] [file ...]\n"
		      "       router check [option ...] file\n\n"
		      "commands:\n"
		      "  check                   check a file\n\n"
		      "Each has options of its own: router COMMAND --help\n\n"
		      "  -t, --topic TOPIC       the topic\n\n");
}

static void
assert_completes(void (*run)(const char *), const char *tool, const char *words,
    const char *expected)
{
	run("--completion");
	assert_int_equal(rename("out", "completion"), 0);
	complete(tool, words);
	assert_string_equal(seen.out, expected);
}

static void
bash_completes_commands(void **state)
{
	(void)state;
	if (system("command -v bash >/dev/null") != 0)
		skip();
	assert_completes(run_bridge, "bridge", "\"\"", "consume count ");
	assert_completes(run_bridge, "bridge", "con", "consume ");
	assert_completes(run_bridge, "bridge", "--v", "--version ");
	assert_completes(run_bridge, "bridge", "consume --to", "--topic ");
	assert_completes(run_bridge, "bridge", "consume -t con", "compopt +o default\n ");
	assert_completes(run_bridge, "bridge", "consume con", "compopt +o default\n ");
	assert_completes(run_bridge, "bridge", "count --m",
	    "--max-memory --max-line --max-depth --metrics ");
	assert_completes(run_bridge, "bridge", "count con", " "); /* files, by -o default */
	assert_completes(run_router, "router", "che", "check ");
	assert_completes(run_router, "router", "x", " ");
	assert_completes(run_router, "router", "--to", "--topic ");
	assert_completes(run_router, "router", "check --to", " ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_has_its_own_options),
		cmocka_unit_test(a_command_must_be_one),
		cmocka_unit_test(help_shows_all_commands),
		cmocka_unit_test(a_tool_may_do_without_its_commands),
		cmocka_unit_test(bash_completes_commands),
	};

	return cmocka_run_group_tests(tests, own_folder, folder_away);
}
