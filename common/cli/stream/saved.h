#ifndef SML_SAVED_H
#define SML_SAVED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "state/snap.h"

/*
 * What a stream saves about itself for the next run, in the first line of a snapshot; and the
 * names of the files: FILE, FILE.ID or FILE.ID.NONCE, and FILE.lock or FILE.NONCE.lock.
 */
struct saved {
	char *tool, *options, *source, *rest; /* malloc'ed */
	char *untaken;			      /* output that no reader took; malloc'ed */
	char *mover; /* source of the record that set the watermark; malloc'ed */
	uint64_t mover_len, mover_line;
	int64_t highest, ahead; /* as in struct stream */
	uint64_t tool_len, options_len, source_len, rest_len, untaken_len;
	char *time_unit; /* the unit of times that are numbers; "": none has come */
	uint64_t time_unit_len;
	bool time_unit_decided; /* the times themselves decided the unit */
	uint64_t format;
	int64_t id;	/* number of the barrier; 0: none came */
	bool control;	/* the stream carries control lines */
	bool announced; /* the output carries control lines, though the input does not */
	bool begun;	/* a line of the input was handed out */
	uint64_t records, rejected, late;
	int64_t watermark;	       /* ns, or INSTANT_NONE */
	uint64_t offset, line, digest; /* struct input_place */
};

/*
 * A file besides the output, its length at the snapshot, and how many of these bytes are in an
 * attempt's part.  Each file has a line after the first line.
 */
#define SAVED_FILE "file"
struct saved_file {
	char *path; /* malloc'ed */
	uint64_t path_len, length, part;
};
extern const struct member saved_file_members[];

/* A file to replace by `text` after the snapshot is committed.  These lines come last. */
#define SAVED_REPLACES "replaces"
struct saved_replaces {
	char *path, *text;
	uint64_t path_len, text_len;
	uint64_t mode; /* its permissions */
};
extern const struct member saved_replaces_members[];

/*
 * Names a snapshot: FILE.ID for a barrier, FILE.ID.NONCE for a barrier in an attempt, or FILE.
 */
struct snapshot_id {
	int64_t id;	   /* 0: none */
	const char *nonce; /* borrowed; NULL or "": none */
};

/* Appends FILE, then .ID and .NONCE if there are any, to buf, terminated. */
int saved_path(struct buf *, const char *file, struct snapshot_id, struct err *);

/* Starts a snapshot with this first line (mode as in replace.h).  Returns NULL on error. */
struct snap *saved_write(const char *path, mode_t mode, const struct saved *, struct err *);

/*
 * Opens a snapshot and reads its first line into saved.  Returns NULL if it is damaged, or of
 * a different tool, format or options; errno is ENOENT if there is no snapshot.
 */
struct snap_reader *saved_read(const char *path, const char *tool, uint64_t format,
    const char *options, struct saved *, struct err *);

void saved_free(struct saved *);

/*
 * Returns whether the file at path may be replaced by a snapshot, or removed: 1 if it is a
 * snapshot of this tool, format and options; 0 if there is no file; -1 if it is anything else.
 */
int saved_yields(const char *path, const char *tool, uint64_t format, const char *options,
    struct err *);

/* Returns how many snapshots named FILE.ID there are, or -1. */
int saved_count(const char *file, struct err *);

#endif
