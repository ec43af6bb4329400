/*
 * A state of smlwindow that was tampered with, sealed again, so that the tool's own loader meets
 * it: it is loaded, records are counted in it, every window closes and it is saved. Nothing may
 * crash, or take long; a state as it was saved must be taken.
 *
 * An input is a kind of window (its first byte) and the lines of a snapshot but the last; none
 * stand for those of a real one. The mutator knows lines and values of JSON.
 */
#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include <xxhash.h>

int smlwindow_main(int argc, char **argv);
#define main smlwindow_main
#include "smlwindow.c"
#undef main

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
size_t LLVMFuzzerCustomMutator(uint8_t *, size_t, size_t, unsigned int);
size_t LLVMFuzzerMutate(uint8_t *, size_t, size_t);
void __sanitizer_set_report_fd(void *);

#define ALL \
	"count(),var(v),min(v),max(v),median(v),quantile(v,0.25),distinct(v),first(w),last(" \
	"w)," \
	"sum(w),distinct(w)"

static const struct trial {
	const char *window, *functions;
	bool exclude;
} kinds[] = {
	{ "sliding:30ms", ALL ",lag(v,2),first(v),count(x)", false },
	{ "sliding:30ms", "mean(v),count(x),distinct(w)", true },
	{ "tumbling:10ms", ALL, false },
	{ "hopping:30ms/20ms", ALL, false },
	{ "session:5ms", ALL, false },
	{ "count:7", ALL, false },
	{ "global", ALL, false },
};

#define KINDS (sizeof kinds / sizeof kinds[0])

enum { MOST = 1 << 16 };

/* In memory, for a state is synced to its disk. */
static char folder[] = "/dev/shm/window.XXXXXX";
static char state[64], records[64], more[64];
static struct {
	char p[MOST];
	size_t n;
} real[KINDS]; /* all but the last line */
static int messages;

static void
need(bool held)
{
	if (!held)
		abort();
}

static void
write_file(const char *path, const char *p, size_t n)
{
	FILE *f = fopen(path, "w");

	need(f != NULL && (n == 0 || fwrite(p, 1, n, f) == n) && fclose(f) == 0);
}

/* Runs the tool, which says nothing. */
static int
run_tool(const struct trial *kind, const char *file, bool drain)
{
	char window[32], functions[256], path[64], in[64];
	char *argv[24] = { (char[]){ "smlwindow" }, (char[]){ "-k" }, (char[]){ "k,l" },
		(char[]){ "-t" }, (char[]){ "t" }, (char[]){ "--lateness" },
		(char[]){ "15ms" }, (char[]){ "--late" }, (char[]){ "/dev/null" },
		(char[]){ "--state" }, path, (char[]){ "-w" }, window, (char[]){ "-a" },
		functions, in };
	int argc = 16, status, null = open("/dev/null", O_RDWR | O_CLOEXEC);

	strcpy(window, kind->window);
	strcpy(functions, kind->functions);
	strcpy(path, state);
	strcpy(in, file);
	if (kind->exclude)
		argv[argc++] = (char[]){ "--exclude-current" };
	if (drain)
		argv[argc++] = (char[]){ "--drain" };
	need(null != -1 && dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(null, 2) == 2);
	close(null);
	optind = 0;
	status = smlwindow_main(argc, argv);
	need(dup2(messages, 2) == 2);
	return status;
}

static void
leave(void)
{
	char lock[80];

	snprintf(lock, sizeof lock, "%s.lock", state);
	unlink(lock);
	unlink(state);
	unlink(records);
	unlink(more);
	rmdir(folder);
}

/* Records of a few keys, out of order, some with times that are text or values of all kinds. */
static void
write_records(const char *path, int from)
{
	static const char *const values[] = { "1", "2.50", "9007199254740993", "1e300", "-3.5",
		"null", "true", "0.1", "123456789012345678901234567890" };
	FILE *f = fopen(path, "w");
	int i;

	need(f != NULL);
	for (i = from; i < from + 40; i++)
		fprintf(f,
		    "{\"t\":%d,\"k\":%s,\"l\":\"a longer key "
		    "%d\",\"v\":%s,\"w\":%s,\"x\":%d}\n",
		    i * 3 - i * 7 % 11, i % 3 == 0 ? "1.0" : "1", i % 2, values[i % 9],
		    values[i * 5 % 9], i);
	need(fclose(f) == 0);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char longest[32], *arguments[64];
	char *last;
	FILE *f;
	size_t i;

	/* Where it is not said, no input is longer than 4096 bytes. */
	need(*argc > 0 && *argc < 60);
	snprintf(longest, sizeof longest, "-max_len=%d", MOST / 2);
	arguments[0] = (*argv)[0];
	arguments[1] = longest;
	memcpy(arguments + 2, *argv + 1, (size_t)*argc * sizeof **argv);
	*argv = arguments;
	++*argc;
	if (mkdtemp(folder) == NULL || atexit(leave) != 0 ||
	    (messages = fcntl(2, F_DUPFD_CLOEXEC, 10)) == -1)
		return -1;
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): the interface says so */
	__sanitizer_set_report_fd((void *)(intptr_t)messages);
	snprintf(state, sizeof state, "%s/state", folder);
	snprintf(records, sizeof records, "%s/records", folder);
	snprintf(more, sizeof more, "%s/more", folder);
	write_records(records, 0);
	write_records(more, 40);
	for (i = 0; i < KINDS; i++) {
		unlink(state);
		need(run_tool(&kinds[i], records, false) == EXIT_OK);
		need((f = fopen(state, "r")) != NULL);
		real[i].n = fread(real[i].p, 1, MOST - 1, f);
		need(fclose(f) == 0 && real[i].n < MOST - 1);
		last = strstr(real[i].p, "{\"lines\":");
		need(last != NULL);
		real[i].n = (size_t)(last - real[i].p);
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char sealed[MOST + 64];
	size_t kind = size == 0 ? 0 : data[0] % KINDS, lines = 0, n = size < 2 ? 0 : size - 1,
	       i;
	bool own = n == 0;
	int status;

	if (n > MOST)
		return 0;
	if (own)
		n = real[kind].n;
	memcpy(sealed, own ? real[kind].p : (const char *)data + 1, n);
	for (i = 0; i < n; i++)
		lines += sealed[i] == '\n';
	snprintf(sealed + n, 64, "{\"lines\":%zu,\"xxh64\":\"%016" PRIx64 "\"}\n", lines,
	    (uint64_t)XXH64(sealed, n, 0));
	write_file(state, sealed, n + strlen(sealed + n));
	status = run_tool(&kinds[kind], more, true);
	need(!own || status == EXIT_OK);
	if (status == EXIT_OK)
		need(run_tool(&kinds[kind], records, true) == EXIT_OK);
	return 0;
}

