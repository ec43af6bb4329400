#ifndef SML_SOURCE_LINE_H
#define SML_SOURCE_LINE_H

#include "base/err.h"

/*
 * Checks that a line, from p to its newline, may go into a pipeline: that it is blank or begins
 * an object, and is no control line, because nobody who can write data may command a run.  The
 * stages check the rest.  Returns -1 with err.
 */
int source_line_check(const char *p, const char *newline, struct err *);

#endif
