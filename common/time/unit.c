/* The units of time. */
#include <string.h>

#include "time/calendar.h"
#include "time/unit.h"

#define MINUTE (60 * (int64_t)UNIT_S)
#define COUNT (sizeof units / sizeof units[0])

/* The largest first. */
static const struct {
	int64_t ns;
	int digits; /* of a second's fraction; such a unit is 10^(9-digits) ns */
	char name[3];
} units[] = {
	{ 24 * 60 * MINUTE, 0, "d" },
	{ 60 * MINUTE, 0, "h" },
	{ MINUTE, 0, "m" },
	{ UNIT_S, 0, "s" },
	{ UNIT_MS, 3, "ms" },
	{ UNIT_US, 6, "us" },
	{ UNIT_NS, 9, "ns" },
};

static size_t
index_of(enum unit unit)
{
	size_t i = 0;

	while (units[i].ns != (int64_t)unit)
		i++;
	return i;
}

const char *
unit_name(enum unit unit)
{
	return units[index_of(unit)].name;
}

int
unit_digits(enum unit unit)
{
	return units[index_of(unit)].digits;
}

enum unit
unit_likely(int64_t number)
{
	const int64_t first = 7305 * S_PER_DAY, last = 47482 * S_PER_DAY;

	for (int64_t of_second = 1; of_second <= NS_PER_S; of_second *= 1000) {
		if (number >= first * of_second && number < last * of_second)
			return (enum unit)(NS_PER_S / of_second);
	}
	return 0;
}

int64_t
unit_length(const char *p, size_t n)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strlen(units[i].name) == n && memcmp(p, units[i].name, n) == 0)
			return units[i].ns;
	}
	return 0;
}

int64_t
unit_whole(int64_t ns, const char **name)
{
	size_t i = 0;

	while (ns % units[i].ns != 0)
		i++;
	*name = units[i].name;
	return units[i].ns;
}
