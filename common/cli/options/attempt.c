/* Reads what smlrun tells a stage through the environment. */
#include <stdlib.h>
#include <string.h>

#include "cli/options/cli.h"

void
common_attempt(struct common *c)
{
	const char *text = getenv("SML_CONTROL"), *folder = getenv("SML_STATE");
	bool nonce;

	if (text == NULL || text[0] == '\0' || (c->cli->common & COMMON_INPUT) == 0 ||
	    (c->operands[0] != NULL && strcmp(c->operands[0], "-") != 0))
		return;
	nonce = opt_is_nonce(text, strlen(text));
	if (!nonce && strcmp(text, "1") != 0)
		opt_usage(c,
		    "SML_CONTROL is \"%s\": it holds 1, or the 16 hexadecimal digits of an "
		    "attempt",
		    text);
	c->driven = true;
	c->attempt = nonce ? text : NULL;
	c->folder = folder != NULL && folder[0] != '\0' ? folder : NULL;
}
