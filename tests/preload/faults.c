/*
 * Faults on demand: a library for LD_PRELOAD that lets system calls and
 * allocations of a tool fail as SML_FAULTS says, words separated by commas:
 *
 *	short=N		a read or a write takes at most N bytes
 *	eintr=N		every Nth read or write is interrupted (N > 1)
 *	read=ERROR@N	reads fail after N bytes: read=EIO@1000
 *	write=ERROR@N	writes fail after N bytes; the one before is short.
 *			not those to standard error, which must say what happened
 *	fsync=ERROR@N	the same after N calls (fdatasync too); @N may be left out
 *	rename=ERROR@N
 *	close=ERROR@N	fails after N calls, but the file is closed, as by the system
 *	only=END	reads, writes, fsyncs and closes of files (or folders) whose
 *			names end so; all others go well
 *	nomem=N		the Nth allocation fails; nomem=N+ it and all after it
 *	kill=N		SIGKILL comes before the Nth step.  A step is a write to a regular
 *			file, fsync, ftruncate or rename; a call of librdkafka that begins
 *			a transaction, adds offsets to it or commits it; and the time
 *			while such a commit is under way
 *	lost=N		the Nth call of librdkafka that commits a transaction commits it, but
 *			answers that there was no transaction
 *	nomember=N	the Nth call of librdkafka for the metadata of a consumer in its
 *			group finds that it is no member
 *	late=N		librdkafka commits the offsets of a consumer N seconds late
 *	in=PROGRAM	but only in processes of that name
 *	count=FILE	the number of allocations is written to FILE at exit
 *	term=N		SIGTERM comes when N bytes have been read
 *	frees=N		after that, the Nth free ends the process with status 125: it
 *			should have ended by itself before
 *
 * An allocation is a call of malloc, calloc or realloc.  A test runs a tool
 * with it by the function faulty of lib.sh, with the faults before the command:
 *
 *	faulty write=ENOSPC@100,only=state.tmp smlecho --state state <in
 *	is_status 'a full disk is a failure' 1
 *	is_err 'and says so' 'state.tmp: cannot be written: No space left'
 *
 * Calls that the C library makes by itself (in stdio) are not seen here.  Only
 * for programs of one thread.  A preloaded library has to keep its state in a
 * global variable.
 */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { ROOM = 1024 }; /* for SML_FAULTS, and so for every word of it */

/* A fault: the call fails with `error` after so many bytes or calls. */
struct fault {
	int error;
	uint64_t after, done;
};

static struct {
	bool known; /* SML_FAULTS was read */
	uint64_t most, eintr, transfers;
	struct fault read, write, fsync, rename, close;
	char only[ROOM], in[ROOM];
	uint64_t kill, steps, lost, commits, nomember, asked, late;
	uint64_t nomem, allocations, term, frees;
	bool termed;
	bool nomem_on;
	char count[ROOM];
} faults;

static _Noreturn void
misuse(const char *word, const char *why)
{
	fprintf(stderr, "faults: %s: %s\n", word, why);
	_exit(125);
}

static uint64_t
number(const char *word, const char *text, const char *end)
{
	char *stop;
	uint64_t n;

	errno = 0;
	n = strtoull(text, &stop, 10);
	if (errno != 0 || stop == text || strcmp(stop, end) != 0)
		misuse(word, "no number");
	return n;
}

static void
set_fault(struct fault *f, const char *word, const char *text)
{
	const char *name, *at = strchrnul(text, '@');

	for (int error = 1; error < 256 && f->error == 0; error++) {
		name = strerrorname_np(error);
		if (name != NULL && strlen(name) == (size_t)(at - text) &&
		    strncmp(name, text, (size_t)(at - text)) == 0)
			f->error = error;
	}
	if (f->error == 0)
		misuse(word, "no name of an error");
	if (*at == '@')
		f->after = number(word, at + 1, "");
}

static void
set_nomem(const char *word, const char *text)
{
	faults.nomem_on = strchr(text, '+') != NULL;
	faults.nomem = number(word, text, faults.nomem_on ? "+" : "");
}

