/* Errors: what went wrong, and where. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/memory.h"

/*
 * Removes half a character from the end of a text that was cut, because the text goes into a
 * JSON string of a rejected record.
 */
static void
drop_half_character(char *text)
{
	size_t n = strlen(text), i = n;

	while (i > 0 && n - i < 3 && ((unsigned char)text[i - 1] & 0xc0) == 0x80)
		i--;
	if (i > 0 && (unsigned char)text[i - 1] >= 0xc0)
		text[i - 1] = '\0';
}

static void fill(struct err *, size_t used, const char *format, va_list)
    __attribute__((format(printf, 3, 0)));

/* Writes the text, from byte `used` on. */
static void
fill(struct err *err, size_t used, const char *format, va_list arguments)
{
	int n = vsnprintf(err->text + used, sizeof err->text - used, format, arguments);

	if (n < 0)
		err->text[used] = '\0';
	else if ((size_t)n >= sizeof err->text - used)
		drop_half_character(err->text);
}

int
err_set(struct err *err, const char *at, const char *format, ...)
{
	va_list arguments;

	if (err == NULL)
		return -1;
	va_start(arguments, format);
	fill(err, 0, format, arguments);
	va_end(arguments);
	err->at = at;
	err->memory = err->unreachable = err->stopped = false;
	return -1;
}

int
err_add(struct err *err, const char *format, ...)
{
	va_list arguments;

	if (err == NULL)
		return -1;
	va_start(arguments, format);
	fill(err, strlen(err->text), format, arguments);
	va_end(arguments);
	return -1;
}

int
err_prefix(struct err *err, const char *format, ...)
{
	char text[sizeof err->text];
	va_list arguments;

	if (err == NULL || err->memory)
		return -1;
	memcpy(text, err->text, sizeof text);
	va_start(arguments, format);
	fill(err, 0, format, arguments);
	va_end(arguments);
	return err_add(err, "%s", text);
}

int
err_unreachable(struct err *err, const char *format, ...)
{
	va_list arguments;

	if (err == NULL)
		return -1;
	va_start(arguments, format);
	fill(err, 0, format, arguments);
	va_end(arguments);
	err->at = NULL;
	err->memory = err->stopped = false;
	err->unreachable = true;
	return -1;
}

int
err_stopped(struct err *err)
{
	err_set(err, NULL, "stopped by a signal");
	if (err != NULL)
		err->stopped = true;
	return -1;
}

int
err_memory(struct err *err)
{
	if (memory_is_short() || memory_account.refused)
		err_set(err, NULL,
		    "more memory would be taken than --max-memory %" PRId64
		    " allows: raise it",
		    memory_account.most);
	else
		err_set(err, NULL, "out of memory");
	if (err != NULL)
		err->memory = true;
	return -1;
}
