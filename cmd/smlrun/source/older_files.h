#ifndef SML_OLDER_FILES_H
#define SML_OLDER_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum age_kind { AGE_NUMBER, AGE_DATE };

/* A file that was PATH before a rotation. */
struct older_file {
	char *path; /* malloc'ed */
	enum age_kind kind;
	unsigned long number;
	char date[32];
	bool packed; /* compressed: it cannot be read */
};

/* All such files, the oldest first; numbered files come before dated ones. */
struct older_files {
	struct older_file *file; /* malloc'ed */
	size_t count, room;
};

/*
 * Lists the rotated files of PATH; rotation.h describes their names.  If PATH is a symbolic
 * link, they are in the folder of its target.  Returns -1 with err.
 */
int older_files_list(const char *path, struct older_files *, struct err *);
void older_files_free(struct older_files *);

/* Compares two ages for qsort(3), the oldest first. */
int older_files_compare(const struct older_file *, const struct older_file *);

#endif