/* Each word sets one of these. */
static const struct word {
	const char *name;
	struct fault *fault;
	uint64_t *number;
	char *text;
} words[] = {
	{ .name = "short", .number = &faults.most },
	{ .name = "term", .number = &faults.term },
	{ .name = "frees", .number = &faults.frees },
	{ .name = "eintr", .number = &faults.eintr },
	{ .name = "read", .fault = &faults.read },
	{ .name = "write", .fault = &faults.write },
	{ .name = "fsync", .fault = &faults.fsync },
	{ .name = "rename", .fault = &faults.rename },
	{ .name = "close", .fault = &faults.close },
	{ .name = "kill", .number = &faults.kill },
	{ .name = "lost", .number = &faults.lost },
	{ .name = "nomember", .number = &faults.nomember },
	{ .name = "late", .number = &faults.late },
	{ .name = "only", .text = faults.only },
	{ .name = "in", .text = faults.in },
	{ .name = "count", .text = faults.count },
	{ .name = "nomem" },
};

static void
set(const char *word)
{
	size_t n = strcspn(word, "=");
	const char *text = word + n + (word[n] == '=');

	for (const struct word *w = words; w < words + sizeof words / sizeof *words; w++) {
		if (strlen(w->name) != n || strncmp(w->name, word, n) != 0)
			continue;
		if (w->fault != NULL)
			set_fault(w->fault, word, text);
		else if (w->number != NULL)
			*w->number = number(word, text, "");
		else if (w->text != NULL)
			strcpy(w->text, text);
		else
			set_nomem(word, text);
		return;
	}
	misuse(word, "no fault; see faults.c");
}

/*
 * Called by the first call of any kind: C++ allocates before our constructor would run, and
 * AddressSanitizer allocates before there is an environment.
 */
__attribute__((constructor)) static void
ready(void)
{
	char copy[ROOM], *word, *rest = copy;
	const char *all;

	if (faults.known || environ == NULL)
		return;
	faults.known = true;
	all = getenv("SML_FAULTS");
	if (all == NULL)
		return;
	if (strlen(all) >= sizeof copy)
		misuse(all, "too long");
	strcpy(copy, all);
	while ((word = strsep(&rest, ", ")) != NULL) {
		if (*word != '\0')
			set(word);
	}
}

/* A step on the way to the disk, before which the process may be killed. */
static void
step(void)
{
	ready();
	if (faults.kill == 0 ||
	    (faults.in[0] != '\0' && strcmp(faults.in, program_invocation_short_name) != 0))
		return;
	if (++faults.steps == faults.kill)
		raise(SIGKILL);
}

static bool
is_regular(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* Finds the function that would be called without this library. */
static void
find(void *function, const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	memcpy(function, &p, sizeof p);
}

/* Returns whether faults are meant for the descriptor's file. */
static bool
concerned(int fd)
{
	char link[32], path[ROOM];
	size_t n = strlen(faults.only);
	ssize_t length;

	ready();
	if (n == 0)
		return true;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof path);
	return length >= (ssize_t)n && memcmp(path + length - n, faults.only, n) == 0;
}

/* Counts a call.  Returns true if it must fail, with errno set. */
static bool
call_fails(struct fault *f)
{
	if (f->error == 0 || f->done++ < f->after)
		return false;
	errno = f->error;
	return true;
}

/* Returns true if a transfer of *n bytes must fail; else *n may become less. */
static bool
transfer_fails(struct fault *f, size_t *n)
{
	if (faults.eintr > 0 && ++faults.transfers % faults.eintr == 0) {
		errno = EINTR;
		return true;
	}
	if (f->error != 0 && f->done >= f->after) {
		errno = f->error;
		if (errno == EPIPE)
			raise(SIGPIPE);
		return true;
	}
	if (f->error != 0 && *n > f->after - f->done)
		*n = (size_t)(f->after - f->done);
	if (faults.most > 0 && *n > faults.most)
		*n = (size_t)faults.most;
	return false;
}

