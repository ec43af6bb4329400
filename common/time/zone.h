#ifndef SML_ZONE_H
#define SML_ZONE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The offset from UTC, in seconds, that a zone of the tz database has at an
 * instant, in seconds since 1970.  name, n bytes: "Europe/Paris".  Returns 0,
 * or -1 where this machine knows no such zone.
 */
int zone_offset(const char *name, size_t n, int64_t second, int64_t *offset);

#endif
