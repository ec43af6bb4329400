#ifndef SML_INPUT_H
#define SML_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/stream/watch.h"
#include "json/reader.h"

/*
 * Reads the operands as one sequence of lines; "-", or no operand, is standard input.  When a
 * signal comes, all whole lines read so far are handed out first, then the input ends instead
 * of reading more.  A pipe or socket is first read to its end, for up to --grace.
 */
struct input;

enum input_event {
	INPUT_LINE,   /* *line */
	INPUT_LONG,   /* a line longer than max_line: call input_piece */
	INPUT_WAIT,   /* nothing can be read now: flush, then call input_wait */
	INPUT_READY,  /* something watched is ready; only from input_next */
	INPUT_SIGNAL, /* SIGTERM or SIGINT: stop here */
	INPUT_END,
	INPUT_ERROR /* *err */
};

/* Opens the operands, which are borrowed.  Returns NULL if a file cannot be read. */
struct input *input_open(char **operands, size_t max_line, struct err *);

/*
 * Sets how the input ends.  grace: ns, how long a pipe or socket is still read after SIGTERM
 * (by default not at all).  keeps_half: a last line without its end is not handed out, but
 * kept for the next run.
 */
void input_ends(struct input *, int64_t grace, bool keeps_half);

void input_close(struct input *); /* accepts NULL */

/* Returns the next event, and for INPUT_LINE the line in *line. */
enum input_event input_next(struct input *, struct line *, struct err *);

/* Waits, at most ms (-1: for ever), for input, for something watched, or for a signal. */
void input_wait(struct input *, int ms);

/*
 * Watches descriptors and the clock besides the input, as watch_set does: INPUT_READY comes
 * before the next read, when all lines read so far have been handed out.
 */
void input_watch(struct input *, struct pollfd *, unsigned int n, int ms);

/*
 * Hands out the next piece of a long line; *last is set with the last piece.  Returns what
 * input_next does.
 */
enum input_event input_piece(struct input *, const char **piece, size_t *n, bool *last,
    struct err *);

/* Looks at the first line before any line is handed out.  Returns what input_next does. */
enum input_event input_peek(struct input *, const char **first, size_t *n, struct err *);

/* Returns whether standard input is being read, or will be read first. */
bool input_is_standard(const struct input *);

/*
 * Continues in the only operand, a regular file, where a former run stopped.  digest is what
 * input_place returned in that run.  It is an error if the file is a different one, or has
 * shrunk.
 */
struct input_place {
	uint64_t offset; /* of what was read, including the half line */
	uint64_t line;	 /* the number of the next line */
	uint64_t digest; /* of the bytes around and before the offset */
};
int input_resume(struct input *, const struct input_place *, struct err *);

/* Returns where the line handed out last begins. */
uint64_t input_offset(const struct input *);

/*
 * Says where the run is: after the line handed out last, or, if again is not NULL, before the
 * line with that offset and number.  rest (borrowed): bytes to put before the input of the
 * next run, because that run does not read them again.  If this run ends, they are the half
 * line here; else they are what a former run left.
 */
int input_place(struct input *, const struct input_place *again, bool ends,
    struct input_place *, const char **rest, size_t *rest_len, struct err *);

/* Puts the half line of a former run before the input, as reader_prepend does. */
int input_prepend(struct input *, const char *, size_t, bool first, struct err *);

/* Return the name of what is read now, for messages, and the number of the last line. */
const char *input_source(const struct input *);
uint64_t input_line(const struct input *);

/* Return the bytes read so far, and how many there are in all (0: not known). */
uint64_t input_read(const struct input *);
uint64_t input_total(const struct input *);

#endif
