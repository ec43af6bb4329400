/* A state of smllearn that was tampered with (tool_state.h). */
#include "tool_state.h"

int smllearn_main(int argc, char **argv);
#define main smllearn_main
#include "smllearn.c"
#undef main

static void
write_record(FILE *f, int i)
{
	fprintf(f, "{\"x\":%d,\"a\":[%d,0.5],\"v\":%d.25,\"y\":%d,\"s\":\"%s\",\"b\":%d}\n",
	    i * 7 % 11, i % 3, i * i % 17, i, i % 5 < 2 ? "no" : "yes", i % 2);
}

static const struct target fuzzed = {
	.run = smllearn_main,
	.kinds = {
		"-y y -f x,a --rejects /dev/null",
		"-y s -f x,a --rejects /dev/null",
		"-y y -f x,a --learner sgd --rejects /dev/null",
		"-y y -f x,v,z --learner coin --missing zero --scale standard --rejects /dev/null",
		"-y s -f x,a --task classify --rejects /dev/null",
		"-y b -f x --learner adaptive --task classify --scale standard --missing skip --rejects /dev/null",
	},
	.then = "",
	.write_record = write_record,
	.records = 60,
};
