/* Files that get records instead of standard output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "outlet.h"

/* Adds a file. Returns its number, or -1 with err. */
static int64_t
add_file(struct outlets *o, const char *path, struct err *err)
{
	struct outlet *file = calloc(1, sizeof(*file));

	if (file == NULL || (file->path = strdup(path)) == NULL ||
	    grow(&o->file, &o->cap, (size_t)o->count + 1, sizeof(struct outlet *)) == -1) {
		if (file != NULL)
			free(file->path);
		free(file);
		return err_memory(err);
	}
	o->file[o->count] = file;
	return o->count++;
}

/*
 * Returns the number of the file with this path, and adds the file if it is new; -1 with err.
 */
static int64_t
file_of(struct outlets *o, const char *path, struct err *err)
{
	for (uint32_t i = 0; i < o->count; i++)
		if (strcmp(o->file[i]->path, path) == 0)
			return i;
	return add_file(o, path, err);
}

int
outlets_add(struct outlets *o, const char *text, struct err *err)
{
	const char *equals = strchr(text, '=');
	struct outlet_arm *more, *named;
	int64_t file;

	if (equals == NULL || equals == text || equals[1] == '\0')
		return err_set(err, NULL, "\"%s\" is not ARM=FILE", text);
	for (uint32_t i = 0; i < o->named_count; i++)
		if (strncmp(o->named[i].arm, text, (size_t)(equals - text)) == 0 &&
		    o->named[i].arm[equals - text] == '\0')
			return err_set(err, NULL, "the arm \"%s\" has two files",
			    o->named[i].arm);
	file = file_of(o, equals + 1, err);
	if (file == -1)
		return -1;
	more = realloc(o->named, (o->named_count + 1) * sizeof(*more));
	if (more == NULL)
		return err_memory(err);
	o->named = more;
	named = &more[o->named_count];
	named->file = (uint32_t)file;
	named->arm = strndup(text, (size_t)(equals - text));
	if (named->arm == NULL)
		return err_memory(err);
	o->named_count++;
	return 0;
}

/* A conversion of a pattern: %s, %d, or %0Nd. */
struct conversion {
	char kind;
	int width;
	const char *end; /* the text after it; NULL: this is not a conversion */
};

static struct conversion
conversion_at(const char *percent)
{
	struct conversion c = { 0 };
	const char *p = percent + 1;

	if (*p == '0') {
		for (p++; *p >= '0' && *p <= '9' && c.width < 100; p++)
			c.width = 10 * c.width + (*p - '0');
		if (c.width == 0 || c.width > 9 || *p != 'd')
			return c;
	}
	c.kind = *p;
	c.end = *p == 's' || *p == 'd' || *p == '%' ? p + 1 : NULL;
	return c;
}

/* Writes the path of a shard, with a zero byte at its end. */
static int
shard_path(struct buf *path, const char *pattern, const struct shards *shards, uint32_t shard,
    struct err *err)
{
	char wanted = shards->nodes.count > 0 ? 's' : 'd', number[16];
	struct conversion c;
	bool told = false;

	path->len = 0;
	for (const char *p = pattern; *p != '\0'; p = c.end) {
		c = (struct conversion){ .end = strchrnul(p, '%') };
		if (c.end > p) {
			if (buf_put(path, p, (size_t)(c.end - p)) == -1)
				return err_memory(err);
			continue;
		}
		c = conversion_at(p);
		if (c.end == NULL || (c.kind != '%' && c.kind != wanted))
			return err_set(err, NULL, "\"%s\": %% must be followed by %s", pattern,
			    wanted == 's' ? "s, for a node's name, or %" :
					    "d or 03d, for a shard's number, or %");
		told = told || c.kind == wanted;
		(void)snprintf(number, sizeof(number), "%0*u", c.width, shard);
		if (buf_puts(path,
			c.kind == '%'	  ? "%" :
			    c.kind == 's' ? shards->nodes.arm[shard].name :
					    number) == -1)
			return err_memory(err);
	}
	if (!told)
		return err_set(err, NULL, "\"%s\" gives all shards one file: %%%c is missing",
		    pattern, wanted);
	return buf_putc(path, '\0') == -1 ? err_memory(err) : 0;
}