static ssize_t
transferred(struct fault *f, ssize_t n)
{
	if (n > 0)
		f->done += (uint64_t)n;
	return n;
}

/* Counts what a read got; SIGTERM may come after that. */
static ssize_t
got(ssize_t n)
{
	transferred(&faults.read, n);
	if (faults.term > 0 && faults.read.done >= faults.term && !faults.termed) {
		faults.termed = true;
		raise(SIGTERM);
	}
	return n;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	static ssize_t (*next)(int, const void *, size_t);

	if (next == NULL)
		find(&next, "write");
	if (faults.kill > 0 && is_regular(fd))
		step();
	if (fd == STDERR_FILENO || !concerned(fd))
		return next(fd, p, n);
	if (transfer_fails(&faults.write, &n))
		return -1;
	return transferred(&faults.write, next(fd, p, n));
}

ssize_t
read(int fd, void *p, size_t n)
{
	static ssize_t (*next)(int, void *, size_t);

	if (next == NULL)
		find(&next, "read");
	if (!concerned(fd))
		return next(fd, p, n);
	if (transfer_fails(&faults.read, &n))
		return -1;
	return got(next(fd, p, n));
}

ssize_t
pread(int fd, void *p, size_t n, off_t at)
{
	static ssize_t (*next)(int, void *, size_t, off_t);

	if (next == NULL)
		find(&next, "pread");
	if (!concerned(fd))
		return next(fd, p, n, at);
	if (transfer_fails(&faults.read, &n))
		return -1;
	return got(next(fd, p, n, at));
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	static ssize_t (*next)(int, const void *, size_t, off_t);

	if (next == NULL)
		find(&next, "pwrite");
	if (!concerned(fd))
		return next(fd, p, n, at);
	if (transfer_fails(&faults.write, &n))
		return -1;
	return transferred(&faults.write, next(fd, p, n, at));
}

ssize_t
writev(int fd, const struct iovec *piece, int count)
{
	static ssize_t (*next)(int, const struct iovec *, int);
	size_t all = 0, n;

	if (next == NULL)
		find(&next, "writev");
	if (!concerned(fd))
		return next(fd, piece, count);
	for (int i = 0; i < count; i++)
		all += piece[i].iov_len;
	n = all;
	if (transfer_fails(&faults.write, &n))
		return -1;
	/* A short transfer: only of the first piece. */
	if (n == all)
		return transferred(&faults.write, next(fd, piece, count));
	return transferred(&faults.write,
	    next(fd,
		&(struct iovec){ piece->iov_base, n < piece->iov_len ? n : piece->iov_len },
		1));
}

/* The functions that _FORTIFY_SOURCE calls instead of read and pread. */
ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __pread_chk(int, void *, size_t, off_t, size_t);

ssize_t
__read_chk(int fd, void *p, size_t n, size_t room)
{
	if (n > room)
		abort();
	return read(fd, p, n);
}

ssize_t
__pread_chk(int fd, void *p, size_t n, off_t at, size_t room)
{
	if (n > room)
		abort();
	return pread(fd, p, n, at);
}

int
fsync(int fd)
{
	static int (*next)(int);

	if (next == NULL)
		find(&next, "fsync");
	step();
	return concerned(fd) && call_fails(&faults.fsync) ? -1 : next(fd);
}

int
fdatasync(int fd)
{
	static int (*next)(int);

	if (next == NULL)
		find(&next, "fdatasync");
	step();
	return concerned(fd) && call_fails(&faults.fsync) ? -1 : next(fd);
}

int
ftruncate(int fd, off_t length)
{
	static int (*next)(int, off_t);

	if (next == NULL)
		find(&next, "ftruncate");
	step();
	return next(fd, length);
}

int
close(int fd)
{
	static int (*next)(int);
	bool fails = concerned(fd) && call_fails(&faults.close);
	int error = errno;

	if (next == NULL)
		find(&next, "close");
	if (!fails)
		return next(fd);
	next(fd);
	errno = error;
	return -1;
}

