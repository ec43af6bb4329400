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
 * A snapshot is a state as NDJSON.  Each piece of state is a line {"SECTION":{…}}; the first
 * section is "snapshot" and holds what the stream saves: tool, format and so on.  The last
 * line is {"lines":N,"xxh64":"16 hex digits"}: the number of lines before it, and the XXH64
 * (seed 0) of their bytes, newlines included.
 *
 * The files that handle a state, from the lowest level up: member.h lists what a struct saves;
 * this file has the format; cli/stream/saved.h has the first line and the names of the files;
 * stream_state.c decides what is loaded and when it is saved; stream_commit.c replaces the
 * files; each program writes sections of its own.
 */
struct snap; /* a snapshot being written */

/*
 * The longest line, 1 GiB.  Writing a longer one fails (EFBIG): split a long
 * array over several lines.
 */
#define SNAP_LINE ((uint64_t)1 << 30)

/*
 * Starts a snapshot that will replace path (mode: the permissions of a new file, as in
 * replace.h).  Returns NULL on error.
 */
struct snap *snap_create(const char *path, mode_t mode, struct err *);

/*
 * Adds a line: {"SECTION":{members of *noun}}.  The section and the names must need no JSON
 * escapes.  Errors are kept until snap_sync.
 */
void snap_put(struct snap *, const char *section, const struct member *, const void *noun);

/*
 * Add a line with the members of several structs in one object: call snap_open, snap_part for
 * each struct, then snap_shut.
 */
void snap_open(struct snap *, const char *section);
void snap_part(struct snap *, const struct member *, const void *noun);
void snap_shut(struct snap *);

/* Returns whether a write has failed, so that it is useless to put more. */
bool snap_failed(const struct snap *);

/*
 * Writes the last line and fsyncs; after this, the commit can hardly fail.  Returns -1 on
 * error: the caller must then call snap_abandon.
 */
int snap_sync(struct snap *, struct err *);

/*
 * Syncs if that was not done yet, renames the new file to path and fsyncs the folder.  On
 * error the old file is unchanged, unless only the folder's fsync failed (replace.h).  Frees
 * the snap in any case.
 */
int snap_commit(struct snap *, struct err *);
void snap_abandon(struct snap *); /* accepts NULL */

/* A snapshot being read. */
struct snap_reader;

/*
 * Opens a snapshot and checks all of it first: last line, count, hash.  Returns NULL with err
 * if it is damaged, cut short or not a snapshot; errno is ENOENT only if there is no file.
 */
struct snap_reader *snap_read(const char *path, struct err *);

/*
 * Reads the next line: *section is its section's name (borrowed, terminated), *object its
 * object.  Returns 1, 0 at the end, or -1.
 */
int snap_next(struct snap_reader *, const char **section, struct value *object, struct err *);

/*
 * Fills noun's members, at most 64, from an object.  If the object lacks a member, or has it
 * with another kind, that is an error that names the member (noun is then partly filled).
 * Members of the object that are not in the table are skipped.  Takes one pass over the object
 * if both have the same order.
 */
int snap_get(struct value object, const struct member *, void *noun, struct err *);

void snap_read_close(struct snap_reader *);

#endif
