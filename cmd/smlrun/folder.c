/* Makes folders. */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "folder.h"

int
folder_make(const char *path, struct err *err)
{
	size_t n = strlen(path);
	char *name;
	int result;

	if (mkdir(path, 0700) == -1)
		return errno == EEXIST ? 0 :
					 err_set(err, NULL, "%s: %s", path, strerror(errno));
	while (n > 1 && path[n - 1] == '/')
		n--;
	name = strndup(path, n);
	if (name == NULL)
		return err_memory(err);
	result = folder_sync_of(name);
	if (result == -1)
		err_set(err, NULL, "%s: %s", path, strerror(errno));
	free(name);
	return result;
}
