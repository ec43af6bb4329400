#ifndef SML_COMMIT_FILE_H
#define SML_COMMIT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "pipeline/pipeline.h"
#include "source/file_source.h"

/* A place in the source and in what is written there: all that belongs together. */
struct commit_point {
	struct file_place place;
	const char *file;  /* the name of the place's file; borrowed */
	uint64_t written;  /* the sink's length */
	uint64_t rejected; /* the length of --rejects */
};

/*
 * DIR/commit: what was read, what the stages hold and what was written, together; it is
 * replaced atomically.  Epoch 0 is the beginning: nothing was read, no snapshot is there.
 * If the last commit was a mark, its snapshot is an older one: from there the source is read
 * again, and what comes out up to the commit must be what the sink has.
 */
struct commit {
	int64_t epoch;	   /* of the last barrier or mark */
	bool ended;	   /* by --drain: every window is closed */
	int64_t id;	   /* of the snapshot: the last barrier; 0: none */
	char nonce[NONCE]; /* of the attempt that wrote it; "": none */
	struct commit_point begin, snapshot, last;
	uint64_t digest; /* XXH64 of what was written after the snapshot */

	/* Borrowed, from the document or the options; rejects may be NULL. */
	const char *sink, *rejects, *pipeline;
	json_t *document; /* what commit_read read; NULL: nothing */
};

/* Returns 1, 0 if there is no DIR/commit yet, or -1 with err. */
int commit_read(const char *folder, struct commit *, struct err *);

/* Replaces DIR/commit, and returns when that is on disk.  -1 with err: it is as it was. */
int commit_write(const char *folder, const struct commit *, struct err *);

/* Returns a commit as a document, a new reference; NULL if memory is short. */
json_t *commit_document(const struct commit *);

void commit_free(struct commit *);

#endif
