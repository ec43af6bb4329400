#ifndef SML_UNIT_FILES_H
#define SML_UNIT_FILES_H

/* Files of unit tests.  Include cmocka.h before this. */
#include <stdio.h>

static inline void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Reads at most size - 1 bytes, and terminates them. */
static inline void
read_file(const char *path, char *into, size_t size)
{
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	into[fread(into, 1, size - 1, f)] = '\0';
	(void)fclose(f);
}

static inline void
assert_file(const char *path, const char *text)
{
	char is[4096];

	read_file(path, is, sizeof is);
	assert_string_equal(is, text);
}

#endif
