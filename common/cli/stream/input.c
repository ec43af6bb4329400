/* The operands as one sequence of lines. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "cli/report/sig.h"
#include "cli/stream/input.h"

enum {
	PIPE_SIZE = 1 << 20, /* a larger pipe saves context switches */
	DIGESTED = 4096	     /* bytes at each end of what was read */
};

struct input {
	char **next;	   /* operands not opened yet */
	char *standard[2]; /* what no operands mean */
	const char *source;
	bool is_standard, piped;
	int fd; /* -1: none is open */
	struct reader *reader;
	uint64_t start;		/* where this source was taken up */
	uint64_t line;		/* and the number of its line there */
	uint64_t before, total; /* bytes of the sources done; of all */
	bool ready;		/* there is something to read */
	bool woken;		/* what is watched is ready */
	bool watching;
	struct watch watch;
};

static bool
is_dash(const char *operand)
{
	return strcmp(operand, "-") == 0;
}

/* Looks at all operands at once: a wrong name is told of now, not in an hour. */
static int
check_operands(struct input *in, struct err *err)
{
	bool known = true;
	struct stat st;

	for (char **p = in->next; *p != NULL; p++) {
		if (is_dash(*p) ? fstat(STDIN_FILENO, &st) == -1 :
				  stat(*p, &st) == -1 || access(*p, R_OK) == -1)
			return err_set(err, NULL, "cannot read %s: %s",
			    is_dash(*p) ? "standard input" : *p, strerror(errno));
		if (S_ISDIR(st.st_mode))
			return err_set(err, NULL,
			    "cannot read %s: it is a "
			    "directory",
			    *p);
		known = known && S_ISREG(st.st_mode);
		in->total += (uint64_t)st.st_size;
	}
	if (!known)
		in->total = 0;
	return 0;
}

struct input *
input_open(char **operands, size_t max_line, struct err *err)
{
	static char dash[] = "-";
	struct input *in = calloc(1, sizeof *in);

	if (in == NULL) {
		err_memory(err);
		return NULL;
	}
	in->standard[0] = dash;
	in->next = *operands != NULL ? operands : in->standard;
	in->source = is_dash(*in->next) ? "stdin" : *in->next;
	in->is_standard = is_dash(*in->next);
	in->fd = -1;
	in->line = 1;
	in->reader = reader_new(max_line, err);
	if (in->reader == NULL || check_operands(in, err) == -1) {
		input_close(in);
		return NULL;
	}
	return in;
}

/* Standard input stays open: it is the caller's. */
static void
source_close(struct input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
}

void
input_close(struct input *in)
{
	if (in == NULL)
		return;
	source_close(in);
	reader_free(in->reader);
	free(in);
}

