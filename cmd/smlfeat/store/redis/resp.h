#ifndef SML_RESP_H
#define SML_RESP_H

#include "base/buf.h"

/*
 * Commands in Redis' protocol (RESP 2): resp_begin with the number of words, then that many
 * resp_word.  -1 with errno ENOMEM; what stands in the buffer is half a command then.
 */
int resp_begin(struct buf *, size_t words);
int resp_word(struct buf *, const char *, size_t n);

/* One of two parts: a key is the prefix and the id. */
int resp_join(struct buf *, const char *, size_t n, const char *, size_t m);

/* A whole command whose words are texts. */
int resp_command(struct buf *, const char *const *word, size_t words);

#endif
