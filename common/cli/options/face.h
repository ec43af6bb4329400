#ifndef SML_FACE_H
#define SML_FACE_H

#include "cli/options/opt.h"

/*
 * A face's options in one list: its own, then those of the shared table that
 * it takes.  The copies are resolved: a shared letter that the tool uses for
 * something else is gone, OPT_NEEDED stands wherever the face says so.
 */
enum { FACE_MAX = 96 };
struct face_options {
	struct opt opt[FACE_MAX];
	size_t count, own; /* the first own of them are the tool's */
};

void face_list(const struct face *, struct face_options *);

/*
 * In a face's common: the whole of a suite, which only answers --help and its
 * like.
 */
enum { FACE_WHOLE = 1 << 30 };

/* How it is called: "smlwindow", "smlkafka consume"; fills and returns name. */
enum { FACE_NAME = 64 };
const char *face_name(const struct face *, char name[FACE_NAME]);

/* The defaults of what the face shares. */
void common_defaults(struct common *);

/* What follows from the options, once all are read: c->times. */
void common_settle(struct common *);

/*
 * Every file that is written, by an option or as standard output, must be
 * another than all the others that are named, read or written; exits 2 where
 * one is not.  Devices and pipes may be shared.  Exits 1 where the folder that
 * one would stand in is not there.
 */
void common_check_files(const struct common *, const struct face_options *);

/*
 * Reads the argument of an option into its place; exits 2 where it is none.
 * again: the option was given before.  spelt: the option as it was typed.
 */
void argument_put(struct common *, const struct opt *, bool again, const char *spelt,
    const char *text);

/* Where an option's value stands in the tool's options. */
const void *opt_value(const struct opt *, const void *options);

/* Walks the words of an OPT_CHOICE: the next one and its length; NULL at the end. */
const char *opt_word(const struct opt *, const char *word, size_t *len);

/* What --help and --completion print; false where standard output failed. */
bool help_print(const struct face *, const struct face_options *, const void *options);
bool help_complete(const struct face *);

/* What --version prints: "smlwindow 0.1.0". */
bool help_version(const struct face *);

/* Flushes standard output; false with errno where any of it failed. */
bool help_flush(void);

#endif
