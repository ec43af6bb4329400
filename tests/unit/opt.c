/*
 * Options by table: what is accepted; what is refused, with which message; help; completion.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "cli/options/opt.h"
#include "run_opt.h"

struct options {
	struct common common;
	const char *window, *model;
	struct texts features;
	int64_t lateness;
	double alpha;
	uint64_t number;
	int after;
	bool exclude;
};

#define AT(member) offsetof(struct options, member)

static const struct opt options[] = {
	{ 'w', "window", "WINDOW", OPT_TEXT, AT(window), OPT_NEEDED | OPT_COMPARED,
	    "the window, whose many forms make this line one that has to be wrapped", 0, 0 },
	{ 'a', "features", "LIST", OPT_LIST, AT(features), OPT_COMPARED, "features", 0, 0 },
	{ 0, "lateness", "DURATION", OPT_DURATION, AT(lateness), OPT_COMPARED, "wait", 0, 0 },
	{ 0, "alpha", "P", OPT_REAL, AT(alpha), OPT_COMPARED, "level", 0, 1 },
	{ 'n', "number", "N", OPT_COUNT, AT(number), OPT_COMPARED, "number", 1, 0 },
	{ 0, "after", "keep|reset", OPT_CHOICE, AT(after), OPT_COMPARED, "what then", 0, 0 },
	{ 0, "model", "FILE", OPT_TEXT, AT(model), OPT_IS_FILE | OPT_WRITES, "model", 0, 0 },
	{ 't', "exclude", NULL, OPT_FLAG, AT(exclude), OPT_COMPARED, "leave out", 0, 0 },
	{ 0, NULL, NULL, OPT_FLAG, 0, 0, NULL, 0, 0 }
};

static const struct cli cli = {
	"tool",
	NULL,
	"try options",
	"[file ...]",
	options,
	COMMON_KEY | COMMON_TIME | COMMON_QUIET | COMMON_LATE | COMMON_AHEAD | COMMON_STATE |
	    COMMON_KEYS | COMMON_INPUT | COMMON_REJECTS,
	COMMON_KEY,
	NULL,
};

static const struct cli without_operands = { "bare", NULL, "try", "", NULL, 0, 0, NULL };

/*
 * Runs in the child: if opt_parse returns, prints the values, the operands and the compared
 * options.
 */
_Noreturn static void
parse(const struct cli *f, int argc, char **argv)
{
	struct options o = { .alpha = 0.05, .number = 100 };
	struct buf shape = { 0 };

	opt_parse(f, &o, argc, argv);
	if (opt_compared(f, &o, &shape) != 0)
		abort();
	printf("window %s lateness %jd alpha %g number %ju after %d exclude %d", o.window,
	    (intmax_t)o.lateness, o.alpha, (uintmax_t)o.number, o.after, o.exclude);
	if (o.model != NULL)
		printf(" model %s", o.model);
	for (size_t i = 0; i < o.features.count; i++)
		printf(" feature %s", o.features.text[i]);
	for (char **p = o.common.operands; *p != NULL; p++)
		printf(" operand %s", *p);
	printf("\n%.*s", (int)shape.len, shape.p);
	buf_free(&shape);
	opt_free(f, &o);
	exit(fflush(stdout));
}

static void
parse_cli(int argc, char **argv)
{
	parse(&cli, argc, argv);
}

static void
parse_bare(int argc, char **argv)
{
	parse(&without_operands, argc, argv);
}

static void
run(const char *words)
{
	run_child(parse_cli, "tool", words);
}

static void
assert_accepted(const char *words, const char *values)
{
	run(words);
	seen.out[strcspn(seen.out, "\n")] = '\0';
	assert_string_equal(seen.err, "");
	assert_string_equal(seen.out, values);
	assert_int_equal(seen.status, 0);
}

static void
assert_refused(const char *words, const char *message)
{
	char line[512];

	run(words);
	(void)snprintf(line, sizeof(line), "tool: %s (see tool --help)\n", message);
	assert_string_equal(seen.err, line);
	assert_string_equal(seen.out, "");
	assert_int_equal(seen.status, EXIT_USAGE);
}

