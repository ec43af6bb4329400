#ifndef SML_REDIS_COMMAND_H
#define SML_REDIS_COMMAND_H

#include "base/buf.h"

/*
 * These write a command in Redis' protocol (RESP 2): call command_begin with the number of
 * words, then command_word for each word.  They return -1 with errno ENOMEM if memory is
 * short; the buffer then has a part of a command.
 */
int command_begin(struct buf *, size_t words);
int command_word(struct buf *, const char *, size_t n);

/* Writes a word of two parts, such as a key: the prefix and the id. */
int command_join(struct buf *, const char *, size_t n, const char *, size_t m);

/* Writes a whole command; its words are C strings. */
int command_words(struct buf *, const char *const *word, size_t words);

#endif
