/* A state of smldrift that was tampered with (tool_state.h). */
#include "tool_state.h"

int smldrift_main(int argc, char **argv);
#define main smldrift_main
#include "smldrift.c"
#undef main

static void
write_record(FILE *f, int i)
{
	fprintf(f, "{\"v\":%d.25}\n", i * i % 17);
}

static const struct target fuzzed = {
	.run = smldrift_main,
	.kinds = {
		"-d ks -f v --window 20 --min 5 --rejects /dev/null",
		"-d ks -f v --window 20 --after reset --annotate --rejects /dev/null",
		"-d ks -f v --window 70 --rejects /dev/null",
	},
	.then = "",
	.write_record = write_record,
	.records = 60,
};