#define VALUES(lateness, alpha, number, after, exclude) \
	"window w lateness " lateness " alpha " alpha " number " number " after " after \
	" exclude " exclude
#define PLAIN VALUES("0", "0.05", "100", "0", "0")

static void
values_are_read(void **state)
{
	(void)state;
	assert_accepted("-k k -w w", PLAIN);
	assert_accepted("-kk -ww -a b --features=c,d -t",
	    VALUES("0", "0.05", "100", "0", "1") " feature b feature c,d");
	assert_accepted("-k k -w w --lateness 1m30s",
	    VALUES("90000000000", "0.05", "100", "0", "0"));
	assert_accepted("-k k -w w --lateness 0", PLAIN);
	assert_accepted("-k k -w w --lateness 0s", PLAIN);
	assert_accepted("-k k -w w --alpha 1e-3", VALUES("0", "0.001", "100", "0", "0"));
	assert_accepted("-k k -w w -n 3Ki", VALUES("0", "0.05", "3072", "0", "0"));
	assert_accepted("-k k -w w -n 2G", VALUES("0", "0.05", "2000000000", "0", "0"));
	assert_accepted("-k k -w w -n 18446744073709551615",
	    VALUES("0", "0.05", "18446744073709551615", "0", "0"));
	assert_accepted("-k k -w w --after reset", VALUES("0", "0.05", "100", "1", "0"));
	assert_accepted("-k k -w w --model m", PLAIN " model m");
}

static void
equal_options_have_one_shape(void **state)
{
	static const char expected[] =
	    "{\"window\":\"w\",\"features\":[\"a\",\"b\\\"\"],\"lateness\":\"1m\","
	    "\"alpha\":0.5,\"number\":2000,\"after\":\"reset\",\"exclude\":true,"
	    "\"key\":\"k\",\"time\":null,\"time-unit\":\"s\",\"time-format\":null}";

	(void)state;
	run("-k k -w w -a a -a b\" --lateness 1m --alpha 0.5 -n 2k --after reset -t "
	    "--time-unit s");
	assert_string_equal(strchr(seen.out, '\n') + 1, expected);
	run("--time-unit s -t -k k -a a --lateness 60s --alpha 5e-1 -n 2000 --window w -a b\" "
	    "--after reset --max-keys 5 --rejects r --model m x");
	assert_string_equal(strchr(seen.out, '\n') + 1, expected);
}

static void
options_stand_behind_operands_and_are_abbreviated(void **state)
{
	(void)state;
	assert_accepted("b -k k a --win w -- -q", PLAIN " operand b operand a operand -q");
	assert_accepted("- -k k -w w", PLAIN " operand -");
	assert_int_equal(setenv("POSIXLY_CORRECT", "1", 1), 0);
	assert_accepted("-k k -w w b -q", PLAIN " operand b operand -q");
	assert_int_equal(unsetenv("POSIXLY_CORRECT"), 0);
}

static void
the_last_word_or_number_counts_but_no_text_is_lost(void **state)
{
	(void)state;
	assert_accepted("-k k -w w -n 5 -n 100 --after reset --after keep -q -q", PLAIN);
	assert_accepted("-k k -w w --window w", PLAIN);
	assert_refused("-k k -w w -k j", "-k is given twice, as \"k\" and as \"j\"");
}

static void
unknown_options_are_told_what_was_meant(void **state)
{
	(void)state;
	assert_refused("--lateniss 1s", "unknown option --lateniss; did you mean --lateness?");
	assert_refused("--windwo=w", "unknown option --windwo; did you mean --window?");
	assert_refused("--zebra", "unknown option --zebra");
	assert_refused("-qz", "unknown option -z");
	assert_refused("--max=1",
	    "--max is ambiguous: --max-ahead, --max-keys, --max-memory, --max-line, "
	    "--max-depth");
}

