#ifndef SML_INPUT_PARTS_H
#define SML_INPUT_PARTS_H

#include "cli/stream/input.h"

/* The inside of an input: what input*.c share, and nobody else. */
struct input {
	char **next;	   /* operands not opened yet */
	char *standard[2]; /* the operand "-", if there are none */
	const char *source;
	bool is_standard, piped;
	int fd; /* -1: none is open */
	struct reader *reader;
	uint64_t start;		/* where this source was taken up */
	uint64_t line;		/* and the number of its line there */
	uint64_t before, total; /* bytes of the sources done; of all */
	bool ready;		/* there is something to read */
	bool woken;		/* what is watched is ready */
	bool watching;
	struct watch watch;
	bool keeps_half;  /* a last line without its end waits for the next run */
	int64_t grace;	  /* ns within which a pipe must end after a signal */
	int64_t deadline; /* when that is over, monotonic ns; 0: no signal came */
};

/* Opens the next operand; there is one. */
int input_source_open(struct input *, struct err *);

#endif
