/* Reads and writes DIR/commit. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/replace.h"
#include "commit/commit_file.h"
#include "json/doc.h"

enum { FORMAT = 1, HEX = 17 };

static char *
path_of(const char *folder)
{
	char *path;

	return asprintf(&path, "%s/commit", folder) == -1 ? NULL : path;
}

static int
unpack_point(json_t *doc, struct commit_point *c)
{
	json_int_t number, inode, byte, line, records, written, rejected;
	const char *digest;

	if (json_unpack(doc, "{s:s,s:I,s:I,s:I,s:I,s:I,s:s,s:I,s:I}", "file", &c->file,
		"number", &number, "inode", &inode, "byte", &byte, "line", &line, "records",
		&records, "digest", &digest, "written", &written, "rejected", &rejected) == -1)
		return -1;
	c->place = (struct file_place){ .file = (size_t)number,
		.inode = (uint64_t)inode,
		.byte = (uint64_t)byte,
		.line = (uint64_t)line,
		.digest = strtoull(digest, NULL, 16),
		.records = (uint64_t)records };
	c->written = (uint64_t)written;
	c->rejected = (uint64_t)rejected;
	return 0;
}

/* Takes the members over from the document.  Returns -1 if one is missing or damaged. */
static int
unpack(json_t *doc, struct commit *c)
{
	json_t *begin, *snapshot, *last;
	const char *nonce, *digest;
	json_int_t format, epoch, id;
	int ended;

	if (json_unpack(doc, "{s:I,s:I,s:b,s:I,s:s,s:o,s:o,s:o,s:s,s:s,s?s,s:s}", "sml",
		&format, "epoch", &epoch, "ended", &ended, "snapshot_id", &id, "nonce", &nonce,
		"begin", &begin, "snapshot", &snapshot, "last", &last, "digest", &digest,
		"sink", &c->sink, "rejects", &c->rejects, "pipeline", &c->pipeline) == -1 ||
	    format != FORMAT || strlen(nonce) >= NONCE ||
	    unpack_point(begin, &c->begin) == -1 ||
	    unpack_point(snapshot, &c->snapshot) == -1 || unpack_point(last, &c->last) == -1)
		return -1;
	c->epoch = epoch;
	c->ended = ended;
	c->id = id;
	(void)memcpy(c->nonce, nonce, strlen(nonce) + 1);
	c->digest = strtoull(digest, NULL, 16);
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
pack_hex(uint64_t x)
{
	char hex[HEX];

	(void)snprintf(hex, sizeof hex, "%016" PRIx64, x);
	return json_string(hex);
}

static json_t *
pack_point(const struct commit_point *c)
{
	const struct file_place *p = &c->place;

	return json_pack("{s:s,s:I,s:I,s:I,s:I,s:I,s:o,s:I,s:I}", "file", c->file, "number",
	    (json_int_t)p->file, "inode", (json_int_t)p->inode, "byte", (json_int_t)p->byte,
	    "line", (json_int_t)p->line, "records", (json_int_t)p->records, "digest",
	    pack_hex(p->digest), "written", (json_int_t)c->written, "rejected",
	    (json_int_t)c->rejected);
}

json_t *
commit_document(const struct commit *c)
{
	return json_pack("{s:i,s:I,s:b,s:I,s:s,s:o,s:o,s:o,s:o,s:s,s:s*,s:s}", "sml", FORMAT,
	    "epoch", (json_int_t)c->epoch, "ended", (int)c->ended, "snapshot_id",
	    (json_int_t)c->id, "nonce", c->nonce, "begin", pack_point(&c->begin), "snapshot",
	    pack_point(&c->snapshot), "last", pack_point(&c->last), "digest",
	    pack_hex(c->digest), "sink", c->sink, "rejects", c->rejects, "pipeline",
	    c->pipeline);
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
	*c = (struct commit){ 0 };
}
