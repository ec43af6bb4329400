#ifndef SML_DOC_H
#define SML_DOC_H

#include <jansson.h>

#include "err.h"

/*
 * Small JSON documents (models, configuration) by jansson.  References are
 * jansson's own: what is returned is new, the caller's to json_decref.
 */

/*
 * Reads a file.  NULL with err (file, line and column in its text); errno is
 * ENOENT where there is no file.
 */
json_t *doc_load(const char *path, struct err *);

/*
 * Writes a document so that a reader sees the old file or the whole new one:
 * temporary file beside it, fsync, rename, fsync of the folder.  Doubles have
 * the fewest digits that read back (num_f64), -0 keeps its sign; members stand
 * in the order they were set; indented by one tab a level, arrays of numbers
 * on one line.
 */
int	doc_save(const char *path, const json_t *, struct err *);

#endif
