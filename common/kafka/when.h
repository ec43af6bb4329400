#ifndef SML_WHEN_H
#define SML_WHEN_H

#include <stdint.h>

#include "base/err.h"
#include "time/time_field.h"

/*
 * An instant on a command line, read as the times of a field are, which it does
 * not change: a number decides for itself what it counts, where nothing has.
 */
int when_read(const char *text, const struct time_field *as, int64_t *ns, struct err *);

/* As Kafka counts: ms, but for a number that is a time of today in another unit. */
#define WHEN_MS (&(const struct time_field){ .unit = UNIT_MS, .known = TIME_UNIT_OPEN })

#endif
