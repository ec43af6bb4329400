#ifndef SML_SINK_FILE_H
#define SML_SINK_FILE_H

#include <stdint.h>

#include "cli/stream/side_file.h"

/* Where results go: a file that can be cut back, standard output, or nowhere. */
enum sink_kind { SINK_FILE, SINK_STANDARD, SINK_NULL };

struct sink_file {
	enum sink_kind kind;
	struct side_file file; /* of SINK_FILE */
	struct out standard;   /* of SINK_STANDARD */
	uint64_t length;       /* of the other kinds, as if they could be cut back */
};

/* Opens what --to names.  A file is locked.  Returns -1 with err. */
int sink_open(struct sink_file *, const char *to, struct err *);

/*
 * Cuts a file back to its committed length; it is an error if the file is shorter.  Afterwards
 * sink_length returns that length, whatever the sink is.
 */
int sink_cut(struct sink_file *, uint64_t length, struct err *);

/* As sink_cut, for any file.  If it is not a regular file, nothing is done. */
int sink_cut_file(struct side_file *, uint64_t length, struct err *);

/* Returns whether a write has failed; sink_sync says why. */
bool sink_failed(const struct sink_file *);

/* Writes bytes to the sink.  sink_sync reports any error. */
void sink_write(struct sink_file *, const char *, size_t);

/*
 * Syncs everything to disk.  Returns -1 with err, also if another program has truncated the file.
 */
int sink_sync(struct sink_file *, struct err *);

/* Returns how many bytes the sink has, including those of earlier runs. */
uint64_t sink_length(const struct sink_file *);

int sink_close(struct sink_file *, struct err *);

#endif
