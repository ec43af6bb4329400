#ifndef SML_TASKS_H
#define SML_TASKS_H

#include "task.h"

/*
 * Makes the tasks of a run anew: one that reads files or merges partitions (-1), or one for each partition.  Their
 * sources are the caller's to open.  Returns -1 with err.
 */
int tasks_set(struct job *, const int32_t *partitions, size_t count, struct err *);

/* Ends and frees all of them. */
void tasks_free(struct job *);

#endif
