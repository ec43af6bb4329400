#ifndef SML_INPUT_H
#define SML_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/stream/watch.h"
#include "json/reader.h"

/*
 * The operands as one sequence of lines; "-", or no operand, is standard input.  A
 * signal is obeyed when more must be read, after every whole line that was read has
 * been handed out.  A pipe or socket is first read to its end, for up to --grace.
 */
struct input;

enum input_event {
	INPUT_LINE,   /* *line */
	INPUT_LONG,   /* a line longer than max_line: input_piece */
	INPUT_WAIT,   /* nothing can be read now: flush, then input_wait */
	INPUT_READY,  /* something that is watched; only from input_next */
	INPUT_SIGNAL, /* SIGTERM or SIGINT: stop here */
	INPUT_END,
	INPUT_ERROR /* *err */
};

/* Opens the operands, which are borrowed.  Returns NULL if a file cannot be read. */
struct input *input_open(char **operands, size_t max_line, struct err *);

/*
 * Sets how the input ends.  grace: how long a pipe or socket is read on after SIGTERM, ns (by
 * default not at all).  keeps_half: a last line without its end is not handed out, but kept
 * for the next run.
 */
void input_ends(struct input *, int64_t grace, bool keeps_half);

void input_close(struct input *); /* accepts NULL */

/* Returns the next event; with INPUT_LINE, *line. */
enum input_event input_next(struct input *, struct line *, struct err *);

/* Waits, at most ms (-1: for ever), for something to read, something watched, or a signal. */
void input_wait(struct input *, int ms);

/*
 * Watches descriptors and the clock besides the input, as watch_set does:
 * INPUT_READY comes when more must be read, before the next read.
 */
void input_watch(struct input *, struct pollfd *, unsigned int n, int ms);

/* Hands out the next piece of a long line, until *last.  Returns what input_next does. */
enum input_event input_piece(struct input *, const char **piece, size_t *n, bool *last,
    struct err *);

/* Looks at the first line before any is handed out.  Returns what input_next does. */
enum input_event input_peek(struct input *, const char **first, size_t *n, struct err *);

/* Returns whether standard input is being read, or will be read first. */
bool input_is_standard(const struct input *);

/*
 * Goes on in the one operand, a regular file, where a former run stopped.  digest is
 * the one that input_place returned then.  It is an error if the file is another one,
 * or has shrunk.
 */
struct input_place {
	uint64_t offset; /* of what was read, the half line included */
	uint64_t line;	 /* number of the line that comes next */
	uint64_t digest; /* of the bytes around and before the offset */
};
int input_resume(struct input *, const struct input_place *, struct err *);

/* Returns where the line that was handed out last begins. */
uint64_t input_offset(const struct input *);

/*
 * Says where the run is: after the line handed out last; or, if again is not NULL, before the
 * line with that offset and number.  rest (borrowed): bytes that the next run needs before
 * its input, because they are not given again.  These are the half line here if the run ends,
 * else what a former run left.
 */
int input_place(struct input *, const struct input_place *again, bool ends,
    struct input_place *, const char **rest, size_t *rest_len, struct err *);

/* Puts the half line of a former run before the input, as reader_prepend does. */
int input_prepend(struct input *, const char *, size_t, bool first, struct err *);

/* Return, for messages, what is read now and the number of the last line. */
const char *input_source(const struct input *);
uint64_t input_line(const struct input *);

/* Return the bytes read so far, and how many there are in all (0: unknown). */
uint64_t input_read(const struct input *);
uint64_t input_total(const struct input *);

#endif
