#ifndef SML_TASK_SOURCE_H
#define SML_TASK_SOURCE_H

#include "cli/stream/side_file.h"
#include "source/dump_source.h"
#include "source/file_source.h"
#include "source/kafka_merged.h"

/*
 * The source of one pipeline: files, a dump, or one partition or several merged ones of a
 * topic.
 */
struct task_source {
	enum source_kind kind;
	struct file_source files;
	struct kafka_partition partition;
	struct kafka_merged merged;
	struct dump_source dump;
};

void task_source_close(struct task_source *);

/* Returns the place of the next line.  Only task_source_mark fills in its member each. */
const struct source_place *task_source_place(const struct task_source *);

/*
 * Goes to a place.  All between this place and last is read again, so the source must still
 * have it.  Returns -1 with err.
 */
int task_source_seek(struct task_source *, const struct source_place *,
    const struct source_place *last, struct err *);

/* Hands out the next lines: not more than most, which is at least 1. */
enum source_event task_source_next(struct task_source *, uint64_t most, const char **p,
    size_t *n, struct err *);

/*
 * Skips the line of n bytes that SOURCE_BAD has handed out, and writes it to rejects unless
 * rejects is NULL.
 */
void task_source_skip(struct task_source *, const char *p, size_t n, const struct err *,
    struct side_file *rejects);

/*
 * Fills in the place after the lines handed out last, and what to recognise it by.  Returns -1
 * with err if memory is short.
 */
int task_source_mark(struct task_source *, struct source_place *, struct err *);

/*
 * Frees the struct partition_places that task_source_mark has made, except those that these n
 * places use.
 */
void task_source_forget(struct task_source *, const struct source_place *const *but, size_t n);

/* Returns whether a and b are the same place. */
bool task_source_is_at(const struct task_source *, const struct source_place *a,
    const struct source_place *b);

/*
 * Limits the reading of a topic, in this attempt and the next ones, to the messages read so
 * far and, if with_bad is true, the bad message that is next.  So all these attempts read the
 * messages in the same order.
 */
void task_source_limit(struct task_source *, bool with_bad);
void task_source_unlimit(struct task_source *);

/* Stops reading a topic, and gives it another reader (NULL: it keeps its reader). */
void task_source_use(struct task_source *, struct kafka_reader *);

/* Returns the name of the file that a place is in, or of the topic. */
const char *task_source_name(const struct task_source *, const struct source_place *);

/*
 * Returns where the next line is, for messages; text is room for the name.  Nothing can be
 * read from a topic after this.
 */
struct place task_source_where(struct task_source *, uint64_t byte, char text[300]);

#endif
