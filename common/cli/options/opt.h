#ifndef SML_OPT_H
#define SML_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/report/diag.h"
#include "time/time_field.h"

struct buf;
struct program;

/*
 * A tool describes its options in a table.  Parsing, --help, the synopsis, bash completion and
 * the list of options that a snapshot compares all come from it.
 */
enum opt_kind {
	OPT_FLAG,     /* bool */
	OPT_TEXT,     /* const char *, borrowed from argv; UTF-8 unless a file */
	OPT_LIST,     /* a list of texts, struct texts: may be given more than once */
	OPT_COUNT,    /* uint64_t; k, M, G (1000s) and Ki, Mi, Gi accepted */
	OPT_REAL,     /* double */
	OPT_DURATION, /* int64_t, ns; 0 is accepted */
	OPT_CHOICE,   /* int: which of the words in arg, "a|b|c" */
	OPT_ANSWER    /* --help and the like: opt_parse answers it and exits */
};

struct texts {
	const char **text;
	size_t count, room;
};

enum {
	OPT_NEEDED = 1,	  /* must be given; no brackets in the synopsis */
	OPT_COMPARED = 2, /* changes results: a snapshot made with another value is refused */
	OPT_IS_FILE = 4,  /* completion offers files */
	OPT_WRITES = 8	  /* a file that is written: no other option or operand may name it */
};

struct opt {
	int letter;	  /* 0: none */
	const char *name; /* the long option */
	const char *arg;  /* "LIST"; NULL for a flag */
	enum opt_kind kind;
	size_t at; /* offset in the tool's options */
	unsigned int flags;
	const char *help; /* one line, no full stop */
	double min, max;  /* for OPT_COUNT and OPT_REAL; max 0: no upper bound */
};

enum { NONCE_SIZE = 16 };

/* The options that many tools share.  A tool's own struct begins with one. */
struct common {
	struct diag *diag;
	const struct cli *cli;
	const char *key, *time, *fields;
	const char *time_format;
	struct time_field times; /* the options above, and what the times showed */
	const char *rejects, *late, *state, *stats, *metrics, *nest, *now;
	const char *output, *save_every, *mode;
	unsigned int permissions; /* of states and models, for replace_begin: from mode */
	struct texts as, defaults;
	uint64_t max_line, max_depth, max_keys, max_memory, seed;
	int64_t grace;	   /* ns */
	int64_t max_ahead; /* ns; 0: any time is taken */
	int64_t timeout;   /* ns, 0: none; the tool sets the default before opt_parse */
	int time_unit;	   /* of "auto|s|ms|us|ns" */
	int carry;	   /* index of "model"; -1: nothing is carried */
	bool quiet, control, resume, drain, overwrite, progress, evict, exit_code;
	bool driven;	     /* SML_CONTROL: standard input carries control lines */
	const char *folder;  /* SML_STATE: folder for the states of an attempt; NULL: none */
	const char *attempt; /* the nonce in SML_CONTROL: NONCE_SIZE hex digits; NULL: none */
	char **operands;     /* the operands, ended by NULL */
};

/* Which shared options a tool takes; options that every tool takes are not listed here. */
enum {
	COMMON_KEY = 1 << 0,	   /* -k --key */
	COMMON_TIME = 1 << 1,	   /* -t --time, --time-unit, --time-format */
	COMMON_FIELDS = 1 << 2,	   /* -f --fields */
	COMMON_QUIET = 1 << 3,	   /* -q --quiet */
	COMMON_LATE = 1 << 4,	   /* --late */
	COMMON_KEYS = 1 << 5,	   /* --max-keys, --evict */
	COMMON_STATE = 1 << 6,	   /* --state, and how it is saved and loaded */
	COMMON_APPEND = 1 << 7,	   /* --as --nest --overwrite */
	COMMON_DEFAULT = 1 << 8,   /* --default */
	COMMON_EXIT_CODE = 1 << 9, /* --exit-code */
	COMMON_SEED = 1 << 10,	   /* --seed */
	COMMON_INPUT = 1 << 11, /* reads records: limits, control lines, --grace, --progress */
	COMMON_REJECTS = 1 << 12, /* --rejects */
	COMMON_TIMEOUT = 1 << 13, /* --timeout */
	COMMON_NOW = 1 << 14,	  /* --now */

