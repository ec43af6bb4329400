#ifndef SML_WHEN_H
#define SML_WHEN_H

#include <stdint.h>

#include "base/err.h"
#include "time/time_field.h"

/*
 * Reads an instant on a command line like the times of a field, but without changing how those
 * are read: if no unit is known yet, a number here decides only for itself.
 */
int when_read(const char *text, const struct time_field *as, int64_t *ns, struct err *);

/* Kafka's unit: ms, unless a number is a time of today in another unit. */
#define WHEN_MS (&(const struct time_field){ .unit = UNIT_MS, .known = TIME_UNIT_OPEN })

#endif
