#ifndef SML_COMMIT_H
#define SML_COMMIT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "pipeline/pipeline.h"
#include "sink/sink_names.h"
#include "source/source_place.h"

/* A place in the source, and how much was written up to there. */
struct commit_point {
	struct source_place place;
	const char *file;  /* the file or topic of the place, as --from names it; borrowed */
	uint64_t written;  /* bytes of results, since the beginning */
	uint64_t rejected; /* the length of --rejects */
	struct sink_lengths lengths;
};

/* How records are distributed among copies of the pipeline. */
struct run_shards {
	uint64_t count;	 /* 0: there is one pipeline */
	const char *key; /* the fields of the key; NULL: a copy for each partition; borrowed */
	uint64_t block;	 /* records in a block, by which results are ordered */
};

static inline bool
run_shards_by_partition(const struct run_shards *s)
{
	return s->count > 0 && s->key == NULL;
}

/*
 * A commit: the place in the source, the snapshot of the stages, and how much was written.
 * Epoch 0 is the beginning: nothing was read, and there is no snapshot.  If the last commit
 * was a mark, its snapshot is older: from the snapshot on, the source is read again, and the
 * results up to the commit must be the same as those in the sink.
 *
 * A commit is stored in DIR/commit (commit_file.h) or, if a sink is a topic, in the metadata
 * of the group's offsets.  In that case DIR/commit only identifies the run, and never changes.
 */
struct commit {
	int64_t epoch;	   /* number of the last barrier or mark */
	bool ended;	   /* by --drain: every window is closed */
	int64_t id;	   /* of the snapshot: the epoch of its barrier; 0: none */
	char nonce[NONCE]; /* of the attempt that wrote it; "": none */
	struct commit_point begin, snapshot, last;
	uint64_t digest;       /* XXH64 of the results after the snapshot */
	struct sink_sent sent; /* if topics are written */

	/*
	 * The options of the run, most of which its next start must repeat.  Borrowed from the
	 * document or the options.  All after pipeline may be NULL.
	 */
	const char *sink, *pipeline, *rejects, *group, *carry, *format, *to_key;
	json_t *to_by; /* the texts of all --to-by; part of the document; NULL: none */
	struct run_shards shards;
	json_t *document;		 /* the JSON that commit_read has read; NULL: none */
	struct partition_places *places; /* the places that were read from document */

	/*
	 * Only in metadata: how many merged partitions share this commit; 0: they are not
	 * merged.
	 */
	uint32_t merged;
	uint64_t run; /* a hash of the run that wrote it; 0: any run may continue */
};

/* Returns the text of one --to-by; NULL after the last. */
const char *commit_to_by(const struct commit *, size_t number);

/* Copies the texts of --to-by into this commit.  Returns -1 with err. */
int commit_set_to_by(struct commit *, const char *const *text, size_t count, struct err *);

/* Lists the sinks of a commit.  Returns -1 with err.  Call sink_names_free in any case. */
int commit_sinks(const struct commit *, struct sink_names *, struct err *);

/* Returns a commit as a JSON document (a new reference), or NULL if memory is short. */
json_t *commit_document(const struct commit *);

/* Reads a commit from a document, which must outlive it.  Returns -1 if it is damaged. */
int commit_unpack(json_t *, struct commit *);

/* Returns whether smlrun itself has made up the name of the group, for this DIR alone. */
bool commit_names_group(const struct commit *);

/*
 * Appends a commit to buf as the metadata of an offset.  run: a hash of the run, which
 * commit_metadata_read compares; 0: any run may continue, since nothing was read.  Returns -1 if memory is short.
 */
int commit_metadata(const struct commit *, uint64_t run, struct buf *);

/*
 * Reads a commit from metadata: all but begin, the names and the document.  If --rejects is
 * another file now, its length is not read either.  run: the hash that the metadata must have;
 * 0: any.  Returns 1; 0 if smlrun did not write the text; -1 with err if the text is damaged
 * or belongs to another run.
 */
int commit_metadata_read(const char *text, size_t n, uint64_t run, struct commit *,
    struct err *);

#endif
