#ifndef SML_FUZZ_TOOL_STATE_H
#define SML_FUZZ_TOOL_STATE_H

#include <ctype.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli/report/diag.h"

#include "seal.h"

/*
 * The rest of a fuzz target of a tool's loader of states.  An input is a kind of run (its
 * first byte) and the lines of a snapshot, without the last one.  No lines mean those of a
 * real snapshot, which must be accepted.  The mutator knows lines and JSON values, and the
 * lines get the right last line, so that the tool's loader reads them.  The tool loads them,
 * takes records and saves; what it saved must load again.  Nothing may crash, or take long.
 */
enum { MOST = 1 << 16, MOST_KINDS = 8 };

/* What a target tells about its tool. */
struct target {
	int (*run)(int argc, char **argv);
	const char *kinds[MOST_KINDS]; /* the options of each, between blanks */
	const char *then;	       /* options when a state is loaded */
	void (*write_record)(FILE *, int i);
	int records; /* how many a run reads */
};
static const struct target fuzzed;

int LLVMFuzzerInitialize(int *, char ***);
size_t LLVMFuzzerCustomMutator(uint8_t *, size_t, size_t, unsigned int);
size_t LLVMFuzzerMutate(uint8_t *, size_t, size_t);
void __sanitizer_set_report_fd(void *);

/* A state of each kind as the tool saved it, all but the last line. */
static struct real {
	char p[MOST];
	size_t n;
} real[MOST_KINDS];

static char state[64], first_records[64], next_records[64];

static inline size_t
kinds_count(void)
{
	size_t n = 0;

	while (n < MOST_KINDS && fuzzed.kinds[n] != NULL)
		n++;
	return n;
}

static inline void
read_real(struct real *to)
{
	FILE *f = fopen(state, "r");

	need(f != NULL);
	to->n = fread(to->p, 1, MOST, f);
	need(fclose(f) == 0 && to->n < MOST / 2);
	to->n = unsealed(to->p, to->n);
}

static inline void
write_records(const char *path, int from)
{
	FILE *f = fopen(path, "w");

	need(f != NULL);
	for (int i = from; i < from + fuzzed.records; i++)
		fuzzed.write_record(f, i);
	need(fclose(f) == 0);
}

/* Hides the messages of the tool, but not the reports of sanitizers. */
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
run_tool(size_t kind, const char *more, const char *records)
{
	char words[1024], *argv[40] = { (char[]){ "tool" } };
	int argc = 1, status, null = open("/dev/null", O_RDWR | O_CLOEXEC);

	need(snprintf(words, sizeof words, "%s %s --state %s %s", fuzzed.kinds[kind], more,
		 state, records) < (int)sizeof words);
	for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] = word;
	need(null != -1 && dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(null, 2) == 2);
	close(null);
	optind = 0;
	status = fuzzed.run(argc, argv);
	need(dup2(messages, 2) == 2);
	return status;
}

/* By default libFuzzer takes no input longer than 4096 bytes. */
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

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	allow_long_inputs(argc, argv);
	keep_reports();
	write_records(scratch(first_records, "first"), 0);
	write_records(scratch(next_records, "next"), fuzzed.records);
	scratch(state, "state");
	for (size_t i = 0; i < kinds_count(); i++) {
		unlink(state);
		need(run_tool(i, "", first_records) == EXIT_OK);
		read_real(&real[i]);
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t kind = size == 0 ? 0 : data[0] % kinds_count(), n = size < 2 ? 0 : size - 1;
	int status;

	if (n > MOST)
		return 0;
	if (n == 0)
		write_snapshot(state, real[kind].p, real[kind].n, true);
	else
		write_snapshot(state, data + 1, n, true);
	status = run_tool(kind, fuzzed.then, next_records);
	need(n > 0 || status == EXIT_OK);
	if (status == EXIT_OK || status == EXIT_REJECTS)
		need(run_tool(kind, fuzzed.then, first_records) != EXIT_FAILED);
	return 0;
}

/* Returns where the n-th line begins, or the end. */
static inline size_t
line_at(const char *p, size_t size, size_t n)
{
	size_t i;

	for (i = 0; i < size && n > 0; i++)
		n -= p[i] == '\n';
	return i;
}

/* Returns roughly where a JSON value ends. */
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
	/* A line is removed, or repeated, or moved. */
	if (rand_r(seed) % 3 != 0)
		size = replace(p, size, most, from, to, "", 0);
	if (rand_r(seed) % 3 != 0) {
		from = line_at(p, size, (size_t)rand_r(seed) % (lines + 1));
		size = replace(p, size, most, from, from, line, n);
	}
	return size;
}

/*
 * Every second time begin with a real snapshot: most that were changed twice are refused
 * immediately.
 */
size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed)
{
	char *p = (char *)data + 1;

	if (most < MOST / 2)
		return size;
	if (size < 2 || rand_r(&seed) % 2 == 0) {
		data[0] = (uint8_t)(seed % kinds_count());
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
