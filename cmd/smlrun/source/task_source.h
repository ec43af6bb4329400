#ifndef SML_TASK_SOURCE_H
#define SML_TASK_SOURCE_H

#include "cli/stream/side_file.h"
#include "source/file_source.h"
#include "source/kafka_partition.h"

/* What one pipeline reads: files, or a partition. */
struct task_source {
	bool is_partition;
	struct file_source files;
	struct kafka_partition partition;
};

void task_source_close(struct task_source *);

/* The place of what is handed out next. */
const struct source_place *task_source_place(const struct task_source *);

/* Goes to a place.  Returns -1 with err. */
int task_source_seek(struct task_source *, const struct source_place *, struct err *);

/* Hands out the next lines, at most this many (at least 1). */
enum source_event task_source_next(struct task_source *, uint64_t most, const char **p,
    size_t *n, struct err *);

/* Goes over the line of n bytes that SOURCE_BAD showed, and writes it to rejects (NULL: not). */
void task_source_skip(struct task_source *, const char *p, size_t n, const struct err *,
    struct side_file *rejects);

/* Fills in the place after what was handed out last, and how to know it again. */
void task_source_mark(struct task_source *, struct source_place *);

/* Is that the same place? */
bool task_source_is_at(const struct task_source *, const struct source_place *a,
    const struct source_place *b);

/* The name of the file that a place is in, or of the topic. */
const char *task_source_name(const struct task_source *, const struct source_place *);

/*
 * Where the next line is, for messages; text is for the name.  Of a partition it comes after all
 * else: nothing is read any more.
 */
struct place task_source_where(struct task_source *, uint64_t byte, char text[300]);

#endif
