#ifndef SML_COMMANDS_H
#define SML_COMMANDS_H

#include "cli/options/opt.h"

/*
 * The commands of smlkafka: each has a file, a cli and a main function.  This gets the
 * command's name as argv[0], then the arguments after the name; it returns the exit status.
 */
extern const struct cli consume_cli;
int consume_main(int argc, char **argv);

extern const struct cli produce_cli;
int produce_main(int argc, char **argv);

extern const struct cli replay_cli;
int replay_main(int argc, char **argv);

extern const struct cli lag_cli;
int lag_main(int argc, char **argv);

extern const struct cli topics_cli;
int topics_main(int argc, char **argv);

extern const struct cli offsets_cli;
int offsets_main(int argc, char **argv);

#endif
