#ifndef SML_REDIS_COMMAND_H
#define SML_REDIS_COMMAND_H

#include "base/buf.h"

/*
 * Commands in Redis' protocol (RESP 2): command_begin with the number of words, then that many
 * command_word.  -1 with errno ENOMEM; what stands in the buffer is half a command then.
 */
int command_begin(struct buf *, size_t words);
int command_word(struct buf *, const char *, size_t n);

/* One of two parts: a key is the prefix and the id. */
int command_join(struct buf *, const char *, size_t n, const char *, size_t m);

/* A whole command whose words are texts. */
int command_words(struct buf *, const char *const *word, size_t words);

#endif
