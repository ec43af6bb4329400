#ifndef SML_DOC_H
#define SML_DOC_H

#include <jansson.h>

#include "base/err.h"
#include "base/out.h"
#include "base/replace.h"

/*
 * Small JSON documents (models, configuration), read and written with jansson.  Functions
 * return new references: the caller must call json_decref.
 */

/*
 * Reads a file, which must hold one object or array by RFC 8259.  The same name twice in an
 * object is an error, because one of the values would be lost.  Returns NULL with err, whose
 * text has file, line and column; errno is ENOENT only if there is no file.
 */
json_t *doc_load(const char *path, struct err *);

/* Does the same for n bytes of text; err has the line and column. */
json_t *doc_read(const char *text, size_t n, struct err *err);

/*
 * Writes a document into the replacement of a file (replace.h), which the caller commits.
 * mode: the permissions of a new file.  Doubles have the fewest digits that read back as the
 * same double (num_write_f64), and always a point or an exponent, so that they read back as
 * doubles: 5.0, -0.0.  Members keep the order in which they were set, one on each line,
 * indented by a tab for each level; an array of plain values is on one line.  The document is
 * only read, but jansson cannot walk a const object.
 */
int doc_begin(struct replace *, const char *path, mode_t mode, json_t *, struct err *);

/* Writes a document on one line, without spaces or a newline. */
void doc_write(struct out *, json_t *);

#endif
