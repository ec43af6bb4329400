/* smlrun - runs a pipeline from source to sink, and commits what it did, all or nothing */
#include "run_options.h"
#include "supervise.h"

int
main(int argc, char **argv)
{
	struct run_options options;
	int status;

	run_options_read(&options, argc, argv);
	status = supervise(&options);
	run_options_free(&options);
	return status;
}
