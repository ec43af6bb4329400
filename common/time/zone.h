#ifndef SML_ZONE_H
#define SML_ZONE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Finds the offset from UTC, in seconds, of a zone of the tz database at an instant,
 * in seconds since 1970.  name, n bytes: "Europe/Paris".  Returns 0, or -1 if this
 * machine knows no such zone.
 */
int zone_offset(const char *name, size_t n, int64_t second, int64_t *offset);

#endif
