#ifndef SML_WHEN_H
#define SML_WHEN_H

#include <stdint.h>

#include "base/err.h"
#include "time/instant.h"

/*
 * An instant as it stands on a command line, to ns: a time by RFC 3339, a day
 * (2026-01-31, its first instant in UTC), or a number that counts unit since
 * 1970.
 */
int when_read(const char *text, enum unit unit, int64_t *ns, struct err *);

#endif
