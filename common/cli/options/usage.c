/* Wrong usage: the message, the hint at --help, exit 2. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/options/cli.h"

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
	exit(EXIT_USAGE);
}

_Noreturn void
opt_refuse(const struct common *c, const struct err *err)
{
	if (err->memory)
		diag_die(c->diag, EXIT_FAILED, "%s", err->text);
	opt_usage(c, "%s", err->text);
}
