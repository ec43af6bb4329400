/*
 * A state of smlwindow that was tampered with, sealed again, so that the tool's own loader meets
 * it: it is loaded, records are counted in it, every window closes and it is saved. Nothing may
 * crash, or take long; a state as it was saved must be taken.
 *
 * An input is a kind of window (its first byte) and the lines of a snapshot but the last; none
 * stand for those of a real one. The mutator knows lines and values of JSON.
 */
#include "reseal.h"

int smlwindow_main(int argc, char **argv);
#define main smlwindow_main
#include "smlwindow.c"
#undef main

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

/* In memory, for a state is synced to its disk. */
static char folder[] = "/dev/shm/window.XXXXXX";
static char state[64], records[64], more[64];
static struct real real[KINDS];

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
	int argc = 16;

	strcpy(window, kind->window);
	strcpy(functions, kind->functions);
	strcpy(path, state);
	strcpy(in, file);
	if (kind->exclude)
		argv[argc++] = (char[]){ "--exclude-current" };
	if (drain)
		argv[argc++] = (char[]){ "--drain" };
	return run_silently(smlwindow_main, argc, argv);
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
	allow_long_inputs(argc, argv);
	if (mkdtemp(folder) == NULL || atexit(leave) != 0)
		return -1;
	keep_reports();
	snprintf(state, sizeof state, "%s/state", folder);
	snprintf(records, sizeof records, "%s/records", folder);
	snprintf(more, sizeof more, "%s/more", folder);
	write_records(records, 0);
	write_records(more, 40);
	for (size_t i = 0; i < KINDS; i++) {
		unlink(state);
		need(run_tool(&kinds[i], records, false) == EXIT_OK);
		read_real(state, &real[i]);
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t kind = size == 0 ? 0 : data[0] % KINDS, n = size < 2 ? 0 : size - 1;
	int status;

	if (n > MOST)
		return 0;
	if (n == 0)
		write_sealed(state, real[kind].p, real[kind].n);
	else
		write_sealed(state, (const char *)data + 1, n);
	status = run_tool(&kinds[kind], more, true);
	need(n > 0 || status == EXIT_OK);
	if (status == EXIT_OK)
		need(run_tool(&kinds[kind], records, true) == EXIT_OK);
	return 0;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed)
{
	return mutate_state(data, size, most, seed, real, KINDS);
}
