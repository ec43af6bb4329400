#ifndef SML_STORE_H
#define SML_STORE_H

#include "cli/options/opt.h"
#include "store/backend.h"

/*
 * The store that commands use: one or several backends (LMDB, Redis servers), perhaps behind a
 * cache.  The id of an entity decides which backend has it (placement.h).
 *
 * Requests.  A command fills a struct store_request and submits it; the store answers
 * immediately (LMDB's reads, a cache hit) or later.  At --depth pending requests store_submit
 * waits for answers.  Requests for one id are carried out in the order in which they were
 * submitted; answers may come in any order, so the command itself must keep its records in
 * order.  The command owns a request and what it points to, and must not move them until the
 * request is done.
 *
 * Events.  A command that reads a stream passes the descriptors and the time of store_watch to
 * stream_watch, and calls store_ready at STREAM_READY: there is no more input for the moment,
 * so batches must be sent now.  At STREAM_DRAIN it calls store_wait until nothing is pending.
 *
 * Durability.  A PUT is done when the store has it as durably as --sync says: LMDB commits a
 * batch in one transaction, fsynced under `always`; Redis has answered, and its own appendonly
 * settings decide.  At a barrier the command drains, then calls store_sync: all requests that
 * were done before are durable after it, under `barrier`, too.
 *
 * An unreachable store.  Under FAILURE_WAIT requests stay pending until it is back, and are
 * sent again if their fate is unknown (merging is idempotent).  Under FAILURE_DEFAULT and
 * FAILURE_STOP they end as STORE_AWAY while the breaker is open.  After a signal, requests
 * wait no longer than --timeout, and then end as STORE_AWAY, too.  The command decides what
 * STORE_AWAY means: a default, or the exit status 75.
 */
struct store;

/*
 * Opens the stores that texts name: a URL, or several NAME=URL; if there are no texts,
 * $SML_STORE or the default.  Texts and options are borrowed.  Returns NULL with err; errno is
 * EINVAL if the options are wrong (a usage error).  A server that is unreachable is an error
 * (err->unreachable) only under FAILURE_STOP.
 */
struct store *store_open(const struct texts *, const struct store_options *, struct err *);

/*
 * Closes and frees the store; accepts NULL.  Pending requests are given up: the command must
 * have drained and synced, unless its run was stopped.  Returns -1 with err if closing failed;
 * the store is freed in any case.
 */
int store_close(struct store *, struct err *);

/*
 * Submits a request; its state is then STORE_PENDING or already the result.  If --depth is
 * reached, waits and takes other answers first.
 */
void store_submit(struct store *, struct store_request *);

/* Frees what an answer has allocated, so that the request can be used again. */
void store_release(struct store *, struct store_request *);
void store_request_free(struct store_request *); /* frees what it owns, not itself */

/* Returns how many requests are pending. */
size_t store_pending(const struct store *);

/*
 * Says what to wait for while there is no input: descriptors (owned by the store, valid until
 * the next call), and after how many milliseconds to call store_ready in any case (0: now,
 * because there is a batch to commit; -1: never).  Returns the number of descriptors.  It is
 * cheap: a command calls it before each stream_next.
 */
unsigned int store_watch(struct store *, struct pollfd **, int *ms);

/* Sends, reads and answers what it can without waiting; commits batches. */
void store_ready(struct store *);

/*
 * Waits until at least one pending request is done; returns immediately if none is pending.
 * A signal (sig.h) ends only the wait for an unreachable server.
 */
void store_wait(struct store *);

/* Makes all requests that are done durable; for barriers, and the end of a run. */
int store_sync(struct store *, struct err *);

/*
 * These walk through all entities of the prefix: in LMDB those of a snapshot, sorted by the
 * bytes of the ids; elsewhere in any order, each as it is when the walk comes to it.  Do not
 * use the store for anything else meanwhile.  store_next returns 1, 0 at the end, or -1
 * (err->unreachable if the server is unreachable).  Names and values of the entry are borrowed
 * until the next call; the caller frees its entity.  It returns STORE_FOREIGN if smlfeat did
 * not write this key, or it is damaged: err says which, entry has only the id, and the walk
 * may continue.  It returns STORE_AGAIN after something that is not shown, such as a copy in
 * the wrong one of several stores: the caller handles signals and its output, and calls again.
 */
int store_scan(struct store *, struct err *);
int store_next(struct store *, struct store_entry *, struct err *);

/*
 * Removes a bounded part of what has expired at this time, and adds to the counts.  Returns 1
 * if there may be more, 0 if not, -1 with err, or STORE_FOREIGN as above; then there may be
 * more, too.
 */
int store_sweep(struct store *, int64_t now, struct store_swept *, struct store_entry *,
    struct err *);

/*
 * These read and raise the highest event time put with times from records (timed);
 * INSTANT_NONE if there is none.  In a store opened as timed, each PUT raises it, not later
 * than at the next sync; load raises it to the one in the dump.  err is as above.
 */
int store_latest(struct store *, int64_t *latest, struct err *);
int store_raise_latest(struct store *, int64_t latest, struct err *);

/* Finds how many bytes the store takes, with all prefixes; 0 if the store cannot say. */
int store_bytes(struct store *, uint64_t *bytes, struct err *);

/* Compares the index with the entities, and counts the entities about which they disagree. */
int store_check(struct store *, uint64_t *damaged, struct err *);

/* Returns the counts for --stats and --metrics, ended by a NULL name; valid until the close. */
const struct stat_row *store_rows(const struct store *);

#endif
