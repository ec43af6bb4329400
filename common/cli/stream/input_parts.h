#ifndef SML_INPUT_PARTS_H
#define SML_INPUT_PARTS_H

#include "cli/stream/input.h"

/* The inside of an input: what input*.c share, and nobody else. */
struct input {
	char **next;	   /* operands not opened yet */
	char *standard[2]; /* the operand "-", used if there are no operands */
	const char *source;
	bool is_standard, piped;
	int fd; /* the open source; -1: none */
	struct reader *reader;
	uint64_t start;		/* the offset where this source was taken up */
	uint64_t line;		/* the number of the line there */
	uint64_t before, total; /* bytes of the finished sources; bytes of all sources */
	bool ready;		/* there is something to read */
	bool woken;		/* something watched is ready */
	bool watching;
	struct watch watch;
	bool keeps_half;  /* a last line without its end waits for the next run */
	int64_t grace;	  /* ns: how long a pipe may still be read after a signal */
	int64_t deadline; /* when grace is over, monotonic ns; 0: no signal came */
};

/* Opens the next operand; there must be one. */
int input_source_open(struct input *, struct err *);

#endif
