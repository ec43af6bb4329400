/* Recognises nonces, the names of attempts. */
#include <string.h>

#include "cli/options/opt.h"

bool
opt_is_nonce(const char *text, size_t n)
{
	return n == NONCE_SIZE && strspn(text, "0123456789abcdef") >= n;
}