static void
arguments_are_asked_for(void **state)
{
	(void)state;
	assert_refused("-k", "-k needs its LIST");
	assert_refused("--key", "--key needs its LIST");
	assert_refused("--quiet=yes", "--quiet takes no argument");
	assert_refused("-w w", "needs -k LIST");
	assert_refused("-k k", "needs -w WINDOW");
}

static void
values_out_of_their_range_are_refused(void **state)
{
	static const char *const no_number[] = { ".5", "5.", "1e", "0x1", "nan", "01", "-",
		"1,5", "1e999" };
	static const char *const no_count[] = { "-1", "+1", "1.5", "1e3", "1kk", "1K", "k",
		"18446744073709551616", "18446744073709551615k" };
	char words[64], message[200];

	(void)state;
	assert_refused("--max-depth 10001", "--max-depth is from 1 to 10000, not 10001");
	assert_refused("-n 0", "-n is at least 1, not 0");
	assert_refused("--alpha 1.5", "--alpha is from 0 to 1, not 1.5");
	assert_refused("--alpha -0.5", "--alpha is from 0 to 1, not -0.5");
	assert_refused("--after rest", "--after is keep|reset, not \"rest\"");
	assert_refused("--after keep|reset", "--after is keep|reset, not \"keep|reset\"");
	for (size_t i = 0; i < sizeof(no_number) / sizeof(no_number[0]); i++) {
		(void)snprintf(words, sizeof(words), "--alpha %s", no_number[i]);
		(void)snprintf(message, sizeof(message),
		    "--alpha needs a number like 0.05 or 1e-3, not \"%s\"", no_number[i]);
		assert_refused(words, message);
	}
	for (size_t i = 0; i < sizeof(no_count) / sizeof(no_count[0]); i++) {
		(void)snprintf(words, sizeof(words), "--number %s", no_count[i]);
		(void)snprintf(message, sizeof(message),
		    "--number needs an integer, with k, M, G, "
		    "Ki, Mi or Gi after it if you like, not \"%s\"",
		    no_count[i]);
		assert_refused(words, message);
	}
	run("--lateness 5");
	assert_non_null(strstr(seen.err, "tool: --lateness: "));
	assert_non_null(strstr(seen.err, ", not \"5\" (see tool --help)\n"));
}

static void
what_is_quoted_cannot_drive_the_terminal(void **state)
{
	(void)state;
	assert_refused("--after \x1b[2J", "--after is keep|reset, not \"\\x1b[2J\"");
	assert_refused("--after a\nb\tc", "--after is keep|reset, not \"a\\nb\\tc\"");
	assert_refused("--after \xc3\xa9\xc2\x9b",
	    "--after is keep|reset, not \"\xc3\xa9\\xc2\\x9b\"");
	assert_refused("-k a\xff", "-k is no UTF-8: \"a\\xff\"");
}

static void
a_written_file_is_named_once(void **state)
{
	(void)state;
	assert_int_equal(close(open("there", O_CREAT | O_WRONLY, 0666)), 0);
	assert_int_equal(symlink("there", "link"), 0);
	assert_refused("-k k -w w --rejects there --late there",
	    "--late and --rejects are the same file, there");
	assert_refused("-k k -w w --rejects there --late link",
	    "--late and --rejects are the same file, link");
	assert_refused("-k k -w w --rejects new --model ./new",
	    "--model and --rejects are the same file, ./new");
	assert_refused("-k k -w w --rejects there link",
	    "--rejects and the input are the same file, there");
	assert_refused("-k k -w w out",
	    "standard output and the input are the same file, out");
	assert_refused("-k k -w w --late out",
	    "standard output and --late are the same file, out");
	assert_accepted("-k k -w w --late /dev/null --rejects /dev/null", PLAIN);
	assert_accepted("-k k -w w --late new --rejects newer --model m - -",
	    PLAIN " model m operand - operand -");
	assert_accepted("-k k -w w there there", PLAIN " operand there operand there");
	assert_int_equal(unlink("there") | unlink("link"), 0);
}

