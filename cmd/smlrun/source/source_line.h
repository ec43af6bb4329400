#ifndef SML_SOURCE_LINE_H
#define SML_SOURCE_LINE_H

#include "base/err.h"

/*
 * Checks that a line, from p to its newline, may enter a pipeline.  It must be blank or begin
 * an object, and must not be a control line: those who can only write data must not command a
 * run.  The stages check the rest.  Returns -1 with err.
 */
int source_line_check(const char *p, const char *newline, struct err *);

#endif
