#ifndef SML_REMEDY_H
#define SML_REMEDY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * Adds to err, the error of a line that is not a record, what the line may be and which
 * command makes records of it: "; CSV, it seems: mlr --icsv --ojsonl cat".  Always returns -1.
 */
int remedy_add(const char *line, size_t n, struct err *err);

/*
 * Fills err for a line whose tokens could not be found, because it is not UTF-8 or a string
 * has no end.  Adds what the line may be.  Always returns -1.
 */
int remedy_of_bytes(const char *line, size_t n, struct err *err);

/* Fills err: the line is longer than --max-line, and what to do.  Always returns -1. */
int remedy_of_length(uint64_t max_line, struct err *err);

#endif