static void
a_folder_that_is_not_there_is_told_at_once(void **state)
{
	(void)state;
	run("-k k -w w --stats no/such");
	assert_string_equal(seen.err, "tool: --stats no/such: No such file or directory\n");
	assert_string_equal(seen.out, "");
	assert_int_equal(seen.status, EXIT_FAILED);
}

static void
operands_that_mean_nothing_are_refused(void **state)
{
	(void)state;
	run_child(parse_bare, "bare", "x");
	assert_string_equal(seen.err,
	    "bare: takes no operand, but was given \"x\" (see bare --help)\n");
	assert_int_equal(seen.status, EXIT_USAGE);
	run_child(parse_bare, "bare", "");
	assert_string_equal(strchr(seen.out, '\n') + 1, "{}");
}

static void
help_fits_and_says_it_all(void **state)
{
	(void)state;
	run("--help");
	assert_int_equal(seen.status, 0);
	assert_string_equal(seen.err, "");
	assert_non_null(strstr(seen.out,
	    "tool - try options\n\nusage: tool [-tq] -k LIST -w WINDOW "
	    "[-a LIST] [-n N] [option ...] [file ...]\n"));
	assert_non_null(strstr(seen.out, "      --alpha P           level (default 0.05)\n"));
	assert_non_null(
	    strstr(seen.out, "how deep arrays and objects may nest (default 1000)\n"));
	assert_non_null(strstr(seen.out, "longest line, in bytes (default 16Mi)\n"));
	/* The tool uses -t for something else, so the shared option has only its long name. */
	assert_non_null(strstr(seen.out, "      --time FIELD"));
	assert_non_null(strstr(seen.out, "  -t, --exclude"));
	/* Options that the cli does not take are not shown. */
	assert_null(strstr(seen.out, "--seed"));
	for (char *line = strtok(seen.out, "\n"); line != NULL; line = strtok(NULL, "\n"))
		assert_true(strlen(line) < 80);
	run("--version");
	assert_string_equal(seen.out, "tool " SML_VERSION "\n");
	run("-Vz");
	assert_string_equal(seen.out, "tool " SML_VERSION "\n");
}

static void
help_that_cannot_be_written_fails(void **state)
{
	(void)state;
	run_child_into("/dev/full", parse_cli, "tool", "--help");
	assert_int_equal(seen.status, EXIT_FAILED);
	assert_string_equal(seen.err, "tool: standard output: No space left on device\n");
}

static void
assert_completes(const char *words, const char *expected)
{
	complete("tool", words);
	assert_string_equal(seen.out, expected);
}

static void
bash_completes_options_and_words(void **state)
{
	(void)state;
	if (system("command -v bash >/dev/null") != 0)
		skip();
	run("--completion");
	assert_int_equal(rename("out", "completion"), 0);
	assert_completes("--la", "--lateness --late ");
	assert_completes("--after r", "reset ");
	assert_completes("--after \"\"", "keep reset ");
	assert_completes("--after =", "keep reset ");
	assert_completes("--after = k", "keep ");
	assert_completes("--rejects a", " ");		   /* files, by -o default */
	assert_completes("-k a", "compopt +o default\n "); /* nothing */
	assert_completes("a", " ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(equal_options_have_one_shape),
		cmocka_unit_test(options_stand_behind_operands_and_are_abbreviated),
		cmocka_unit_test(the_last_word_or_number_counts_but_no_text_is_lost),
		cmocka_unit_test(unknown_options_are_told_what_was_meant),
		cmocka_unit_test(arguments_are_asked_for),
		cmocka_unit_test(values_out_of_their_range_are_refused),
		cmocka_unit_test(what_is_quoted_cannot_drive_the_terminal),
		cmocka_unit_test(a_written_file_is_named_once),
		cmocka_unit_test(a_folder_that_is_not_there_is_told_at_once),
		cmocka_unit_test(operands_that_mean_nothing_are_refused),
		cmocka_unit_test(help_fits_and_says_it_all),
		cmocka_unit_test(help_that_cannot_be_written_fails),
		cmocka_unit_test(bash_completes_options_and_words),
	};

	return cmocka_run_group_tests(tests, own_folder, folder_away);
}
