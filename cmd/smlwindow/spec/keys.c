/* Parses -k: the fields of the key. */
#include "spec/keys.h"

#include <stdlib.h>
#include <string.h>

/* Returns the equals sign of NAME=PATH, or NULL if there is no NAME. */
static const char *
equals_sign(const char *item)
{
	const char *p;

	for (p = item; *p != '\0' && *p != ','; p++)
		if (*p == '=')
			return p;
		else if (*p == '\\' && p[1] != '\0')
			p++;
	return NULL;
}

/* Reads one item.  Sets *end to the comma after it, or to the end of the list. */
static int
read_one(struct key_field *key, struct fields *fields, const char *item, const char **end,
    struct err *err)
{
	const char *equals = equals_sign(item);

	if (equals == item)
		return err_set(err, item, "a name is expected before the equals sign");
	key->slot = fields_add(fields, equals == NULL ? item : equals + 1, end, err);
	if (key->slot == -1)
		return -1;
	if (**end != ',' && **end != '\0')
		return err_set(err, *end, "a comma is expected between two fields");
	key->name = equals == NULL ? strdup(fields_path(fields, key->slot)) :
				     strndup(item, (size_t)(equals - item));
	return key->name == NULL ? err_memory(err) : 0;
}

int
keys_read(struct keys *keys, struct fields *fields, const char *list, struct err *err)
{
	struct key_field *grown, key = { 0 };
	const char *p = list;

	for (;;) {
		if (read_one(&key, fields, p, &p, err) == -1)
			return -1;
		grown = realloc(keys->at, (size_t)(keys->count + 1) * sizeof *grown);
		if (grown == NULL) {
			free(key.name);
			return err_memory(err);
		}
		keys->at = grown;
		keys->at[keys->count++] = key;
		if (*p == '\0')
			return 0;
		p++;
	}
}

void
keys_free(struct keys *keys)
{
	int i;

	for (i = 0; i < keys->count; i++)
		free(keys->at[i].name);
	free(keys->at);
	*keys = (struct keys){ 0 };
}
