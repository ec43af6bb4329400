#ifndef SML_COPROCESS_H
#define SML_COPROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/report/diag.h"

/*
 * A program that answers lines, run by sh -c in its own process group.  For each line that it
 * reads it writes one line, in the same order.  Its pipes never block, so that many requests
 * can be under way.
 *
 * It is killed if it closes its output, leaves a request unanswered for too long, or writes a
 * line that nobody asked for or that is too long.  When it is killed or dies, all its requests
 * fail with the reason.  It is restarted with back-off: after 100 ms, then after twice as long
 * each time, up to 30 s.  The delay is 100 ms again once it has answered a hundred requests or
 * run for ten seconds.  Meanwhile it accepts no requests.
 *
 * A needed program whose shell could not run the command (it exits with status 126 or 127)
 * before it ever answered is not started again: coprocess_unusable.
 */
struct coprocess;
struct pollfd;

struct coprocess_rule {
	struct diag *diag;   /* borrowed; reports why the program was ended */
	const char *who;     /* "arm b", for that message; copied */
	const char *command; /* copied */
	char **environment;  /* borrowed: child_environment */
	bool needed;	     /* the run ends if its command cannot be run */
	int64_t timeout;  /* ns, from the time when it could start on a request; 0: no limit */
	size_t longest;	  /* the longest line that it may answer */
	uint64_t *starts; /* borrowed; the number of its starts */
};

/* Makes a co-process; coprocess_move starts it.  Returns NULL if memory is short. */
struct coprocess *coprocess_new(const struct coprocess_rule *);

/* The most co-processes that can run together: a stream can watch two descriptors of each. */
enum { COPROCESS_MOST = 127 };

/*
 * Ends and frees n co-processes (at most COPROCESS_MOST) together: closes their inputs,
 * waits a second for them to exit, sends SIGTERM, waits another second, sends SIGKILL.
 * coprocess_free ends one; it accepts NULL.
 */
void coprocess_end(struct coprocess **, size_t n);
void coprocess_free(struct coprocess *);

/* The most requests that may be under way; the caller must not exceed this. */
enum { COPROCESS_REQUESTS = 1024 };

/*
 * Adds a request: a line without its newline.  Returns -1 with err if the program is down, or
 * memory is short.
 */
int coprocess_ask(struct coprocess *, const char *line, size_t n, struct err *);

/* Returns whether a needed program cannot be run at all; err names it. */
bool coprocess_unusable(const struct coprocess *, struct err *);

/*
 * The first returns how many requests have no answer yet; the second, how many bytes are not
 * sent yet.
 */
size_t coprocess_asked(const struct coprocess *);
size_t coprocess_unsent(const struct coprocess *);

/* Starts the program if that is due; reads and writes what the pipes take without blocking. */
void coprocess_move(struct coprocess *);

/*
 * Takes the result of the oldest request.  Returns 1 with the answer, which is valid until the
 * next call here; -1 with err if the request has failed; 0 if the result is not known yet.
 */
int coprocess_answer(struct coprocess *, const char **line, size_t *n, struct err *);

/*
 * Says what to wait for: fills in at most two descriptors and returns how many; lowers *until
 * (monotonic ns) if coprocess_move will have something to do before that.
 */
unsigned int coprocess_watch(const struct coprocess *, struct pollfd *, int64_t *until);

#endif
