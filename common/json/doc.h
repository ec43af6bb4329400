#ifndef SML_DOC_H
#define SML_DOC_H

#include <jansson.h>

#include "base/err.h"
#include "base/out.h"
#include "base/replace.h"

/*
 * Small JSON documents (models, configuration) by jansson.  References are
 * jansson's own: what is returned is new, the caller's to json_decref.
 */

/*
 * Reads a file, which must hold one object or array by RFC 8259; a name that
 * an object has twice is an error, for one of the two would be lost.  NULL
 * with err (file, line and column in its text); errno is ENOENT where there is
 * no file, and only then.
 */
json_t *doc_load(const char *path, struct err *);

/* The same of n bytes of text; err has the line and column. */
json_t *doc_read(const char *text, size_t n, struct err *err);

/*
 * Writes a document so that a reader sees the old file or the whole new one
 * (replace.h).  Doubles have the fewest digits that read back (num_f64), and
 * always a point or an exponent, so that they read back as doubles: 5.0, -0.0.
 * Members stand in the order they were set, one a line, indented by a tab a
 * level; an array without arrays and objects in it stands on one line.  The
 * document is only read: jansson walks no const object.
 */
int doc_save(const char *path, json_t *, struct err *);

/* The same up to the commit, which is the caller's; mode: of a new file. */
int doc_begin(struct replace *, const char *path, mode_t mode, json_t *, struct err *);

/* Writes one in the same way, but in one line without spaces, and no newline. */
void doc_write(struct out *, json_t *);

#endif
