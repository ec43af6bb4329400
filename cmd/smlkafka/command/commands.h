#ifndef SML_COMMANDS_H
#define SML_COMMANDS_H

#include "cli/options/opt.h"

/*
 * What smlkafka can do: a file, a face and a main each.  The main gets what
 * follows the command's name (argv[0] is the name) and returns the exit
 * status.
 */
extern const struct face consume_face;
int consume_main(int argc, char **argv);

extern const struct face produce_face;
int produce_main(int argc, char **argv);

extern const struct face replay_face;
int replay_main(int argc, char **argv);

extern const struct face lag_face;
int lag_main(int argc, char **argv);

extern const struct face topics_face;
int topics_main(int argc, char **argv);

extern const struct face offsets_face;
int offsets_main(int argc, char **argv);

#endif
