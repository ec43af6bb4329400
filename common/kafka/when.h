#ifndef SML_WHEN_H
#define SML_WHEN_H

#include <stdint.h>

#include "base/err.h"
#include "time/time_field.h"

/*
 * Reads an instant on a command line like the times of a field (as), which is left unchanged:
 * if its unit is not known yet, a number here decides only about itself.
 */
int when_read(const char *text, const struct time_field *as, int64_t *ns, struct err *);

/* Kafka's unit: ms, unless in another unit the number would be a time of today. */
#define WHEN_MS (&(const struct time_field){ .unit = UNIT_MS, .known = TIME_UNIT_OPEN })

#endif
