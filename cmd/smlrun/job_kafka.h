#ifndef SML_JOB_KAFKA_H
#define SML_JOB_KAFKA_H

#include "job.h"
#include "sink/reject_lines.h"
#include "sink/sink_topic.h"
#include "source/kafka_reader.h"

struct source_place;

/* What a run has of Kafka: a topic that it reads, or writes, or both. */
struct job_kafka {
	struct client consumer, producer;   /* their settings; configured, never started */
	struct kafka_reader reader, search; /* the run's, and that of a search */
	struct sink_topic sink;
	struct reject_lines rejects; /* for the topic of --rejects */

	char *topic;	    /* that is read; malloc'ed; NULL: files are */
	int32_t *partition; /* those that are named, ascending; malloc'ed */
	int64_t *end;	    /* where each ended at the start, if -e; malloc'ed */
	size_t partitions;

	char *id;     /* the transactional.id; malloc'ed */
	char *name;   /* of the group that was made for DIR; malloc'ed */
	int member;   /* the lock of our place in the group; -1: none */
	uint64_t run; /* the hash of what the run does */
	bool unsure;  /* the producer's transaction went wrong */
	bool began;   /* the group had committed something when this run began ... */
	bool knows;   /* ... which was asked */
};

/* Configures clients by the options; exits if one is wrong.  Returns NULL if memory is short. */
struct job_kafka *job_kafka_new(const struct run_options *);
void job_kafka_free(struct job_kafka *); /* accepts NULL */

/* Makes a task for each partition; of a group, none yet. */
int job_kafka_set_tasks(struct job *, struct err *);

/*
 * Begin an attempt: job_kafka_start finds out what is committed, and waits for a group to give
 * us partitions; job_kafka_started takes them, once the tasks are started.
 */
enum attempt_end job_kafka_start(struct job *, struct err *);
enum attempt_end job_kafka_started(struct job *, struct err *);

/* Is the partition among those that are read? */
static inline bool
job_kafka_reads(const struct job *j, int32_t partition)
{
	for (size_t i = 0; i < j->kafka->partitions; i++)
		if (j->kafka->partition[i] == partition)
			return true;
	return false;
}

/* Serves the brokers.  Answers ATTEMPT_MOVED if the group wants partitions back. */
enum attempt_end job_kafka_serve(struct job *, struct err *);

/*
 * Fills in how many offsets of our partitions are not committed, as far as the brokers have said,
 * and how old the last message is that is; 0 if there is no lag.  Without a topic it does nothing.
 */
void job_kafka_lag(const struct job *, double *lag, double *seconds);

/* A descriptor that can be read when a topic has more; -1: none. */
int job_kafka_wake(const struct job *);

/* Finds the topic that is read, or fills in what DIR/commit says of its beginning (job_topics.c). */
int job_topics_open(struct job *, struct err *);
int job_topics_begin(struct job *, struct commit *, struct err *);

/* Checks that topics that are written have the partitions for what is read. */
int job_topics_check(const struct job *, struct err *);

/* Makes the producer, or a new one if its last transaction went wrong (job_transactions.c). */
enum attempt_end job_transactions_open(struct job *, struct err *);

/* Sends a result, a line without its end, to a sink that is a topic.  Blank ones are dropped. */
enum attempt_end job_transactions_send(struct task *, size_t sink, const char *p, size_t n,
    struct err *);

/* Sends them to the topic of --rejects.  Returns -1 if that has ended the attempt of the task. */
int job_transactions_reject(struct task *, struct reject_lines *);

/* Commits the transaction, with what the pipelines that gave their barrier back have read. */
enum attempt_end job_transactions_commit(struct job *, struct err *);

/* The offset that is committed of a source that was read up to a place (job_metadata.c). */
int64_t job_metadata_offset(const struct source_place *);

/*
 * Reads what is committed with the offset of a partition, or of files.  Returns 1; 0: it is none
 * of ours, and adopted; -1 with err.
 */
int job_metadata_read(const struct job *, const rd_kafka_topic_partition_t *, struct commit *,
    struct err *);

/* Asks, once, whether anything is committed of the partitions.  Returns -1 with err. */
int job_offsets_know(struct job *, struct err *);

/* Reads what is committed of each task (job_offsets.c).  Returns -1 with err. */
int job_offsets_read(struct job *, struct err *);

/* Finds the offset where a partition begins by -o (job_beginning.c).  Returns -1 with err. */
int job_beginning_of(const struct job *, struct client *reader, int32_t partition,
    const struct position *, int64_t *offset, struct err *);

/*
 * The same where nothing of the partition is committed: if it was made after the group, or this
 * run, began, it begins with its first message.
 */
int job_beginning_now(const struct job *, struct client *reader, int32_t partition,
    int64_t *offset, struct err *);

/* The place before everything that is read from an offset on. */
struct source_place job_beginning_at(int64_t offset);

/* Places in all partitions, in a list: where each begins (job_merged.c).  NULL: with err. */
const struct partition_places *job_merged_begin(const struct job *, struct client *reader,
    struct partition_places **list, struct err *);

/* Takes what the group has committed of all partitions.  Returns 1, 0 if it is nothing, or -1. */
int job_merged_take(struct task *, const rd_kafka_topic_partition_list_t *, struct err *);

/*
 * Checks that partitions still are what they were, and begins those that were added.  Returns -1
 * with err.
 */
int job_merged_check(struct task *, struct client *reader, struct err *);

#endif