int
outlets_shard(struct outlets *o, const char *pattern, const struct shards *shards,
    struct err *err)
{
	struct buf path = { 0 };
	int result = 0;

	o->of_shard = calloc(shards->count, sizeof(struct outlet *));
	if (o->of_shard == NULL)
		return err_memory(err);
	for (uint32_t i = 0; i < shards->count && result == 0; i++) {
		int64_t file = -1;

		/*
		 * The shards' paths all differ, so do not search for the path: there may be
		 * very many.
		 */
		if (shard_path(&path, pattern, shards, i, err) == 0 && path.p != NULL)
			file = add_file(o, path.p, err);
		if (file == -1)
			result = -1;
		else
			o->of_shard[i] = o->file[file];
	}
	buf_free(&path);
	return result;
}

static const char *
option_of(const struct outlets *o)
{
	return o->of_shard != NULL ? "--out-shard" : "--out";
}

void
outlets_spare(const struct outlets *o, const struct common *common, const char *model)
{
	for (uint32_t i = 0; i < o->count; i++)
		opt_differ(common, option_of(o), o->file[i]->path, "a model", model);
}

int
outlets_open(struct outlets *o, const struct common *common, struct err *err)
{
	for (uint32_t i = 0; i < o->count; i++) {
		opt_claim(common, option_of(o), o->file[i]->path);
		/*
		 * Files of shards need not be compared with each other: the pattern makes them
		 * differ.
		 */
		for (uint32_t j = 0; j < i && o->of_shard == NULL; j++)
			opt_differ(common, "--out", o->file[j]->path, "another --out",
			    o->file[i]->path);
	}
	for (uint32_t i = 0; i < o->count; i++)
		if (side_file_open_part(&o->file[i]->side, o->file[i]->path, common->attempt,
			common->driven ? SIDE_FILE_APPEND : SIDE_FILE_ANEW, err) == -1)
			return -1;
	return 0;
}

int
outlets_bind(struct outlets *o, const struct arms *arms, bool needed, struct err *err)
{
	struct outlet **of_arm;
	int64_t arm;

	if (o->named_count == 0)
		return 0;
	of_arm = calloc(arms->count, sizeof(struct outlet *));
	if (of_arm == NULL)
		return err_memory(err);
	for (uint32_t i = 0; i < o->named_count; i++) {
		const struct outlet_arm *named = &o->named[i];

		arm = arms_need(arms, named->arm, strlen(named->arm), err);
		if (arm == -1 && needed) {
			free(of_arm);
			return -1;
		}
		if (arm != -1)
			of_arm[arm] = o->file[named->file];
	}
	free(o->of_arm);
	o->of_arm = of_arm;
	return 0;
}

void
outlets_join(struct outlets *o, struct stream *stream)
{
	for (uint32_t i = 0; i < o->count; i++)
		stream_beside(stream, &o->file[i]->side);
}

struct side_file *
outlets_side(const struct outlets *o, uint32_t arm, uint32_t shard)
{
	struct outlet *outlet = NULL;

	if (o->of_shard != NULL)
		outlet = o->of_shard[shard];
	else if (o->of_arm != NULL)
		outlet = o->of_arm[arm];
	return outlet == NULL ? NULL : &outlet->side;
}

int
outlets_close(struct outlets *o, struct err *err)
{
	struct err later;
	int result = 0;

	for (uint32_t i = 0; i < o->count; i++)
		if (side_file_close(&o->file[i]->side, result == 0 ? err : &later) == -1)
			result = -1;
	return result;
}

void
outlets_free(struct outlets *o)
{
	struct err err;

	(void)outlets_close(o, &err);
	for (uint32_t i = 0; i < o->count; i++) {
		free(o->file[i]->path);
		free(o->file[i]);
	}
	for (uint32_t i = 0; i < o->named_count; i++)
		free(o->named[i].arm);
	free(o->file);
	free(o->named);
	free(o->of_arm);
	free(o->of_shard);
	*o = (struct outlets){ 0 };
}
