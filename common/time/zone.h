#ifndef SML_ZONE_H
#define SML_ZONE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Finds the offset from UTC, in seconds, that a zone of the tz database has at an instant, in
 * seconds since 1970.  name: such as "Europe/Paris", of n bytes.  Returns 0, or -1 if this
 * machine does not know the zone.
 */
int zone_offset(const char *name, size_t n, int64_t second, int64_t *offset);

#endif
