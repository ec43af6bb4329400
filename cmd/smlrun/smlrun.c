/* smlrun - runs a pipeline from source to sink, and commits what it did, all or nothing */
#include "run_commands.h"
#include "run_options.h"
#include "supervise.h"

static const struct cli *const commands[] = { &run_cli, &through_cli, &status_cli, &check_cli,
	&reset_cli, NULL };

const struct program run_program = {
	.tool = "smlrun",
	.what = "run a pipeline from source to sink, each record exactly once",
	.commands = commands,
};

static int
run_main(int argc, char **argv)
{
	struct run_options options;
	int status;

	run_options_read(&options, argc, argv);
	status = supervise(&options);
	run_options_free(&options);
	return status;
}

int
main(int argc, char **argv)
{
	static int (*const mains[])(int, char **) = { run_main, through_main, status_main,
		check_main, reset_main };
	const struct cli *cli = opt_command(&run_program, &argc, &argv);

	for (size_t i = 0; commands[i] != NULL; i++)
		if (commands[i] == cli)
			return mains[i](argc, argv);
	return EXIT_USAGE;
}