	/* Bits without an option: what the stream must know about the tool. */
	COMMON_BARRIER = 1 << 15,	/* STREAM_SAVE at a barrier, without --state too */
	COMMON_CONTROL_LINES = 1 << 16, /* STREAM_CONTROL */
	COMMON_SINK = 1 << 17,		/* writes no records and forwards no control lines */

	COMMON_OUTPUT = 1 << 18, /* -o --output */
	COMMON_AHEAD = 1 << 19,	 /* --max-ahead */
	COMMON_MEMORY = 1 << 20	 /* --max-memory, which COMMON_INPUT includes */
};

/* The command line of a tool, or of one of its commands. */
struct cli {
	const char *tool;	   /* "smlwindow" */
	const char *command;	   /* "consume"; NULL: the tool without a command */
	const char *what;	   /* one line: what it does */
	const char *operands;	   /* "[file ...]", or "" */
	const struct opt *options; /* its own options, ended by a NULL name */
	unsigned int common;
	unsigned int needed; /* which of COMMON_KEY, _TIME and _FIELDS must be given */
	/* For a tool that also does something without a command. */
	const struct program *program;
};

/*
 * A tool with commands, each with options of its own: smlkafka consume.  One command may have
 * no name: it is used if the first argument names no command.  The `program` of that command's
 * struct cli points back here, so that its --help names the other commands.
 */
struct program {
	const char *tool;		   /* "smlkafka" */
	const char *what;		   /* one line: what the whole tool does */
	const struct cli *const *commands; /* in the order of the man page, ended by NULL */
};

/*
 * Returns the command that argv[1] names, and removes it from argv; then call opt_parse(cli,
 * &options, argc, argv).  Answers --help, --version and --completion of the whole tool and
 * exits 0 (1 if standard output fails).  Exits 2 with a message if the command is missing or
 * unknown.
 */
const struct cli *opt_command(const struct program *, int *argc, char ***argv);

/*
 * Parses argv into options, a struct that begins with a struct common and already holds the
 * defaults of the tool's own options; the rest is zero.  Answers --help, --version and
 * --completion itself and exits 0 (1 if standard output fails).  Exits 2 with a message on
 * wrong usage.  Opens common->diag.
 *
 * Options may follow operands, and may be abbreviated, as with GNU's getopt.  If a flag,
 * number or word is given twice, the last one counts, so that an alias can be overridden.  Two
 * texts for one option are an error, because one would be lost.
 */
void opt_parse(const struct cli *, void *options, int argc, char **argv);

/* Frees what opt_parse allocated, the diag included. */
void opt_free(const struct cli *, void *options);

/*
 * Checks a file that an option's text names to be written, because opt_parse does not see it:
 * exits 2 if it is also the input or the file of another option, 1 if its folder does not
 * exist.  named: such as "--out".
 */
void opt_claim(const struct common *, const char *named, const char *path);

/*
 * Does the same for a file that is read: exits 2 if an option writes it, or if it is standard
 * output.
 */
void opt_read(const struct common *, const char *named, const char *path);

/* Exits 2 if two files named within options' texts are the same file. */
void opt_differ(const struct common *, const char *named, const char *path, const char *other,
    const char *other_path);

/* Returns whether n bytes of text are a nonce: NONCE_SIZE of 0-9 and a-f. */
bool opt_is_nonce(const char *text, size_t n);

/*
 * Warns, once each: that numbers in times look like a unit other than ms, which was assumed;
 * and that times were rounded.  place: of the record, or NULL.
 */
void opt_warn_times(const struct common *, struct time_field *, const struct place *);

/*
 * Prints a message about wrong usage and the hint at --help, and exits 2.
 */
_Noreturn void opt_usage(const struct common *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Does the same with the text of err; exits 1 if memory was short. */
_Noreturn void opt_refuse(const struct common *, const struct err *);

/*
 * Appends to buf, as one JSON object, all options that a snapshot compares, with their
 * values.  Equal options give equal bytes.
 */
int opt_compared(const struct cli *, const void *options, struct buf *);

#endif
