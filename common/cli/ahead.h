#ifndef SML_AHEAD_H
#define SML_AHEAD_H

#include "fields.h"
#include "input.h"
#include "record.h"

/*
 * The next few lines, parsed before their turn.  Memory is slow where a state
 * is large: a tool that is shown these records can have what it will need of
 * each fetched at the same time, instead of waiting for one after the other.
 * Never reads: the lines are those that were read already.
 */
enum { AHEAD = 8 };

struct ahead_line {
	struct line line;
	struct record record;
	uint64_t number, offset;	/* of the line in its source */
	bool bad;			/* no record, for the reason in err */
	struct err err;
};

/* What a tool does with n records that come next; borrowed for the call. */
typedef void ahead_look(void *tool, struct record *const *, size_t n);

struct ahead {
	struct ahead_line at[AHEAD];
	size_t next, count;
	struct line line;		/* what the reader was handed last */
	enum input_event then;		/* what comes behind them, if INPUT_LONG */
	ahead_look *look;		/* or NULL */
	void *tool;
};

/* Opens the records; ahead is all zeroes. */
int	ahead_open(struct ahead *, const struct fields *, unsigned int max_depth,
	    struct err *);
void	ahead_close(struct ahead *);

/*
 * The next line, as input_next; *current is it after INPUT_LINE, and stays
 * until the next call.
 */
enum input_event ahead_next(struct ahead *, struct input *, const struct fields *,
	    struct ahead_line **current, struct err *);

#endif
