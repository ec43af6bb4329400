/* Finds the word nearest to a mistyped one. */
#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "base/nearest.h"

enum { LONGEST = 63 };

/* If this many letters or more are typed, a word that begins with them is one edit away. */
enum { BEGINNING = 3 };

static unsigned int
least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static int
letter(char c)
{
	return tolower((unsigned char)c);
}

unsigned int
nearest_distance(const char *a, const char *b)
{
	/* row[i % 3][j]: from the first i letters of a to the first j of b */
	unsigned int row[3][LONGEST + 1] = { 0 };
	size_t m = strlen(a), n = strlen(b);

	if (m > LONGEST || n > LONGEST)
		return UINT_MAX;
	for (unsigned int j = 0; j <= n; j++)
		row[0][j] = j;
	for (unsigned int i = 1; i <= m; i++) {
		unsigned int *now = row[i % 3], *before = row[(i + 2) % 3];
		const unsigned int *two_before = row[(i + 1) % 3];

		now[0] = i;
		for (unsigned int j = 1; j <= n; j++) {
			unsigned int change = letter(a[i - 1]) != letter(b[j - 1]);

			now[j] =
			    least(before[j - 1] + change, least(before[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && letter(a[i - 1]) == letter(b[j - 2]) &&
			    letter(a[i - 2]) == letter(b[j - 1]))
				now[j] = least(now[j], two_before[j - 2] + 1);
		}
	}
	return row[m % 3][n];
}

void
nearest_start(struct nearest *near, const char *typed)
{
	near->typed = typed;
	near->word = NULL;
	near->distance = UINT_MAX;
}

void
nearest_try(struct nearest *near, const char *word)
{
	size_t typed = strlen(near->typed);
	unsigned int distance = nearest_distance(near->typed, word);

	if (typed >= BEGINNING && distance > 1 && strncasecmp(near->typed, word, typed) == 0)
		distance = 1;
	/* One edit in three letters is a typing error; with more it is another word. */
	if (distance >= near->distance || distance >= typed ||
	    distance > (typed < 3 ? 1 : typed / 3))
		return;
	near->word = word;
	near->distance = distance;
}
