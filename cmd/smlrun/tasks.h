#ifndef SML_TASKS_H
#define SML_TASKS_H

#include "task.h"

/*
 * Replaces the tasks of a run by one task for each of these partitions, where -1 means a task
 * that reads files or merges partitions.  The caller opens the tasks' sources.  Returns -1
 * with err.
 */
int tasks_set(struct job *, const int32_t *partitions, size_t count, struct err *);

/* Ends and frees all tasks. */
void tasks_free(struct job *);

#endif
