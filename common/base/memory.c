/* Counts the memory in use: the linker sends every allocation of our own code through here. */
#include "base/memory.h"

#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct memory_account memory_account = { .most = INT64_MAX, .ceiling = INT64_MAX };

void
memory_limit(uint64_t bytes)
{
	memory_account.most = bytes < INT64_MAX ? (int64_t)bytes : INT64_MAX;
	if (__builtin_add_overflow(memory_account.most, memory_account.most / 2,
		&memory_account.ceiling))
		memory_account.ceiling = INT64_MAX;
}

static int64_t
size_of(void *block)
{
	return (int64_t)malloc_usable_size(block);
}

void
memory_lend(void *block)
{
	memory_account.used -= size_of(block);
}

void
memory_take_back(void *block)
{
	memory_account.used += size_of(block);
}

/* The linker chooses these names: it calls __wrap_X instead of X; __real_X is the old X. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__real_reallocarray(void *, size_t, size_t);
void *__real_aligned_alloc(size_t, size_t);
char *__real_strdup(const char *);
char *__real_strndup(const char *, size_t);
char *__real_realpath(const char *, char *);
char *__real___realpath_chk(const char *, char *, size_t);
void __real_free(void *);

void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
void *__wrap_reallocarray(void *, size_t, size_t);
void *__wrap_aligned_alloc(size_t, size_t);
char *__wrap_strdup(const char *);
char *__wrap_strndup(const char *, size_t);
int __wrap_asprintf(char **, const char *, ...) __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **, int, const char *, ...)
    __attribute__((format(printf, 3, 4)));
char *__wrap_realpath(const char *, char *);
char *__wrap___realpath_chk(const char *, char *, size_t);
void __wrap_free(void *);

/*
 * Returns whether to refuse this many more bytes.  Arrays grow by doubling, so an array that
 * began to grow below the limit may go beyond it, up to the ceiling.
 */
static bool
refuses(size_t bytes)
{
	struct memory_account *account = &memory_account;

	if (bytes <= (uint64_t)account->ceiling &&
	    account->used <= account->ceiling - (int64_t)bytes)
		return false;
	account->refused = true;
	errno = ENOMEM;
	return true;
}

static void *
counted(void *p)
{
	memory_account.used += size_of(p);
	return p;
}

void *
__wrap_malloc(size_t n)
{
	return refuses(n) ? NULL : counted(__real_malloc(n));
}

void *
__wrap_calloc(size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		n = SIZE_MAX;
	return refuses(n) ? NULL : counted(__real_calloc(count, size));
}

void *
__wrap_realloc(void *old, size_t n)
{
	size_t before = (size_t)size_of(old);
	void *p;

	if (n > before && refuses(n - before))
		return NULL;
	if ((p = __real_realloc(old, n)) == NULL)
		return NULL;
	memory_subtract(before);
	return counted(p);
}

void *
__wrap_reallocarray(void *old, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n)) {
		errno = ENOMEM;
		return NULL;
	}
	return __wrap_realloc(old, n);
}

void *
__wrap_aligned_alloc(size_t alignment, size_t n)
{
	return refuses(n) ? NULL : counted(__real_aligned_alloc(alignment, n));
}

char *
__wrap_strdup(const char *text)
{
	return counted(__real_strdup(text));
}

char *
__wrap_strndup(const char *text, size_t n)
{
	return counted(__real_strndup(text, n));
}

static __attribute__((format(printf, 2, 0))) int
print(char **text, const char *format, va_list arguments)
{
	int n = vasprintf(text, format, arguments);

	if (n != -1)
		(void)counted(*text);
	return n;
}

/* _FORTIFY_SOURCE makes the compiler call the names with _chk instead. */
int
__wrap_asprintf(char **text, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = print(text, format, arguments);
	va_end(arguments);
	return n;
}

int
__wrap___asprintf_chk(char **text, int flag, const char *format, ...)
{
	va_list arguments;
	int n;

	(void)flag;
	va_start(arguments, format);
	n = print(text, format, arguments);
	va_end(arguments);
	return n;
}

char *
__wrap_realpath(const char *path, char *room)
{
	char *real = __real_realpath(path, room);

	return room == NULL ? counted(real) : real;
}

char *
__wrap___realpath_chk(const char *path, char *room, size_t n)
{
	return room == NULL ? __wrap_realpath(path, room) :
			      __real___realpath_chk(path, room, n);
}

void
__wrap_free(void *p)
{
	memory_account.used -= size_of(p);
	__real_free(p);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
