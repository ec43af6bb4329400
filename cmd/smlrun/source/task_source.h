#ifndef SML_TASK_SOURCE_H
#define SML_TASK_SOURCE_H

#include "cli/stream/side_file.h"
#include "source/dump_source.h"
#include "source/file_source.h"
#include "source/kafka_merged.h"

/* What one pipeline reads: files, a partition, or several that are merged, of a topic or a dump. */
struct task_source {
	enum source_kind kind;
	struct file_source files;
	struct kafka_partition partition;
	struct kafka_merged merged;
	struct dump_source dump;
};

void task_source_close(struct task_source *);

/* The place of what is handed out next; without places in several partitions. */
const struct source_place *task_source_place(const struct task_source *);

/*
 * Goes to a place.  What lies between that and last is read again: the source must have it.
 * Returns -1 with err.
 */
int task_source_seek(struct task_source *, const struct source_place *,
    const struct source_place *last, struct err *);

/* Hands out the next lines, at most this many (at least 1). */
enum source_event task_source_next(struct task_source *, uint64_t most, const char **p,
    size_t *n, struct err *);

/* Goes over the line of n bytes that SOURCE_BAD showed, and writes it to rejects (NULL: not). */
void task_source_skip(struct task_source *, const char *p, size_t n, const struct err *,
    struct side_file *rejects);

/*
 * Fills in the place after what was handed out last, and how to know it again.  Returns -1 with
 * err if memory is short.
 */
int task_source_mark(struct task_source *, struct source_place *, struct err *);

/* Forgets what marks have kept, but for the places in partitions of these n. */
void task_source_forget(struct task_source *, const struct source_place *const *but, size_t n);

/* Is that the same place? */
bool task_source_is_at(const struct task_source *, const struct source_place *a,
    const struct source_place *b);

/*
 * Has a topic read no further than it is now, in this attempt and the next ones: up to a bad
 * message that is next, or with it.  Then what those read comes in one order.
 */
void task_source_limit(struct task_source *, bool with_bad);
void task_source_unlimit(struct task_source *);

/* Ends reading a topic, which has another reader from now on (NULL: the same). */
void task_source_use(struct task_source *, struct kafka_reader *);

/* The name of the file that a place is in, or of the topic. */
const char *task_source_name(const struct task_source *, const struct source_place *);

/*
 * Where the next line is, for messages; text is for the name.  Of a topic it comes after all
 * else: nothing is read any more.
 */
struct place task_source_where(struct task_source *, uint64_t byte, char text[300]);

#endif
