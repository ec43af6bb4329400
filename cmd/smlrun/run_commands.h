#ifndef SML_RUN_COMMANDS_H
#define SML_RUN_COMMANDS_H

#include "cli/options/opt.h"

/*
 * The commands of smlrun: each has a file, a cli and a main function.  This gets the command's
 * name as argv[0], then the arguments after the name; it returns the exit status.
 */
extern const struct program run_program;
extern const struct cli run_cli; /* smlrun without a command; in run_options.c */

extern const struct cli through_cli;
int through_main(int argc, char **argv);

/* Not for users: --shards starts it. */
extern const struct cli shard_cli;
int shard_main(int argc, char **argv);

extern const struct cli status_cli;
int status_main(int argc, char **argv);

extern const struct cli check_cli;
int check_main(int argc, char **argv);

extern const struct cli reset_cli;
int reset_main(int argc, char **argv);

#endif
