/* Handles wrong usage: the message, the hint at --help, exit 2. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/options/cli.h"

/* Tells smlrun through the later stages: the shell tells it only the last stage's status. */
static void
tell_smlrun(const struct common *c, const char *why)
{
	const char *nonce = getenv("SML_CONTROL");
	struct out out;

	if (nonce == NULL || !opt_is_nonce(nonce, strlen(nonce)) ||
	    out_open(&out, STDOUT_FILENO, 4096) == -1)
		return;
	out_puts(&out, "{\"$sml\":\"failed\",\"tool\":");
	text_write_repaired(&out, c->cli->tool);
	out_puts(&out, ",\"status\":2,\"error\":");
	text_write_repaired(&out, why);
	out_puts(&out, "}\n");
	(void)out_flush(&out);
}

void
opt_usage(const struct common *c, const char *format, ...)
{
	char name[CLI_NAME];
	struct err err;
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(err.text, sizeof(err.text), format, arguments);
	va_end(arguments);
	diag_error(c->diag, NULL, "%s (see %s --help)", err.text, cli_name(c->cli, name));
	tell_smlrun(c, err.text);
	exit(EXIT_USAGE);
}

_Noreturn void
opt_refuse(const struct common *c, const struct err *err)
{
	if (err->memory)
		diag_die(c->diag, EXIT_FAILED, "%s", err->text);
	opt_usage(c, "%s", err->text);
}
