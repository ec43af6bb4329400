#ifndef SML_COPROCESS_H
#define SML_COPROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/report/diag.h"

/*
 * A program that answers lines, run by sh -c in a process group of its own: a
 * line goes in, a line comes out, one for one and in order.  Its pipes
 * never block, so that any number of requests can be under way.
 *
 * What it must not do ends it, by SIGKILL: to die or close its output, to leave
 * a request without an answer for too long, to write a line that nobody asked
 * for, or one that is too long.  Every request that it holds then fails, at
 * once, with the reason.  It is started again after 100 ms, twice as long each
 * time up to 30 s, and after 100 ms once more when it has answered a hundred
 * requests or run for ten seconds.  Meanwhile it takes no requests.
 *
 * A needed one whose shell could not run the command (it exits with status 126 or
 * 127) before it ever answered is not started again: coprocess_unusable.
 */
struct coprocess;
struct pollfd;

struct coprocess_rule {
	struct diag *diag;   /* borrowed: told why it was ended */
	const char *who;     /* "arm b", for that; copied */
	const char *command; /* copied */
	char **environment;  /* borrowed: child_environment */
	bool needed;	     /* the run ends where its command cannot be run */
	int64_t timeout;     /* ns from when it could have begun with a request; 0: any */
	size_t longest;	     /* line that it may answer */
	uint64_t *starts;    /* borrowed: counts them */
};

/* Starts nothing yet: coprocess_move does.  NULL where memory is short. */
struct coprocess *coprocess_new(const struct coprocess_rule *);

/* So many may run together: a stream can watch the two descriptors of each. */
enum { COPROCESS_MOST = 127 };

/*
 * Ends and frees n of them (at most COPROCESS_MOST) together: closes their
 * inputs, waits a second for them to exit, then SIGTERM and another second, then
 * SIGKILL.  coprocess_free ends one; it takes NULL.
 */
void coprocess_end(struct coprocess **, size_t n);
void coprocess_free(struct coprocess *);

/* So many requests may be under way; the caller keeps to it. */
enum { COPROCESS_REQUESTS = 1024 };

/*
 * Adds a request: a line without its newline.  -1: it is down, for the reason
 * in err, or memory is short.
 */
int coprocess_ask(struct coprocess *, const char *line, size_t n, struct err *);

/* Whether a needed one cannot be run at all; err says so, and of whom. */
bool coprocess_unusable(const struct coprocess *, struct err *);

/* How many requests have no answer yet, and the bytes of those not yet sent. */
size_t coprocess_asked(const struct coprocess *);
size_t coprocess_unsent(const struct coprocess *);

/* Starts it where that is due; moves what the pipes can take and give. */
void coprocess_move(struct coprocess *);

/*
 * What became of the oldest request: 1: its answer, borrowed until the next
 * call here; -1: none, for the reason in err; 0: not known yet.
 */
int coprocess_answer(struct coprocess *, const char **line, size_t *n, struct err *);

/*
 * What to wait for: fills in at most two descriptors and returns how many;
 * lowers *until (monotonic ns) to the time when coprocess_move has something to
 * do by itself.
 */
unsigned int coprocess_watch(const struct coprocess *, struct pollfd *, int64_t *until);

#endif
