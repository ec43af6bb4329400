/* smlrun - runs a pipeline from source to sink, and commits its work, all or nothing */
#include <string.h>

#include "run_commands.h"
#include "run_options.h"
#include "supervise.h"

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
	static const struct {
		const struct cli *cli;
		int (*main)(int argc, char **argv);
	} commands[] = { { &run_cli, run_main }, { &through_cli, through_main },
		{ &status_cli, status_main }, { &check_cli, check_main },
		{ &reset_cli, reset_main } };
	const struct cli *cli;

	if (argc > 1 && strcmp(argv[1], shard_cli.command) == 0)
		return shard_main(argc - 1, argv + 1);
	cli = opt_command(&run_program, &argc, &argv);
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (commands[i].cli == cli)
			return commands[i].main(argc, argv);
	return EXIT_USAGE;
}