/* A place where a line begins, the n-th from the start, or the end. */
static size_t
line_at(const char *p, size_t size, size_t n)
{
	size_t i;

	for (i = 0; i < size && n > 0; i++)
		n -= p[i] == '\n';
	return i;
}

/* The end of a value of JSON, taken roughly. */
static size_t
value_end(const char *p, size_t size, size_t at)
{
	int depth = 0;
	bool text = false;

	for (; at < size && p[at] != '\n'; at++) {
		if (p[at] == '"')
			text = !text;
		else if (!text && strchr("[{", p[at]) != NULL)
			depth++;
		else if (!text && strchr("]}", p[at]) != NULL && --depth < 0)
			break;
		else if (!text && p[at] == ',' && depth == 0)
			break;
	}
	return at;
}

/* Replaces bytes [from, to) by others; returns the new size, or the old where there's no room. */
static size_t
replace(char *p, size_t size, size_t most, size_t from, size_t to, const char *by, size_t n)
{
	if (size - (to - from) + n > most)
		return size;
	memmove(p + from + n, p + to, size - to);
	memcpy(p + from, by, n);
	return size - (to - from) + n;
}

static size_t
mutate_value(char *p, size_t size, size_t most, unsigned int *seed)
{
	static const char *const values[] = { "null", "3", "[]", "{}", "\"x\"", "true", "0",
		"-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
		"1e400", "[1]", "[null,1.50]", "0.5", "1e16", "99999999999999999999999999" };
	size_t at = (size_t)rand_r(seed) % size, end;
	const char *by = values[(size_t)rand_r(seed) % (sizeof values / sizeof values[0])];

	while (at < size && strchr(":[,", p[at]) == NULL)
		at++;
	if (at == size)
		return size;
	end = value_end(p, size, ++at);
	return replace(p, size, most, at, end, by, strlen(by));
}

static size_t
mutate_number(char *p, size_t size, size_t most, unsigned int *seed)
{
	size_t at = (size_t)rand_r(seed) % size, end;
	char by[32];

	while (at < size && !isdigit((unsigned char)p[at]))
		at++;
	for (end = at; end < size && isdigit((unsigned char)p[end]); end++)
		;
	if (at == size || end - at > 18)
		return size;
	snprintf(by, sizeof by, "%lld", atoll(p + at) + rand_r(seed) % 5 - 2);
	return replace(p, size, most, at, end, by, strlen(by));
}

static size_t
mutate_lines(char *p, size_t size, size_t most, unsigned int *seed)
{
	static char line[MOST];
	size_t lines = 0, i, from, to, n;

	for (i = 0; i < size; i++)
		lines += p[i] == '\n';
	if (lines == 0)
		return size;
	from = line_at(p, size, (size_t)rand_r(seed) % lines);
	to = line_at(p + from, size - from, 1) + from;
	n = to - from;
	memcpy(line, p + from, n);
	/* One goes, or comes twice, or elsewhere. */
	if (rand_r(seed) % 3 != 0)
		size = replace(p, size, most, from, to, "", 0);
	if (rand_r(seed) % 3 != 0) {
		from = line_at(p, size, (size_t)rand_r(seed) % (lines + 1));
		size = replace(p, size, most, from, from, line, n);
	}
	return size;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed)
{
	char *p = (char *)data + 1;
	size_t kind;
	int i;

	if (most < MOST / 2)
		return size;
	/* Every other time from a real one: most that were changed twice are refused at once. */
	if (size < 2 || rand_r(&seed) % 2 == 0) {
		data[0] = (uint8_t)(seed % KINDS);
		kind = data[0];
		memcpy(p, real[kind].p, real[kind].n);
		size = real[kind].n + 1;
	}
	size--;
	most--;
	if (most > MOST)
		most = MOST;
	for (i = rand_r(&seed) % 4 / 2; i >= 0 && size > 0; i--)
		switch (rand_r(&seed) % 8) {
		case 0:
		case 1:
		case 2:
			size = mutate_value(p, size, most, &seed);
			break;
		case 3:
		case 4:
			size = mutate_number(p, size, most, &seed);
			break;
		case 5:
		case 6:
			size = mutate_lines(p, size, most, &seed);
			break;
		default:
			size = LLVMFuzzerMutate((uint8_t *)p, size, most);
			break;
		}
	return size + 1;
}
