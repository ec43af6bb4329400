/* Notes where an input is, and continues there in another run. */
#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "cli/stream/input_parts.h"

enum { DIGESTED = 4096 }; /* bytes at each end of what was read */

/* Reads n bytes; fewer only at the end of the file. Returns -1 with errno. */
static ssize_t
read_at(int fd, char *p, size_t n, off_t at)
{
	size_t done = 0;
	ssize_t got;

	while (done < n) {
		got = pread(fd, p + done, n - done, at + (off_t)done);
		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* Hashes up to DIGESTED bytes at the start of the file, and before the offset. */
static int
digest(const struct input *in, uint64_t offset, uint64_t *sum, struct err *err)
{
	size_t n = offset < DIGESTED ? (size_t)offset : DIGESTED;
	off_t at[2] = { 0, (off_t)(offset - n) };
	XXH64_state_t *state = XXH64_createState();
	char bytes[DIGESTED];
	ssize_t got = 0;

	if (state == NULL)
		return err_memory(err);
	XXH64_reset(state, 0);
	for (int i = 0; i < 2 && got != -1; i++) {
		got = read_at(in->fd, bytes, n, at[i]);
		if (got > 0)
			XXH64_update(state, bytes, (size_t)got);
	}
	*sum = XXH64_digest(state);
	XXH64_freeState(state);
	return got == -1 ?
	    err_set(err, NULL, "cannot read %s: %s", in->source, strerror(errno)) :
	    0;
}

int
input_resume(struct input *in, const struct input_place *place, struct err *err)
{
	struct stat st;
	uint64_t now = 0;

	if (in->fd == -1 && input_source_open(in, err) == -1)
		return -1;
	if (fstat(in->fd, &st) == -1)
		return err_set(err, NULL, "cannot read %s: %s", in->source, strerror(errno));
	if ((uint64_t)st.st_size < place->offset)
		return err_set(err, NULL,
		    "cannot continue in %s: it has shrunk below the %llu bytes that were read",
		    in->source, (unsigned long long)place->offset);
	if (digest(in, place->offset, &now, err) == -1)
		return -1;
	if (now != place->digest)
		return err_set(err, NULL,
		    "cannot continue in %s: it is not the file that was read before",
		    in->source);
	if (lseek(in->fd, (off_t)place->offset, SEEK_SET) == -1)
		return err_set(err, NULL, "cannot continue in %s: %s", in->source,
		    strerror(errno));
	in->start = place->offset;
	in->line = place->line;
	reader_start(in->reader, in->fd, in->start, in->line);
	return 0;
}

/* A line that a former run began starts before this input. */
uint64_t
input_offset(const struct input *in)
{
	uint64_t offset = reader_offset(in->reader);

	return (int64_t)offset < 0 ? 0 : offset;
}

int
input_place(struct input *in, const struct input_place *again, bool ends,
    struct input_place *place, const char **rest, size_t *rest_len, struct err *err)
{
	int64_t before;
	struct stat st;

	*rest = "";
	*rest_len = 0;
	*place = (struct input_place){ .line = 1 };
	if (in->fd == -1 && input_source_open(in, err) == -1)
		return -1;
	if (again != NULL) {
		*place = *again;
	} else {
		place->line = reader_line(in->reader) + (reader_unended(in->reader) ? 0 : 1);
		place->offset = reader_reached(in->reader);
		before = (int64_t)(in->start - place->offset);
		*rest_len = reader_rest(in->reader, rest);
		/* The next run is given these lines again, unless this run ends here. */
		if (!ends || in->keeps_half)
			*rest_len = before > 0 ? (size_t)before : 0;
		place->offset += *rest_len;
	}
	if (fstat(in->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return 0;
	return digest(in, place->offset, &place->digest, err);
}
