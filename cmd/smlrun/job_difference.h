#ifndef SML_JOB_DIFFERENCE_H
#define SML_JOB_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

struct task;

/*
 * Finds the first committed record that a pipeline does not write again: compares what the
 * pipeline wrote now (stored by repeat_keep) with what the sinks have.  Returns true, and text
 * names the record; or false, and text says why the record is not known.
 */
bool job_difference_find(struct task *, char *text, size_t size);

#endif
