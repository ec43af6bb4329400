#ifndef SML_REDIS_COMMAND_H
#define SML_REDIS_COMMAND_H

#include "base/buf.h"

/*
 * Write a command in Redis' protocol (RESP 2): command_begin with the number of words, then
 * that many command_word.  Return -1 with errno ENOMEM; the buffer then holds half a command.
 */
int command_begin(struct buf *, size_t words);
int command_word(struct buf *, const char *, size_t n);

/* Writes a word of two parts: a key is the prefix and the id. */
int command_join(struct buf *, const char *, size_t n, const char *, size_t m);

/* Writes a whole command whose words are terminated. */
int command_words(struct buf *, const char *const *word, size_t words);

#endif
