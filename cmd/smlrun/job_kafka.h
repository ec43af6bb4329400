#ifndef SML_JOB_KAFKA_H
#define SML_JOB_KAFKA_H

#include "job.h"
#include "sink/reject_lines.h"
#include "sink/sink_topic.h"
#include "source/kafka_reader.h"

struct source_place;

/* The Kafka side of a run that reads a topic, or writes topics, or both. */
struct job_kafka {
	struct client consumer, producer;   /* their settings: configured, never started */
	struct kafka_reader reader, search; /* for the run, and for a search */
	struct sink_topic sink;
	struct reject_lines rejects; /* for the topic of --rejects */

	char *topic;	    /* the source; malloc'ed; NULL: the source is files */
	int32_t *partition; /* the ones that --from selects, ascending; malloc'ed */
	int64_t *end;	    /* with -e, where each partition ended at the start; malloc'ed */
	size_t partitions;
	int64_t watched; /* when they were last counted, monotonic ns */
	int known;	 /* how many the topic had then; 0: not counted yet */

	char *id;     /* the transactional.id; malloc'ed */
	char *name;   /* of the group, if smlrun made it up for DIR; malloc'ed */
	int member;   /* the lock of our place in the group; -1: none */
	uint64_t run; /* a hash of what the run does */
	bool unsure;  /* the producer's transaction failed, or its outcome is unknown */
	bool began;   /* the group had committed something when this run began ... */
	bool knows;   /* ... and the brokers were asked that */
};

/* Configures clients from the options; exits if one is wrong.  Returns NULL if memory is short. */
struct job_kafka *job_kafka_new(const struct run_options *);
void job_kafka_free(struct job_kafka *); /* accepts NULL */

/* Makes a task for each partition.  With a group, no tasks are made yet. */
int job_kafka_set_tasks(struct job *, struct err *);

/*
 * These begin an attempt: job_kafka_start reads what is committed, and waits until a group has
 * assigned partitions; job_kafka_started takes these partitions, once the tasks are started.
 */
enum attempt_end job_kafka_start(struct job *, struct err *);
enum attempt_end job_kafka_started(struct job *, struct err *);

/* Returns whether the run reads this partition. */
static inline bool
job_kafka_reads(const struct job *j, int32_t partition)
{
	for (size_t i = 0; i < j->kafka->partitions; i++)
		if (j->kafka->partition[i] == partition)
			return true;
	return false;
}

/* Serves the brokers.  Returns ATTEMPT_MOVED if the group wants partitions back. */
enum attempt_end job_kafka_serve(struct job *, struct err *);

/*
 * Fills in lag, how many offsets of our partitions are not committed (as far as brokers have
 * reported them), and seconds, the age of the last committed message; both are 0 if there is
 * no lag.  If the source is not a topic, nothing is filled in.
 */
void job_kafka_lag(const struct job *, double *lag, double *seconds);

/* Returns a descriptor that becomes readable when a topic has more; -1: none. */
int job_kafka_wake(const struct job *);

/*
 * The first finds the source's topic; the second, for DIR/commit, where to begin in it
 * (job_topics.c).
 */
int job_topics_open(struct job *, struct err *);
int job_topics_begin(struct job *, struct commit *, struct err *);

/* Warns, from time to time, if the topic has more partitions than this run reads. */
void job_topics_watch(struct job *);

/* Checks that the sinks' topics have enough partitions for the source. */
int job_topics_check(const struct job *, struct err *);

/*
 * Makes the producer, or a new producer if the last transaction failed (job_transactions.c).
 */
enum attempt_end job_transactions_open(struct job *, struct err *);

/*
 * Sends a result, a line without its newline, to a sink that is a topic.  Blank lines are
 * dropped.
 */
enum attempt_end job_transactions_send(struct task *, size_t sink, const char *p, size_t n,
    struct err *);

/* Sends bad lines to the topic of --rejects.  Returns -1 if that has ended the task's attempt. */
int job_transactions_reject(struct task *, struct reject_lines *);

/*
 * Commits the transaction, with the offsets up to which pipelines have read whose barriers are
 * back.
 */
enum attempt_end job_transactions_commit(struct job *, struct err *);

/* Returns the offset to commit for a place in a source (job_metadata.c). */
int64_t job_metadata_offset(const struct source_place *);

/* Sets the offset of a partition, and its metadata.  run: see commit_metadata. */
int job_metadata_add(uint64_t run, rd_kafka_topic_partition_t *, const struct commit *,
    struct err *);

/*
 * Reads the commit in the metadata of an offset, of a partition or of files.  Returns 1; 0 if
 * only the offset counts, because nothing was read before it, or because another program
 * committed it and --adopt is given; -1 with err.
 */
int job_metadata_read(const struct job *, const rd_kafka_topic_partition_t *, struct commit *,
    struct err *);

/*
 * Returns whether a run commits the offsets at which it begins before it reads: -o does not
 * mean the same offsets later.
 */
static inline bool
job_commits_beginnings(const struct job *j)
{
	return j->kafka->topic != NULL && job_writes_topic(j) &&
	    j->options->position.kind != POSITION_BEGINNING;
}

/*
 * If it does, asks, once in a run, whether the group has committed offsets of the partitions;
 * if not, commits these.  In a group DIR is locked until then, so that no member overwrites
 * what another one has committed.  Returns -1 with err.
 */
int job_offsets_know(struct job *, struct err *);

/* Reads what is committed for each task (job_offsets.c).  Returns -1 with err. */
int job_offsets_read(struct job *, struct err *);

/* Finds the offset that -o means in a partition (job_beginning.c).  Returns -1 with err. */
int job_beginning_of(const struct job *, struct client *reader, int32_t partition,
    const struct position *, int64_t *offset, struct err *);

/*
 * Finds where to begin in a partition without a committed offset: where -o says, or at the
 * first message if the partition was created after the group, or this run, began.
 */
int job_beginning_now(const struct job *, struct client *reader, int32_t partition,
    int64_t *offset, struct err *);

/* Returns the place of a run that begins to read at an offset. */
struct source_place job_beginning_at(int64_t offset);

/*
 * Returns where to begin in each partition, as a new element of a list (job_merged.c); NULL
 * with err.
 */
const struct partition_places *job_merged_begin(const struct job *, struct client *reader,
    struct partition_places **list, struct err *);

/*
 * Reads what the group has committed for all partitions.  Returns 1; 0 if nothing is
 * committed; or -1 with err.
 */
int job_merged_take(struct task *, const rd_kafka_topic_partition_list_t *, struct err *);

/* Checks that no partition was replaced, and adds places for new ones.  Returns -1 with err. */
int job_merged_check(struct task *, struct client *reader, struct err *);

#endif
