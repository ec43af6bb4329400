/* smlkafka - the bridge between pipes and Kafka */
#include "command/commands.h"

static const struct {
	const struct cli *cli;
	int (*main)(int argc, char **argv);
} commands[] = {
	{ &consume_cli, consume_main },
	{ &produce_cli, produce_main },
	{ &replay_cli, replay_main },
	{ &lag_cli, lag_main },
	{ &topics_cli, topics_main },
	{ &offsets_cli, offsets_main },
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

int
main(int argc, char **argv)
{
	const struct cli *clis[COMMANDS + 1] = { NULL };
	const struct program program = {
		.tool = "smlkafka",
		.what = "carry records between pipes and Kafka",
		.commands = clis,
	};
	const struct cli *cli;

	for (size_t i = 0; i < COMMANDS; i++)
		clis[i] = commands[i].cli;
	cli = opt_command(&program, &argc, &argv);
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].cli == cli)
			return commands[i].main(argc, argv);
	return EXIT_USAGE;
}
