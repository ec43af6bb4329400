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

/* A place in the source and in what is written there: all that belongs together. */
struct commit_point {
	struct source_place place;
	const char *file;  /* --from, as it names the place's file or topic; borrowed */
	uint64_t written;  /* bytes of results, since the beginning */
	uint64_t rejected; /* the length of --rejects */
	struct sink_lengths lengths;
};

/* How records are shared out among copies of the pipeline. */
struct run_shards {
	uint64_t count;	 /* 0: there is one pipeline */
	const char *key; /* the fields of the key; NULL: by partition; borrowed */
	uint64_t block;	 /* results are ordered by blocks of so many records */
};

static inline bool
run_shards_by_partition(const struct run_shards *s)
{
	return s->count > 0 && s->key == NULL;
}

/*
 * What was read, what the stages hold and what was written, together.  Epoch 0 is the beginning:
 * nothing was read, no snapshot is there.  If the last commit was a mark, its snapshot is an
 * older one: from there the source is read again, and what comes out up to the commit must be
 * what the sink has.
 *
 * It is kept in DIR/commit (commit_file.h), or, if the sink is a topic, with the offsets of the
 * group, in the metadata; DIR/commit then says which run that is, and never changes.
 */
struct commit {
	int64_t epoch;	   /* of the last barrier or mark */
	bool ended;	   /* by --drain: every window is closed */
	int64_t id;	   /* of the snapshot: the last barrier; 0: none */
	char nonce[NONCE]; /* of the attempt that wrote it; "": none */
	struct commit_point begin, snapshot, last;
	uint64_t digest;       /* XXH64 of what was written after the snapshot */
	struct sink_sent sent; /* if topics are written */

	/* Of the run; borrowed, from the document or the options.  Those after pipeline may be NULL. */
	const char *sink, *pipeline, *rejects, *group, *carry, *format, *to_key;
	json_t *to_by; /* --to-by, all of them; of the document; NULL: none */
	struct run_shards shards;
	json_t *document;		 /* what commit_read read; NULL: nothing */
	struct partition_places *places; /* of that, too */

	/* Of metadata: so many partitions that are read as one have it; 0: they are not. */
	uint32_t merged;
	uint64_t run; /* a hash of the run that wrote it */
};

/* Returns the text of one --to-by, NULL after the last. */
const char *commit_to_by(const struct commit *, size_t number);

/* Takes over what --to-by says, for this commit and its copies.  Returns -1 with err. */
int commit_set_to_by(struct commit *, const char *const *text, size_t count, struct err *);

/* Names the sinks of a commit.  Returns -1 with err; sink_names_free in any case. */
int commit_sinks(const struct commit *, struct sink_names *, struct err *);

/* Returns a commit as a document, a new reference; NULL if memory is short. */
json_t *commit_document(const struct commit *);

/* Takes a commit from a document, which must last as long.  Returns -1 if it is damaged. */
int commit_unpack(json_t *, struct commit *);

/* Returns whether the group is one that smlrun has named, for this DIR alone. */
bool commit_names_group(const struct commit *);

/*
 * Appends a commit to buf as the metadata of an offset.  run: a hash of the run, which
 * commit_metadata_read compares.  Returns -1 if memory is short.
 */
int commit_metadata(const struct commit *, uint64_t run, struct buf *);

/*
 * Takes over what metadata says: all but begin, the names, the document, and the length of
 * --rejects if that was another file.  run: 0: that of any run.  Returns 1; 0 if the text is none
 * of ours; -1 with err if it is damaged, or of another run.
 */
int commit_metadata_read(const char *text, size_t n, uint64_t run, struct commit *,
    struct err *);

#endif
