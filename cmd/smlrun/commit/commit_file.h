#ifndef SML_COMMIT_FILE_H
#define SML_COMMIT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "pipeline/pipeline.h"
#include "source/file_source.h"

/*
 * DIR/commit: what was read, what the stages hold and what was written, together; it is
 * replaced atomically.  Epoch 0 is the beginning: nothing was read, no snapshot is there.
 */
struct commit {
	int64_t epoch;	   /* of the last barrier */
	char nonce[NONCE]; /* of the attempt that wrote its snapshot; "": none */
	bool ended;	   /* by --drain: every window is closed */
	struct file_place place;
	uint64_t written;  /* the sink's length */
	uint64_t rejected; /* the length of --rejects */

	/* Borrowed, from the document or the options; rejects may be NULL. */
	const char *file; /* the name of the place's file */
	const char *sink, *rejects, *pipeline;
	json_t *document; /* what commit_read read; NULL: nothing */
};

/* Returns 1, 0 if there is no DIR/commit yet, or -1 with err. */
int commit_read(const char *folder, struct commit *, struct err *);

/* Replaces DIR/commit, and returns when that is on disk.  -1 with err: it is as it was. */
int commit_write(const char *folder, const struct commit *, struct err *);

void commit_free(struct commit *);

#endif
