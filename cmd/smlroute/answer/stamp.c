/* When a file has changed. */
#include <sys/stat.h>

#include "answer/stamp.h"

void
stamp_take(struct stamp *stamp, const char *path)
{
	struct stat st;

	*stamp = (struct stamp){ .size = 0 };
	if (stat(path, &st) == 0)
		*stamp = (struct stamp){ st.st_dev, st.st_ino, st.st_size, st.st_mtim };
}

bool
stamp_same(const struct stamp *a, const struct stamp *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	    a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}
