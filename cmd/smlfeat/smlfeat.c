/* smlfeat - keep features by key, and add them to each request */
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "feat_options.h"

static const struct feat_command *const commands[] = { &put_command, &get_command,
	&del_command, &scan_command, &dump_command, &load_command, &sweep_command,
	&stat_command, &check_command };
enum { COMMANDS = sizeof commands / sizeof commands[0] };

/*
 * Reports SIGBUS.  A store's file is mapped into memory: if the file was cut short, or the
 * disk cannot read it, the system reports that only by this signal.
 */
static void
on_bus_error(int signal)
{
	static const char text[] = "smlfeat: the store cannot be read: its file was cut "
				   "short, or the disk has failed\n";

	(void)signal;
	(void)!write(STDERR_FILENO, text, sizeof text - 1);
	_exit(EXIT_FAILED);
}

int
main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = on_bus_error };
	const struct cli *clis[COMMANDS + 1] = { NULL }, *cli;
	const struct program program = { .tool = "smlfeat",
		.what = "keep features by key, and add them to requests",
		.commands = clis };
	struct feat_options o;
	int status = EXIT_FAILED;

	for (size_t i = 0; i < COMMANDS; i++)
		clis[i] = &commands[i]->cli;
	cli = opt_command(&program, &argc, &argv);
	options_begin(&o);
	opt_parse(cli, &o, argc, argv);
	options_settle(&o);
	(void)sigaction(SIGBUS, &action, NULL);
	for (size_t i = 0; i < COMMANDS; i++)
		if (cli == &commands[i]->cli)
			status = commands[i]->run(&o);
	opt_free(cli, &o);
	return status;
}
