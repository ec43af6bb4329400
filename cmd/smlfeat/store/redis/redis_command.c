/* Writes commands in Redis' protocol. */
#include "store/redis/redis_command.h"

#include <string.h>

#include "base/num.h"

/* Writes "*3\r\n" or "$5\r\n". */
static int
put_header(struct buf *b, char kind, size_t n)
{
	char text[NUM_MAX + 3];
	size_t len;

	text[0] = kind;
	len = 1 + num_write_i64(text + 1, (int64_t)n);
	text[len++] = '\r';
	text[len++] = '\n';
	return buf_put(b, text, len);
}

int
command_begin(struct buf *b, size_t words)
{
	return put_header(b, '*', words);
}

int
command_join(struct buf *b, const char *p, size_t n, const char *q, size_t m)
{
	if (put_header(b, '$', n + m) == -1 || buf_reserve(b, n + m + 2) == -1)
		return -1;
	if (n > 0)
		memcpy(b->p + b->len, p, n);
	if (m > 0)
		memcpy(b->p + b->len + n, q, m);
	memcpy(b->p + b->len + n + m, "\r\n", 2);
	b->len += n + m + 2;
	return 0;
}

int
command_word(struct buf *b, const char *p, size_t n)
{
	return command_join(b, p, n, NULL, 0);
}

int
command_words(struct buf *b, const char *const *word, size_t words)
{
	if (command_begin(b, words) == -1)
		return -1;
	for (size_t i = 0; i < words; i++)
		if (command_word(b, word[i], strlen(word[i])) == -1)
			return -1;
	return 0;
}
