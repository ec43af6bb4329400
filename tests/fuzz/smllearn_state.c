/*
 * A state of smllearn that was tampered with, sealed again, so that the tool's own loader meets it:
 * it is loaded, records are taken and it is saved; what was saved loads again.  Nothing may crash, or
 * take long; a state as it was saved must be taken.
 */
#include "reseal.h"

int smllearn_main(int argc, char **argv);
#define main smllearn_main
#include "smllearn.c"
#undef main

static const char *const kinds[][12] = {
	{ "-y", "y", "-f", "x,a", NULL },
	{ "-y", "y", "-f", "x,v,z", "--missing", "zero", "--scale", "standard", NULL },
	{ "-y", "s", "-f", "x,a", "--task", "classify", NULL },
	{ "-y", "b", "-f", "x", "--task", "classify", "--scale", "standard", "--missing",
	    "skip", NULL },
};

#define KINDS (sizeof kinds / sizeof kinds[0])

/* In memory, for a state is synced to its disk. */
static char folder[] = "/dev/shm/learn.XXXXXX";
static char state[64], records[64];
static struct real real[KINDS];

static int
run_tool(size_t kind)
{
	static char text[16][64];
	char *argv[20];
	int argc = 0;

	argv[argc++] = (char[]){ "smllearn" };
	for (size_t i = 0; kinds[kind][i] != NULL; i++) {
		snprintf(text[i], sizeof text[i], "%s", kinds[kind][i]);
		argv[argc++] = text[i];
	}
	argv[argc++] = (char[]){ "--state" };
	argv[argc++] = state;
	argv[argc++] = (char[]){ "--rejects" };
	argv[argc++] = (char[]){ "/dev/null" };
	argv[argc++] = records;
	argv[argc] = NULL;
	return run_silently(smllearn_main, argc, argv);
}

static void
leave(void)
{
	char lock[80];

	snprintf(lock, sizeof lock, "%s.lock", state);
	unlink(lock);
	unlink(state);
	unlink(records);
	rmdir(folder);
}

static void
write_records(void)
{
	FILE *f = fopen(records, "w");

	need(f != NULL);
	for (int i = 0; i < 60; i++)
		fprintf(f,
		    "{\"x\":%d,\"a\":[%d,0.5],\"v\":%d.25,\"y\":%d,\"s\":\"%s\",\"b\":%d}\n",
		    i * 7 % 11, i % 3, i * i % 17, i, i % 5 < 2 ? "no" : "yes", i % 2);
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
	write_records();
	for (size_t i = 0; i < KINDS; i++) {
		unlink(state);
		need(run_tool(i) == EXIT_OK);
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
	status = run_tool(kind);
	need(n > 0 || status == EXIT_OK);
	/* What was loaded and saved is a state. */
	if (status == EXIT_OK || status == EXIT_REJECTS)
		need(run_tool(kind) != EXIT_FAILED);
	return 0;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int seed)
{
	return mutate_state(data, size, most, seed, real, KINDS);
}
