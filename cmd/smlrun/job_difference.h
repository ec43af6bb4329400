#ifndef SML_JOB_DIFFERENCE_H
#define SML_JOB_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

struct task;

/*
 * Finds the first committed record that a pipeline does not write again: compares what it wrote
 * now (repeat_keep) with what the sinks have.  Returns true with a text that names the record; or
 * false with the reason why it is not known.
 */
bool job_difference_find(struct task *, char *text, size_t size);

#endif
