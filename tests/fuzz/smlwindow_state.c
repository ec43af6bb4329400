/* A state of smlwindow that was tampered with (tool_state.h): in the end every window closes. */
#include "tool_state.h"

int smlwindow_main(int argc, char **argv);
#define main smlwindow_main
#include "smlwindow.c"
#undef main

#define RUN "-k k,l -t t --lateness 15ms --late /dev/null -w "
#define ALL \
	" -a count(),var(v),min(v),max(v),median(v),quantile(v,0.25),distinct(v),first(w)," \
	"last(w),sum(w),distinct(w)"

/* Records of a few keys, out of order, some with times that are text or values of all kinds. */
static void
write_record(FILE *f, int i)
{
	static const char *const values[] = { "1", "2.50", "9007199254740993", "1e300", "-3.5",
		"null", "true", "0.1", "123456789012345678901234567890" };

	fprintf(f,
	    "{\"t\":%d,\"k\":%s,\"l\":\"a longer key %d\",\"v\":%s,\"w\":%s,\"x\":%d}\n",
	    i * 3 - i * 7 % 11, i % 3 == 0 ? "1.0" : "1", i % 2, values[i % 9],
	    values[i * 5 % 9], i);
}

static const struct target fuzzed = {
	.run = smlwindow_main,
	.kinds = {
		RUN "sliding:30ms" ALL ",lag(v,2),first(v),count(x)",
		RUN "sliding:30ms -a mean(v),count(x),distinct(w) --exclude-current",
		RUN "tumbling:10ms" ALL,
		RUN "hopping:30ms/20ms" ALL,
		RUN "session:5ms" ALL,
		RUN "count:7" ALL,
		RUN "global" ALL,
	},
	.then = "--drain",
	.write_record = write_record,
	.records = 40,
};
