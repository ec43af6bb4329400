#ifndef SML_TASKS_H
#define SML_TASKS_H

#include "task.h"

/*
 * Replaces the tasks of a run: by one that reads files or merges partitions (-1), or one for each
 * partition.  The caller opens their sources.  Returns -1 with err.
 */
int tasks_set(struct job *, const int32_t *partitions, size_t count, struct err *);

/* Ends and frees all tasks. */
void tasks_free(struct job *);

#endif
