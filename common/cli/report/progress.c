/* --progress: shows on the terminal how a run goes. */
#include <stdio.h>

#include "base/clock.h"
#include "cli/report/stats.h"

enum { SECOND = 1000000000, EVERY = SECOND / 4 };

/* Writes three digits and a suffix: 999, 12.3k, 4.56M. */
static void
scaled(char out[32], double x)
{
	static const char *const suffix[] = { "", "k", "M", "G", "T" };
	int decimals = 0;
	size_t i = 0;

	while (x >= 999.5 && i + 1 < sizeof(suffix) / sizeof(suffix[0])) {
		x /= 1000;
		i++;
	}
	if (i > 0)
		decimals = x < 9.995 ? 2 : x < 99.95 ? 1 : 0;
	(void)snprintf(out, 32, "%.*f%s", decimals, x, suffix[i]);
}

/* Writes 42 s, 12:05 or 3:20:00. */
static void
clock_text(char out[32], double seconds)
{
	unsigned long s = seconds > 0 && seconds < 1e9 ? (unsigned long)seconds : 0;

	if (s < 60)
		(void)snprintf(out, 32, "%lu s", s);
	else if (s < 3600)
		(void)snprintf(out, 32, "%lu:%02lu", s / 60, s % 60);
	else
		(void)snprintf(out, 32, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
}

void
progress_start(struct progress *p, struct diag *diag)
{
	p->diag = diag_on_terminal(diag) ? diag : NULL;
	p->started = p->shown = clock_monotonic();
}

void
progress_show(struct progress *p, uint64_t records, uint64_t bytes, uint64_t total)
{
	char count[32], rate[32], left[32], line[160];
	double seconds, part;
	int64_t t;

	if (p->diag == NULL)
		return;
	t = clock_monotonic();
	if (t - p->shown < EVERY)
		return;
	p->shown = t;
	seconds = (double)(t - p->started) / SECOND;
	scaled(count, (double)records);
	scaled(rate, (double)records / seconds);
	if (total == 0 || bytes == 0 || bytes > total) {
		(void)snprintf(line, sizeof(line), "%s records, %s/s", count, rate);
	} else {
		part = (double)bytes / (double)total;
		clock_text(left, seconds / part - seconds);
		(void)snprintf(line, sizeof(line), "%s records, %s/s, %d%%, %s left", count,
		    rate, (int)(100 * part), left);
	}
	diag_status(p->diag, line);
}

void
progress_end(struct progress *p)
{
	if (p->diag != NULL)
		diag_status(p->diag, NULL);
}
