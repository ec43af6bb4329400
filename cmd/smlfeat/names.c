/* Reads names of features on the command line. */
#include <stdlib.h>
#include <string.h>

#include "names.h"

/*
 * Copies a name up to `end` or the end of the text, without the blanks around it.  Returns
 * where it ended.
 */
static const char *
copy_name(const char *p, char end, char **to)
{
	char *after = *to; /* where the name ends if only blanks follow */

	for (p += strspn(p, " "); *p != '\0' && *p != end; p++) {
		bool escaped = *p == '\\' && p[1] != '\0';

		p += escaped;
		*(*to)++ = *p;
		if (escaped || *p != ' ')
			after = *to;
	}
	*after = '\0';
	*to = after + 1;
	return p;
}

int
names_find(const struct names *names, const char *name, size_t n)
{
	for (size_t i = 0; i < names->list.count; i++)
		if (names->list.name[i].len == n &&
		    memcmp(names->list.name[i].name, name, n) == 0)
			return (int)i;
	return -1;
}

int
names_read(struct names *names, const char *list, struct err *err)
{
	size_t most = strlen(list) + 1, n;
	char *to;

	*names = (struct names){ 0 };
	names->text = to = malloc(most + 1);
	names->list.name = calloc(most, sizeof *names->list.name);
	if (names->text == NULL || names->list.name == NULL) {
		names_free(names);
		return err_memory(err);
	}
	for (const char *p = list;; p++) {
		char *name = to;

		p = copy_name(p, ',', &to);
		n = (size_t)(to - 1 - name);
		if (n == 0 || names_find(names, name, n) != -1) {
			err_set(err, p,
			    n == 0 ? "a name is missing in the list \"%s\"" :
				     "a name is twice in the list \"%s\"",
			    list);
			names_free(names);
			return -1;
		}
		names->list.name[names->list.count].name = name;
		names->list.name[names->list.count++].len = (uint32_t)n;
		if (*p == '\0')
			return 0;
	}
}

void
names_free(struct names *names)
{
	free(names->text);
	free(names->list.name);
	*names = (struct names){ 0 };
}

int
names_split(const char *pair, char **text, const char **rest, struct err *err)
{
	char *to = malloc(strlen(pair) + 1);
	const char *p;

	*text = to;
	if (to == NULL)
		return err_memory(err);
	p = copy_name(pair, '=', &to);
	if (*p == '=' && **text != '\0') {
		*rest = p + 1;
		return 0;
	}
	free(*text);
	*text = NULL;
	return err_set(err, pair, "NAME=… is needed, not \"%s\"", pair);
}
