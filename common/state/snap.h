#ifndef SML_SNAP_H
#define SML_SNAP_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "json/value.h"
#include "state/member.h"

/*
 * Snapshots: a state as NDJSON.  A line {"SECTION":{…}} for each piece of
 * state; the first section is "snapshot" and holds what the stream remembers:
 * tool, format and so on.  The last line is {"lines":N,"xxh64":"16 hex digits"}:
 * the number of lines before it, and the XXH64 (seed 0) of their bytes, newlines
 * included.
 *
 * The state of a run, from the ground up: member.h lists what a struct saves; this is
 * the format; cli/stream/saved.h has the first line and the names of the files;
 * stream_state.c decides what is loaded, and when it is saved; stream_commit.c
 * replaces the files; each program writes sections of its own.
 */
struct snap; /* one being written */

/*
 * The longest line, 1 GiB.  Writing a longer one fails (EFBIG): split a long
 * array over several lines.
 */
#define SNAP_LINE ((uint64_t)1 << 30)

/*
 * Starts a snapshot that will replace path (replace.h; mode: the permissions
 * of a new file).  Returns NULL on error.
 */
struct snap *snap_create(const char *path, mode_t mode, struct err *);

/*
 * Adds a line: {"SECTION":{members of *noun}}.  Section and names must not need
 * JSON escapes.  Errors are kept until snap_sync.
 */
void snap_put(struct snap *, const char *section, const struct member *, const void *noun);

/*
 * Add a line of several structs: snap_open, any number of snap_part (members of
 * the same object), snap_shut.
 */
void snap_open(struct snap *, const char *section);
void snap_part(struct snap *, const struct member *, const void *noun);
void snap_shut(struct snap *);

/* Returns whether a write has failed: there is no use in putting more. */
bool snap_failed(const struct snap *);

/*
 * Writes the last line and fsyncs; the commit can hardly fail after this.  Returns -1 if it
 * failed: the caller must then call snap_abandon.
 */
int snap_sync(struct snap *, struct err *);

/*
 * Syncs if that was not done, renames over path and fsyncs the folder.  On error
 * the old file is as it was, unless only the folder's fsync failed (replace.h).
 * Frees the snap in any case.
 */
int snap_commit(struct snap *, struct err *);
void snap_abandon(struct snap *); /* accepts NULL */

/* One being read. */
struct snap_reader;

/*
 * Opens a snapshot and checks all of it first: last line, count, hash.  Returns
 * NULL with err if it is damaged, cut or no snapshot; errno is ENOENT if there is
 * no file, and only then.
 */
struct snap_reader *snap_read(const char *path, struct err *);

/*
 * Reads the next line: the name of its section (borrowed, terminated) and its
 * object.  Returns 1, 0 at the end, or -1.
 */
int snap_next(struct snap_reader *, const char **section, struct value *object, struct err *);

/*
 * Fills noun's members, at most 64, from an object.  A member that the object
 * lacks, or that has another kind, is an error that names it (noun is then partly
 * filled); members that the table does not name are skipped.  Takes one pass over
 * the object if both have the same order.
 */
int snap_get(struct value object, const struct member *, void *noun, struct err *);

void snap_read_close(struct snap_reader *);

#endif
