#ifndef SML_DOC_H
#define SML_DOC_H

#include <jansson.h>

#include "base/err.h"
#include "base/out.h"
#include "base/replace.h"

/*
 * Small JSON documents (models, configuration) by jansson.  Functions return new
 * references: the caller calls json_decref.
 */

/*
 * Reads a file, which must hold one object or array by RFC 8259.  A name that
 * an object has twice is an error, because one of the two would be lost.  Returns
 * NULL with err (file, line and column in its text); errno is ENOENT if there is
 * no file, and only then.
 */
json_t *doc_load(const char *path, struct err *);

/* Does the same for n bytes of text; err has the line and column. */
json_t *doc_read(const char *text, size_t n, struct err *err);

/*
 * Writes a document into the replacement of a file (replace.h), which the caller
 * commits.  mode: of a new file.  Doubles have the fewest digits that read back
 * (num_write_f64), and always a point or an exponent, so that they read back as
 * doubles: 5.0, -0.0.  Members keep the order in which they were set, one on each
 * line, indented by a tab for each level; an array of plain values is one line.  The
 * document is only read (jansson walks no const object).
 */
int doc_begin(struct replace *, const char *path, mode_t mode, json_t *, struct err *);

/* Writes a document in one line, without spaces or a newline. */
void doc_write(struct out *, json_t *);

#endif
