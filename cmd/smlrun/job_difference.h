#ifndef SML_JOB_DIFFERENCE_H
#define SML_JOB_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

struct task;

/*
 * Finds the first committed record that a pipeline does not write again, by what it wrote
 * (repeat_keep) and what the sinks have.  Returns true, and writes which one it is; or false, and
 * writes why nobody knows.
 */
bool job_difference_find(struct task *, char *text, size_t size);

#endif
