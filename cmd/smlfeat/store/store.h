#ifndef SML_STORE_H
#define SML_STORE_H

#include "cli/options/opt.h"
#include "store/backend.h"

/*
 * The store that commands see: one or several backends (LMDB, Redis servers), each entity in the
 * one that its id belongs to (placement.h), and perhaps a cache before them.
 *
 * Requests.  A command fills a struct store_request and submits it; the store answers at once
 * (LMDB's reads, a hit of the cache) or later.  Any number may be out, up to --depth, where
 * store_submit waits for answers itself.  Requests for one id are carried out in the order in
 * which they were submitted; answers may come in any order, and it is the command that keeps its
 * records in theirs.  A request and what it points to belong to the command, and stay where they
 * are until it is done.
 *
 * Events.  A command that reads a stream hands store_watch's descriptors and time to
 * stream_watch, and calls store_ready when the stream says STREAM_READY: there is no more
 * input for the moment, so that what is batched must go out now.  At STREAM_DRAIN it calls
 * store_wait until nothing is pending.
 *
 * Durability.  A PUT is done when the store has it as durably as --sync says: LMDB commits a
 * batch in one transaction, fsynced under `always`; Redis has answered, and its own appendonly
 * settings decide.  At a barrier the command drains, then calls store_sync: everything done
 * before is durable after it, under `barrier` too.
 *
 * A store that is away.  Under FAILURE_WAIT requests stay pending until it is back, and are
 * sent again where their fate is unknown (merging is idempotent).  Under FAILURE_DEFAULT and
 * FAILURE_STOP they end as STORE_AWAY while the breaker is open.  Once a signal has come,
 * nobody waits for a server that is away longer than --timeout: STORE_AWAY as well.  What a
 * request that is away means is the command's: a default, or the exit status 75.
 */
struct store;

/*
 * Opens the stores that texts name: a URL, or several NAME=URL; none: $SML_STORE, or the default.
 * Both are borrowed.  Prints nothing.  NULL with err; errno is EINVAL where the options are
 * wrong (a usage error), anything else where it failed; err is away where a server is and
 * FAILURE_STOP was given.  Under FAILURE_WAIT and FAILURE_DEFAULT a server that is away does not
 * keep a store from opening.
 */
struct store *store_open(const struct texts *, const struct store_options *, struct err *);

/*
 * Closes and frees it; takes NULL.  What is pending is given up: the command has drained, and
 * synced, unless its run was stopped.  -1 with err where closing failed; it is freed all the
 * same.
 */
int store_close(struct store *, struct err *);

/*
 * Submits a request: state is STORE_PENDING after it, or what it has come to already.  Waits
 * where --depth is reached, answering other requests.
 */
void store_submit(struct store *, struct store_request *);

/* Frees what an answer held, so that the request can be used again. */
void store_release(struct store *, struct store_request *);
void store_request_free(struct store_request *); /* what it owns, not itself */

/* How many requests are pending. */
size_t store_pending(const struct store *);

/*
 * What to wait for while there is no input: descriptors (the store's own, good until the next
 * call), and after how many milliseconds store_ready wants to be called anyway (0: at once,
 * there is a batch to commit; -1: need not).  Cheap: a command calls it before each
 * stream_next.
 */
unsigned int store_watch(struct store *, struct pollfd **, int *ms);

/* Goes on without waiting: sends, reads and answers what it can, commits what is batched. */
void store_ready(struct store *);

/*
 * Waits until at least one request that was pending is done; returns at once where none is.
 * A signal (sig.h) that comes meanwhile is noted, and only ends the waiting for a server that
 * is away.
 */
void store_wait(struct store *);

/* Makes durable what is done: at a barrier, and at the end of a run. */
int store_sync(struct store *, struct err *);

/*
 * A walk through all entities of the prefix: on LMDB as of one moment and rising by id (their
 * bytes), elsewhere in any order and as they are met.  Nothing else is asked of the store
 * meanwhile.  store_next returns 1, 0 at the end, -1 (err is away where the server is); what
 * the entry points to is borrowed until the next call, and its entity is the caller's to free.
 * With several stores copies on the wrong one are left out.  STORE_FOREIGN: smlfeat did not write
 * what this key holds, or it is damaged: err says what, entry has the id alone, and the walk may
 * go on.
 */
int store_scan(struct store *, struct err *);
int store_next(struct store *, struct store_entry *, struct err *);

/*
 * Removes what has expired at this time, a bounded part of it: 1 where there may be more, 0
 * where this was the last, -1, or STORE_FOREIGN, where there may be more, too (err as above).
 * Counts go up.
 */
int store_sweep(struct store *, int64_t now, struct store_swept *, struct store_entry *,
    struct err *);

/*
 * The highest event time that was put where times came from the records (timed), or
 * INSTANT_NONE; store_raise_latest raises it, as a dump that is loaded does.  PUTs of a store
 * that was opened as timed raise it by themselves, at the latest when the store is synced.  err
 * as above.
 */
int store_latest(struct store *, int64_t *latest, struct err *);
int store_raise_latest(struct store *, int64_t latest, struct err *);

/* Bytes that the store takes, all prefixes together, or 0 where it cannot say. */
int store_bytes(struct store *, uint64_t *bytes, struct err *);

/* What it counts for --stats and --metrics; ended by a NULL name, good until it is closed. */
const struct stat_row *store_rows(const struct store *);

#endif
