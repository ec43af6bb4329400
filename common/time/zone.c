/* Zones of the tz database. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "time/zone.h"

enum { NAME_LONGEST = 63 };

/*
 * Returns whether this is the name of an existing zone, and not a path that leads out of the
 * zones' folder.
 */
static bool
exists(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_+-/";
	const char *folder = getenv("TZDIR");
	struct stat st;
	bool found;
	int fd;

	if (*name == '\0' || *name == '/' || name[strspn(name, letters)] != '\0')
		return false;
	fd = open(folder != NULL ? folder : "/usr/share/zoneinfo", O_PATH | O_CLOEXEC);
	if (fd == -1)
		return false;
	found = fstatat(fd, name, &st, 0) == 0 && S_ISREG(st.st_mode);
	close(fd);
	return found;
}

/*
 * The C library knows one zone at a time, which tzset takes from TZ.  TZ is restored
 * immediately, because children inherit the environment.
 */
int
zone_offset(const char *name, size_t n, int64_t second, int64_t *offset)
{
	const char *was = getenv("TZ");
	char zone[NAME_LONGEST + 2] = ":", *before;
	time_t time = (time_t)second;
	struct tm tm;
	bool set;

	if (n > NAME_LONGEST)
		return -1;
	before = was == NULL ? NULL : strdup(was);
	if (was != NULL && before == NULL)
		return -1;
	memcpy(zone + 1, name, n);
	zone[n + 1] = '\0';
	set = strlen(zone) == n + 1 && exists(zone + 1) && setenv("TZ", zone, 1) == 0;
	if (set) {
		tzset();
		if (before == NULL || setenv("TZ", before, 1) == -1)
			(void)unsetenv("TZ");
		set = localtime_r(&time, &tm) != NULL;
	}
	free(before);
	if (!set)
		return -1;
	*offset = tm.tm_gmtoff;
	return 0;
}
