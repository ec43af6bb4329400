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
 * state; the first one's section is "snapshot" and holds what the stream
 * remembers: tool, format and so on.  Last {"lines":N,"xxh64":"16 hex digits"}:
 * how many lines stand before it, and the XXH64 (seed 0) of their bytes,
 * newlines included.
 */
struct snap; /* one being written */

/*
 * The longest line, 1 GiB.  A snapshot that would have a longer one fails to
 * be written (EFBIG): split a long array over several lines.
 */
#define SNAP_LINE ((uint64_t)1 << 30)

/*
 * Starts a snapshot that will replace path (replace.h; mode: the permissions
 * of a new file).  NULL on error.
 */
struct snap *snap_create(const char *path, mode_t mode, struct err *);

/*
 * Adds a line: {"SECTION":{members of noun}}.  Section and names are ones that
 * JSON need not escape.  Errors stick until the end.
 */
void snap_put(struct snap *, const char *section, const struct member *, const void *noun);

/*
 * The same by hand, for a line of several nouns: snap_open, any number of
 * snap_part (members in the same object), snap_shut.
 */
void snap_open(struct snap *, const char *section);
void snap_part(struct snap *, const struct member *, const void *noun);
void snap_shut(struct snap *);

/*
 * Writes the last line and fsyncs: what is left to do can hardly fail.  -1:
 * nothing will be replaced; the snap is yet to be abandoned.
 */
int snap_sync(struct snap *, struct err *);

/*
 * Does that too, renames over path and fsyncs the folder.  On error the old
 * file is as it was, unless only the folder's fsync failed (replace.h).  Frees
 * the snap either way.
 */
int snap_commit(struct snap *, struct err *);
void snap_abandon(struct snap *); /* takes NULL */

/* One being read. */
struct snap_reader;

/*
 * Opens a snapshot and checks it whole, before anything of it is used: last
 * line, count, hash.  NULL with err where it is damaged, cut or no snapshot;
 * errno is ENOENT where there is none, and only then.
 */
struct snap_reader *snap_read(const char *path, struct err *);

/*
 * The next line: its section's name (borrowed, terminated) and its object.
 * 1, 0 before the last line, or -1.
 */
int snap_next(struct snap_reader *, const char **section, struct value *object, struct err *);

/*
 * Fills noun's members, at most 64, from an object.  A member that the object
 * lacks, or that has another kind, is an error that names it (then noun is
 * partly filled); members that the table does not name are left for another
 * noun.  One pass over the object where both have the same order.
 */
int snap_get(struct value object, const struct member *, void *noun, struct err *);

void snap_read_close(struct snap_reader *);

#endif