/* Opens the next operand; there is one. */
static int
source_open(struct input *in, struct err *err)
{
	const char *operand = *in->next;
	struct stat st;

	in->is_standard = is_dash(operand);
	in->source = in->is_standard ? "stdin" : operand;
	in->fd =
	    in->is_standard ? STDIN_FILENO : open(operand, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (in->fd == -1)
		return err_set(err, NULL, "cannot open %s: %s", operand, strerror(errno));
	/* A pipe that nobody writes to yet is waited for where all input is. */
	if (!in->is_standard)
		(void)fcntl(in->fd, F_SETFL, 0);
	in->next++;
	in->piped = fstat(in->fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
	if (in->piped)
		(void)fcntl(in->fd, F_SETPIPE_SZ, PIPE_SIZE);
	reader_start(in->reader, in->fd, in->start, in->line);
	return 0;
}

void
input_watch(struct input *in, struct pollfd *fds, unsigned int n, int ms)
{
	watch_set(&in->watch, fds, n, ms);
	in->woken = false;
}

/* Looks, or waits, for the input and, between two lines, for what is watched. */
static void
look(struct input *in, bool waits)
{
	struct watch none = { 0 };

	in->woken = watch_look(in->watching ? &in->watch : &none, in->fd, waits, &in->ready);
}

/*
 * Gets more to read: INPUT_LINE where reader_next should look again.  The
 * first SIGINT is left to the writer of a pipe, which got it too.
 */
static enum input_event
fill(struct input *in, struct err *err)
{
	int came = sig_came();
	ssize_t n;

	if (came == SIGTERM || (came == SIGINT && !in->piped))
		return INPUT_SIGNAL;
	if (!in->ready && !in->woken)
		look(in, false);
	if (in->woken) {
		in->woken = false;
		return INPUT_READY;
	}
	if (!in->ready)
		return sig_came() != came ? INPUT_LINE : INPUT_WAIT;
	in->ready = false;
	n = reader_fill(in->reader);
	/* Others may share the descriptor, and have made it not to block. */
	if (n == -1 && errno != EINTR && errno != EAGAIN) {
		err_set(err, NULL, "cannot read %s: %s", in->source, strerror(errno));
		return INPUT_ERROR;
	}
	return INPUT_LINE;
}

void
input_wait(struct input *in)
{
	look(in, true);
}

/* Goes on with the next operand, or says that there is none. */
static enum input_event
source_next(struct input *in, struct err *err)
{
	if (in->fd != -1) {
		in->before += reader_reached(in->reader) - in->start;
		if (*in->next == NULL)
			return sig_came() != 0 ? INPUT_SIGNAL : INPUT_END;
		source_close(in);
		in->start = 0;
		in->line = 1;
	}
	return source_open(in, err) == -1 ? INPUT_ERROR : INPUT_LINE;
}

enum input_event
input_next(struct input *in, struct line *line, struct err *err)
{
	enum input_event event = INPUT_LINE;

	in->watching = true;
	while (event == INPUT_LINE) {
		if (in->fd == -1) {
			event = source_next(in, err);
			continue;
		}
		switch (reader_next(in->reader, line)) {
		case READER_LINE:
			return INPUT_LINE;
		case READER_LONG:
			return INPUT_LONG;
		case READER_MORE:
			event = fill(in, err);
			break;
		case READER_END:
			event = source_next(in, err);
			break;
		}
	}
	return event;
}

enum input_event
input_piece(struct input *in, const char **piece, size_t *n, bool *last, struct err *err)
{
	enum input_event event = INPUT_LINE;

	in->watching = false;
	while (event == INPUT_LINE) {
		if (reader_piece(in->reader, piece, n, last) == READER_LINE)
			break;
		event = fill(in, err);
	}
	return event;
}

enum input_event
input_peek(struct input *in, const char **first, size_t *n, struct err *err)
{
	enum input_event event = INPUT_LINE;

	in->watching = false;
	if (in->fd == -1)
		event = source_next(in, err);
	while (event == INPUT_LINE) {
		switch (reader_peek(in->reader, first, n)) {
		case READER_LONG:
			return INPUT_LONG;
		case READER_MORE:
			event = fill(in, err);
			break;
		default:
			return INPUT_LINE;
		}
	}
	return event;
}

bool
input_is_standard(const struct input *in)
{
	return in->is_standard;
}

int
input_prepend(struct input *in, const char *rest, size_t n, bool first, struct err *err)
{
	if (n == 0)
		return 0;
	if (in->fd == -1 && source_open(in, err) == -1)
		return -1;
	return reader_prepend(in->reader, rest, n, first, err);
}

/* Reads n bytes, fewer only where the file ends; -1 with errno. */
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

/* Of up to DIGESTED bytes at the start of the file and before the offset. */
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

	if (in->fd == -1 && source_open(in, err) == -1)
		return -1;
	if (fstat(in->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return err_set(err, NULL,
		    "--continue needs a regular file, "
		    "which %s is not",
		    in->source);
	if ((uint64_t)st.st_size < place->offset)
		return err_set(err, NULL,
		    "cannot go on in %s: it has shrunk "
		    "below the %llu bytes that were read",
		    in->source, (unsigned long long)place->offset);
	if (digest(in, place->offset, &now, err) == -1)
		return -1;
	if (now != place->digest)
		return err_set(err, NULL,
		    "cannot go on in %s: it is not the "
		    "file that was read before",
		    in->source);
	if (lseek(in->fd, (off_t)place->offset, SEEK_SET) == -1)
		return err_set(err, NULL, "cannot go on in %s: %s", in->source,
		    strerror(errno));
	in->start = place->offset;
	in->line = place->line;
	reader_start(in->reader, in->fd, in->start, in->line);
	return 0;
}

/* A line that a former run began started before this input. */
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
	if (in->fd == -1 && source_open(in, err) == -1)
		return -1;
	if (again != NULL) {
		*place = *again;
	} else {
		place->line = reader_line(in->reader) + (reader_unended(in->reader) ? 0 : 1);
		place->offset = reader_reached(in->reader);
		before = (int64_t)(in->start - place->offset);
		*rest_len = reader_rest(in->reader, rest);
		/* Other lines that were read are given again, unless the run ends here. */
		if (!ends)
			*rest_len = before > 0 ? (size_t)before : 0;
		place->offset += *rest_len;
	}
	if (fstat(in->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return 0;
	return digest(in, place->offset, &place->digest, err);
}

const char *
input_source(const struct input *in)
{
	return in->source;
}

uint64_t
input_line(const struct input *in)
{
	return reader_line(in->reader);
}

uint64_t
input_read(const struct input *in)
{
	return in->before + (in->fd == -1 ? 0 : reader_reached(in->reader) - in->start);
}

uint64_t
input_total(const struct input *in)
{
	return in->total;
}
