/* Reads and writes the first line of a snapshot, and names the files of snapshots. */
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "cli/stream/saved.h"

#define TEXT(name, kind, field) \
	{ \
		name, kind, offsetof(struct saved, field), \
		    offsetof(struct saved, field##_len) \
	}
#define PLAIN(name, kind, field) \
	{ \
		name, kind, offsetof(struct saved, field), 0 \
	}

static const struct member first_line[] = { TEXT("tool", M_BYTES, tool),
	PLAIN("format", M_U64, format), TEXT("options", M_JSON, options),
	PLAIN("id", M_I64, id), PLAIN("control", M_BOOL, control),
	PLAIN("announced", M_BOOL, announced), PLAIN("begun", M_BOOL, begun),
	PLAIN("records", M_U64, records), PLAIN("rejected", M_U64, rejected),
	PLAIN("late", M_U64, late), PLAIN("watermark", M_I64, watermark),
	TEXT("watermark_source", M_BYTES, mover), PLAIN("watermark_line", M_U64, mover_line),
	PLAIN("highest", M_I64, highest), PLAIN("ahead", M_I64, ahead),
	TEXT("time_unit", M_BYTES, time_unit),
	PLAIN("time_unit_decided", M_BOOL, time_unit_decided), TEXT("source", M_BYTES, source),
	PLAIN("offset", M_U64, offset), PLAIN("line", M_U64, line),
	PLAIN("digest", M_U64, digest), TEXT("rest", M_BYTES, rest),
	TEXT("untaken", M_BYTES, untaken), { NULL, M_BOOL, 0, 0 } };

const struct member saved_file_members[] = { { "path", M_BYTES,
						 offsetof(struct saved_file, path),
						 offsetof(struct saved_file, path_len) },
	{ "length", M_U64, offsetof(struct saved_file, length), 0 },
	{ "part", M_U64, offsetof(struct saved_file, part), 0 }, { NULL, M_BOOL, 0, 0 } };

const struct member saved_replaces_members[] = {
	{ "path", M_BYTES, offsetof(struct saved_replaces, path),
	    offsetof(struct saved_replaces, path_len) },
	{ "text", M_BYTES, offsetof(struct saved_replaces, text),
	    offsetof(struct saved_replaces, text_len) },
	{ "mode", M_U64, offsetof(struct saved_replaces, mode), 0 }, { NULL, M_BOOL, 0, 0 }
};

int
saved_path(struct buf *buf, const char *file, struct snapshot_id which, struct err *err)
{
	char digits[NUM_MAX];

	if (buf_puts(buf, file) == -1 ||
	    (which.id != 0 &&
		(buf_putc(buf, '.') == -1 ||
		    buf_put(buf, digits, num_write_i64(digits, which.id)) == -1)) ||
	    (which.nonce != NULL && which.nonce[0] != '\0' &&
		(buf_putc(buf, '.') == -1 || buf_puts(buf, which.nonce) == -1)) ||
	    buf_putc(buf, '\0') == -1)
		return err_memory(err);
	return 0;
}

struct snap *
saved_write(const char *path, mode_t mode, const struct saved *saved, struct err *err)
{
	struct snap *snap = snap_create(path, mode, err);

	if (snap != NULL)
		snap_put(snap, "snapshot", first_line, saved);
	return snap;
}

static bool
same(const char *text, uint64_t n, const char *other)
{
	return n == strlen(other) && memcmp(text, other, n) == 0;
}

/* Returns an option's value for a message; null means that the option was not given. */
static struct value
shown(struct value v)
{
	static const char none[] = "none";

	return value_none(v) ? (struct value){ none, sizeof none - 1, V_STRING } : v;
}

/* Names the first option whose values differ in the two objects. */
static int
refuse_options(const char *path, struct value then, struct value now, struct err *err)
{
	struct value name, item = { 0 }, other, found;

	if (then.len == 0 || *then.p != '{')
		return err_set(err, NULL, "%s is damaged: its options are no object", path);
	while (value_next(then, &name, &item)) {
		other = found = (struct value){ 0 };
		for (struct value n; value_next(now, &n, &other);)
			if (n.len == name.len && memcmp(n.p, name.p, n.len) == 0)
				found = other;
		if (found.p != NULL && found.len == item.len &&
		    memcmp(found.p, item.p, item.len) == 0)
			continue;
		item = shown(item);
		found = shown(found);
		return err_set(err, NULL,
		    "%s was saved with --%.*s %.*s, and this run has %.*s", path,
		    (int)name.len - 2, name.p + 1, (int)(item.len < 60 ? item.len : 60),
		    item.p, (int)(found.len < 60 ? found.len : 60), found.p);
	}
	return err_set(err, NULL, "%s was saved with other options", path);
}

static struct value
object_of(const char *text, size_t n)
{
	return (struct value){ text, (uint32_t)n, V_OBJECT };
}

/* Checks that the snapshot has this tool, a known format, and the same options. */
static int
check(const struct saved *saved, const char *path, const char *tool, uint64_t format,
    const char *options, struct err *err)
{
	if (!same(saved->tool, saved->tool_len, tool))
		return err_set(err, NULL, "%s is the state of %.*s, not of %s", path,
		    (int)saved->tool_len, saved->tool, tool);
	if (saved->format != format)
		return err_set(err, NULL,
		    "%s has format %llu of %s's states; this program reads format %llu", path,
		    (unsigned long long)saved->format, tool, (unsigned long long)format);
	if (saved->options_len == 0 || saved->options[0] != '{')
		return err_set(err, NULL, "%s: its options are no object", path);
	if (!same(saved->options, saved->options_len, options))
		return refuse_options(path, object_of(saved->options, saved->options_len),
		    object_of(options, strlen(options)), err);
	return 0;
}

struct snap_reader *
saved_read(const char *path, const char *tool, uint64_t format, const char *options,
    struct saved *saved, struct err *err)
{
	struct snap_reader *snap = snap_read(path, err);
	const char *section;
	struct value object;

	*saved = (struct saved){ 0 };
	if (snap == NULL)
		return NULL;
	if (snap_next(snap, &section, &object, err) == 1) {
		if (strcmp(section, "snapshot") == 0 &&
		    snap_get(object, first_line, saved, err) == 0 &&
		    check(saved, path, tool, format, options, err) == 0)
			return snap;
		if (strcmp(section, "snapshot") != 0)
			err_set(err, NULL, "%s is no state of %s", path, tool);
	}
	snap_read_close(snap);
	saved_free(saved);
	errno = EINVAL;
	return NULL;
}

void
saved_free(struct saved *saved)
{
	free(saved->tool);
	free(saved->time_unit);
	free(saved->options);
	free(saved->source);
	free(saved->rest);
	free(saved->untaken);
	free(saved->mover);
	*saved = (struct saved){ 0 };
}

/* Returns the id in a name "BASE.ID", or -1. */
static int64_t
id_of(const char *name, const char *base)
{
	size_t n = strlen(base), len = strlen(name);
	int64_t id;

	if (len < n + 2 || memcmp(name, base, n) != 0 || name[n] != '.' ||
	    strspn(name + n + 1, "0123456789") != len - n - 1 || name[n + 1] == '0' ||
	    num_read_i64(name + n + 1, len - n - 1, &id) == -1)
		return -1;
	return id;
}

int
saved_count(const char *file, struct err *err)
{
	char *folder = strdup(file), *copy = strdup(file), *base;
	DIR *dir = NULL;
	struct dirent *entry;
	int count = -1;

	if (folder == NULL || copy == NULL) {
		err_memory(err);
		goto out;
	}
	base = basename(copy);
	dir = opendir(dirname(folder));
	if (dir == NULL) {
		err_set(err, NULL, "cannot look for snapshots of %s: %s", file,
		    strerror(errno));
		goto out;
	}
	count = 0;
	while ((entry = readdir(dir)) != NULL)
		count += id_of(entry->d_name, base) != -1;
out:
	if (dir != NULL)
		closedir(dir);
	free(folder);
	free(copy);
	return count;
}

int
saved_yields(const char *path, const char *tool, uint64_t format, const char *options,
    struct err *err)
{
	struct saved saved;
	struct snap_reader *snap;
	struct err why;

	if (access(path, F_OK) == -1 && errno == ENOENT)
		return 0;
	snap = saved_read(path, tool, format, options, &saved, &why);
	if (snap == NULL)
		return err_set(err, NULL,
		    "%s is not a snapshot of this program and these options, and is left "
		    "alone",
		    path);
	snap_read_close(snap);
	saved_free(&saved);
	return 1;
}
