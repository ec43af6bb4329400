/* Reads and writes DIR/commit. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commit/commit_file.h"
#include "json/doc.h"

enum { FORMAT = 1, HEX = 17 };

static char *
path_of(const char *folder)
{
	char *path;

	return asprintf(&path, "%s/commit", folder) == -1 ? NULL : path;
}

/* Takes the members over from the document.  Returns -1 if one is missing or damaged. */
static int
unpack(json_t *doc, struct commit *c)
{
	const char *nonce, *file, *digest, *sink, *rejects = NULL, *pipeline;
	json_int_t format, epoch, number, inode, byte, line, records, written, rejected;
	int ended;

	if (json_unpack(doc,
		"{s:I,s:I,s:s,s:b,s:{s:s,s:I,s:I,s:I,s:I,s:I,s:s},s:{s:s,s:I},"
		"s:{s?s,s:I},s:s}",
		"sml", &format, "epoch", &epoch, "nonce", &nonce, "ended", &ended, "source",
		"file", &file, "number", &number, "inode", &inode, "byte", &byte, "line",
		&line, "records", &records, "digest", &digest, "sink", "file", &sink, "length",
		&written, "rejects", "file", &rejects, "length", &rejected, "pipeline",
		&pipeline) == -1 ||
	    format != FORMAT || strlen(nonce) >= NONCE)
		return -1;
	c->epoch = epoch;
	(void)strcpy(c->nonce, nonce);
	c->ended = ended;
	c->place = (struct file_place){ .file = (size_t)number,
		.inode = (uint64_t)inode,
		.byte = (uint64_t)byte,
		.line = (uint64_t)line,
		.digest = strtoull(digest, NULL, 16),
		.records = (uint64_t)records };
	c->written = (uint64_t)written;
	c->rejected = (uint64_t)rejected;
	c->file = file;
	c->sink = sink;
	c->rejects = rejects;
	c->pipeline = pipeline;
	return 0;
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
	else if (unpack(c->document, c) == -1)
		err_set(err, NULL,
		    "%s: is no commit of smlrun, is damaged, or is of a newer version", path);
	else
		result = 1;
	free(path);
	return result;
}

static json_t *
pack(const struct commit *c)
{
	char digest[HEX];

	(void)snprintf(digest, sizeof digest, "%016" PRIx64, c->place.digest);
	return json_pack("{s:i,s:I,s:s,s:b,s:{s:s,s:I,s:I,s:I,s:I,s:I,s:s},s:{s:s,s:I},"
			 "s:{s:s*,s:I},s:s}",
	    "sml", FORMAT, "epoch", (json_int_t)c->epoch, "nonce", c->nonce, "ended",
	    (int)c->ended, "source", "file", c->file, "number", (json_int_t)c->place.file,
	    "inode", (json_int_t)c->place.inode, "byte", (json_int_t)c->place.byte, "line",
	    (json_int_t)c->place.line, "records", (json_int_t)c->place.records, "digest",
	    digest, "sink", "file", c->sink, "length", (json_int_t)c->written, "rejects",
	    "file", c->rejects, "length", (json_int_t)c->rejected, "pipeline", c->pipeline);
}

int
commit_write(const char *folder, const struct commit *c, struct err *err)
{
	char *path = path_of(folder);
	json_t *doc = pack(c);
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
	*c = (struct commit){ 0 };
}