int
rename(const char *from, const char *to)
{
	static int (*next)(const char *, const char *);

	if (next == NULL)
		find(&next, "rename");
	step();
	ready();
	return call_fails(&faults.rename) ? -1 : next(from, to);
}

/* A program without librdkafka never calls these. */
void *
rd_kafka_begin_transaction(void *handle)
{
	static void *(*next)(void *);

	if (next == NULL)
		find(&next, "rd_kafka_begin_transaction");
	step();
	return next(handle);
}

void *
rd_kafka_send_offsets_to_transaction(void *handle, const void *offsets, const void *group,
    int ms)
{
	static void *(*next)(void *, const void *, const void *, int);

	if (next == NULL)
		find(&next, "rd_kafka_send_offsets_to_transaction");
	step();
	return next(handle, offsets, group, ms);
}

void *
rd_kafka_commit_transaction(void *handle, int ms)
{
	static void *(*next)(void *, int);
	void *error;

	if (next == NULL)
		find(&next, "rd_kafka_commit_transaction");
	step();
	if (faults.lost > 0 && ++faults.commits == faults.lost) {
		void *(*fail)(int, const char *, ...);

		find(&fail, "rd_kafka_error_new");
		error = next(handle, -1);
		return error != NULL ? error : fail(-172 /* ERR__STATE */, "lost");
	}
	if (faults.kill == 0)
		return next(handle, ms);
	/* The caller calls again if the time is over. */
	error = next(handle, 1);
	step();
	return error;
}

void *
rd_kafka_consumer_group_metadata(void *handle)
{
	static void *(*next)(void *);
	void *(*other)(const char *);

	if (next == NULL)
		find(&next, "rd_kafka_consumer_group_metadata");
	ready();
	if (faults.nomember == 0 || ++faults.asked != faults.nomember)
		return next(handle);
	find(&other, "rd_kafka_consumer_group_metadata_new");
	return other("none");
}

int
rd_kafka_commit(void *handle, const void *offsets, int async)
{
	static int (*next)(void *, const void *, int);

	if (next == NULL)
		find(&next, "rd_kafka_commit");
	ready();
	(void)sleep((unsigned int)faults.late);
	return next(handle, offsets, async);
}

/* Counts an allocation.  Returns true if it must fail. */
static bool
no_memory(void)
{
	uint64_t n;

	ready();
	n = ++faults.allocations;
	if (faults.nomem == 0 || n < faults.nomem || (n > faults.nomem && !faults.nomem_on))
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t n)
{
	static void *(*next)(size_t);

	if (next == NULL)
		find(&next, "malloc");
	return no_memory() ? NULL : next(n);
}

void *
calloc(size_t count, size_t n)
{
	static void *(*next)(size_t, size_t);

	if (next == NULL)
		find(&next, "calloc");
	return no_memory() ? NULL : next(count, n);
}

void *
realloc(void *p, size_t n)
{
	static void *(*next)(void *, size_t);

	if (next == NULL)
		find(&next, "realloc");
	return no_memory() ? NULL : next(p, n);
}

void
free(void *p)
{
	static void (*next)(void *);
	/* volatile, because the compiler does not expect dlsym to call back here. */
	static volatile bool finding;

	/* dlsym frees its last message; a sanitizer leaves one at the start. */
	if (next == NULL) {
		if (finding)
			return;
		finding = true;
		find(&next, "free");
		finding = false;
	}
	if (faults.termed && faults.frees > 0 && --faults.frees == 0)
		_exit(125);
	next(p);
}

__attribute__((destructor)) static void
tell_count(void)
{
	FILE *f;
	uint64_t n = faults.allocations;

	if (faults.count[0] == '\0')
		return;
	f = fopen(faults.count, "w");
	if (f == NULL || fprintf(f, "%" PRIu64 "\n", n) < 0 || fclose(f) != 0)
		misuse(faults.count, strerror(errno));
}
