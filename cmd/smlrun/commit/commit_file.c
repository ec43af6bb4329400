/* Reads and writes DIR/commit. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/replace.h"
#include "commit/commit_file.h"
#include "json/doc.h"

static char *
path_of(const char *folder)
{
	char *path;

	return asprintf(&path, "%s/commit", folder) == -1 ? NULL : path;
}

int
commit_read(const char *folder, struct commit *c, struct err *err)
{
	char *path = path_of(folder);
	int result = -1;

	*c = (struct commit){ .document = path == NULL ? NULL : doc_load(path, err) };
	if (path == NULL)
		err_memory(err);
	else if (c->document == NULL)
		result = errno == ENOENT ? 0 : -1;
	else if (commit_unpack(c->document, c) == -1)
		err_set(err, NULL,
		    "%s: is no commit of smlrun, is damaged, or is from a newer version",
		    path);
	else
		result = 1;
	free(path);
	return result;
}

int
commit_write(const char *folder, const struct commit *c, struct err *err)
{
	char *path = path_of(folder);
	json_t *doc = commit_document(c);
	struct replace r;
	int result = -1;

	if (path == NULL || doc == NULL)
		err_memory(err);
	else if (doc_begin(&r, path, REPLACE_PRIVATE, doc, err) == 0)
		result = replace_commit(&r, err);
	json_decref(doc);
	free(path);
	return result;
}

void
commit_free(struct commit *c)
{
	json_decref(c->document);
	partition_places_free(&c->places, NULL, 0);
	*c = (struct commit){ 0 };
}
