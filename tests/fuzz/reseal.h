#ifndef SML_FUZZ_RESEAL_H
#define SML_FUZZ_RESEAL_H

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

/*
 * For fuzz targets of the loaders of states: the lines of a snapshot but the
 * last are changed, by a mutator that knows lines and values of JSON, and
 * sealed again, so that the tool's own loader meets them.
 */
enum { MOST = 1 << 16 };

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
size_t LLVMFuzzerCustomMutator(uint8_t *, size_t, size_t, unsigned int);
size_t LLVMFuzzerMutate(uint8_t *, size_t, size_t);
void __sanitizer_set_report_fd(void *);

/* A state as the tool saved it, all but the last line. */
struct real {
	char p[MOST];
	size_t n;
};

static inline void
need(bool held)
{
	if (!held)
		abort();
}

static inline void
write_file(const char *path, const char *p, size_t n)
{
	FILE *f = fopen(path, "w");

	need(f != NULL && (n == 0 || fwrite(p, 1, n, f) == n) && fclose(f) == 0);
}

static inline void
read_real(const char *path, struct real *real)
{
	char *last;
	FILE *f = fopen(path, "r");

	need(f != NULL);
	real->n = fread(real->p, 1, MOST - 1, f);
	need(fclose(f) == 0 && real->n < MOST - 1);
	real->p[real->n] = '\0';
	last = strstr(real->p, "{\"lines\":");
	need(last != NULL);
	real->n = (size_t)(last - real->p);
}

/* Writes n bytes of lines as a state: with the last line that seals them. */
static inline void
write_sealed(const char *path, const char *p, size_t n)
{
	static char sealed[MOST + 64];
	size_t lines = 0;

	need(n <= MOST);
	memcpy(sealed, p, n);
	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	snprintf(sealed + n, 64, "{\"lines\":%zu,\"xxh64\":\"%016" PRIx64 "\"}\n", lines,
	    (uint64_t)XXH64(sealed, n, 0));
	write_file(path, sealed, n + strlen(sealed + n));
}

/* Messages of the tool are not to be seen; reports of sanitizers are. */
static int messages = -1;

static inline void
keep_reports(void)
{
	messages = fcntl(2, F_DUPFD_CLOEXEC, 10);
	need(messages != -1);
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): the interface says so */
	__sanitizer_set_report_fd((void *)(intptr_t)messages);
}

static inline int
run_silently(int (*tool)(int, char **), int argc, char **argv)
{
	int status, null = open("/dev/null", O_RDWR | O_CLOEXEC);

	need(null != -1 && dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(null, 2) == 2);
	close(null);
	optind = 0;
	status = tool(argc, argv);
	need(dup2(messages, 2) == 2);
	return status;
}

/* Where it is not said, libFuzzer takes no input longer than 4096 bytes. */
static inline void
allow_long_inputs(int *argc, char ***argv)
{
	static char longest[32], *arguments[64];

	need(*argc > 0 && *argc < 60);
	snprintf(longest, sizeof longest, "-max_len=%d", MOST / 2);
	arguments[0] = (*argv)[0];
	arguments[1] = longest;
	memcpy(arguments + 2, *argv + 1, (size_t)*argc * sizeof **argv);
	*argv = arguments;
	++*argc;
}

/* A place where a line begins, the n-th from the start, or the end. */
static inline size_t
line_at(const char *p, size_t size, size_t n)
{
	size_t i;

	for (i = 0; i < size && n > 0; i++)
		n -= p[i] == '\n';
	return i;
}

/* The end of a value of JSON, taken roughly. */
static inline size_t
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
static inline size_t
replace(char *p, size_t size, size_t most, size_t from, size_t to, const char *by, size_t n)
{
	if (size - (to - from) + n > most)
		return size;
	memmove(p + from + n, p + to, size - to);
	memcpy(p + from, by, n);
	return size - (to - from) + n;
}

static inline size_t
mutate_value(char *p, size_t size, size_t most, unsigned int *seed)
{
	static const char *const values[] = { "null", "3", "[]", "{}", "\"x\"", "true", "0",
		"-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
		"1e400", "[1]", "[null,1.50]", "0.5", "1e16", "99999999999999999999999999",
		"\"\\\"\"", "\"1,\\n2\"", "\"tru\"" };
	size_t at = (size_t)rand_r(seed) % size, end;
	const char *by = values[(size_t)rand_r(seed) % (sizeof values / sizeof values[0])];

	while (at < size && strchr(":[,", p[at]) == NULL)
		at++;
	if (at == size)
		return size;
	end = value_end(p, size, ++at);
	return replace(p, size, most, at, end, by, strlen(by));
}

static inline size_t
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

static inline size_t
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

/*
 * An input is a kind of state (its first byte) and its lines.  Every other time
 * from a real one: most that were changed twice are refused at once.
 */
static inline size_t
mutate_state(uint8_t *data, size_t size, size_t most, unsigned int seed,
    const struct real *real, size_t kinds)
{
	char *p = (char *)data + 1;

	if (most < MOST / 2)
		return size;
	if (size < 2 || rand_r(&seed) % 2 == 0) {
		data[0] = (uint8_t)(seed % kinds);
		memcpy(p, real[data[0]].p, real[data[0]].n);
		size = real[data[0]].n + 1;
	}
	size--;
	most = most - 1 > MOST ? MOST : most - 1;
	for (int i = rand_r(&seed) % 4 / 2; i >= 0 && size > 0; i--)
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

#endif
