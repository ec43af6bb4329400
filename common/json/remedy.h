#ifndef SML_REMEDY_H
#define SML_REMEDY_H

#include <stddef.h>

#include "base/err.h"

/*
 * What a line seems to be that is no record, and the command that makes
 * records of it: "CSV, it seems: mlr --icsv --ojsonl cat".  at: the byte where
 * reading failed.  NULL where it is nothing that is known.
 */
const char *remedy_of(const char *line, size_t n, const char *at);

/* Adds that to the error of a line; returns -1. */
int remedy_add(const char *line, size_t n, struct err *err);

#endif
