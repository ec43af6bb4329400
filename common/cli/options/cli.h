#ifndef SML_CLI_H
#define SML_CLI_H

#include "cli/options/opt.h"

/*
 * Lists a cli's options: its own, then the shared options that it takes.  They are copies.  If
 * the tool uses the letter of a shared option for something else, the copy has no letter.
 * OPT_NEEDED is set as the cli says.
 */
enum { CLI_OPTIONS_MAX = 96 };
struct cli_options {
	struct opt opt[CLI_OPTIONS_MAX];
	size_t count, own; /* the first `own` are the tool's own */
};

void cli_list(const struct cli *, struct cli_options *);

/*
 * A bit in a cli's common: the cli is a whole program, which answers only --help and the like.
 */
enum { CLI_WHOLE = 1 << 30 };

/* Fills in and returns the name of the command: "smlwindow", "smlkafka consume". */
enum { CLI_NAME = 64 };
const char *cli_name(const struct cli *, char name[CLI_NAME]);

/* Sets the defaults of the shared options. */
void common_defaults(struct common *);

/* Sets c->times from the options, after all of them are read. */
void common_settle(struct common *);

/*
 * Sets c->driven and c->attempt from SML_CONTROL, and c->folder from SML_STATE, but only if
 * standard input is read first.  Exits 2 if SML_CONTROL holds neither 1 nor a nonce.
 */
void common_attempt(struct common *);

/*
 * Checks the files that are written, by an option or as standard output.  Exits 2 if such a
 * file is named a second time, to be read or written; devices and pipes may be shared.  Exits
 * 1 if its folder does not exist.
 */
void common_check_files(const struct common *, const struct cli_options *);

/*
 * Reads the argument of an option into its place; exits 2 if it is wrong.  again: whether the
 * option was given before.  spelt: the option as it was typed.
 */
void argument_put(struct common *, const struct opt *, bool again, const char *spelt,
    const char *text);

/* Returns the place of an option's value in the tool's options. */
const void *opt_value(const struct opt *, const void *options);

/* Returns the word after `word` (NULL: the first) in an OPT_CHOICE, or NULL at the end. */
const char *opt_word(const struct opt *, const char *word, size_t *len);

/* Print what --help and --completion print.  Return false if standard output has failed. */
bool help_print(const struct cli *, const struct cli_options *, const void *options);
bool help_complete(const struct cli *);

/* Prints what --version prints: "smlwindow 0.1.0". */
bool help_version(const struct cli *);

/* Flushes standard output.  Returns false with errno if any of the output failed. */
bool help_flush(void);

#endif
