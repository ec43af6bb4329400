/* Decides which of several stores has an entity, by their names. */
#include "store/placement.h"

#include <stdlib.h>
#include <string.h>

static const char letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

static int
add(struct placement *s, const char *text, struct err *err)
{
	struct placed_store *store = &s->store[s->count];
	size_t n = strspn(text, letters);

	if (n == 0 || text[n] != '=')
		return err_set(err, text,
		    "each of several stores needs a name, NAME=URL (letters, digits, _ - and "
		    ".), but \"%.*s\" has none",
		    (int)strcspn(text, ":@"), text);
	store->name = strndup(text, n);
	if (store->name == NULL)
		return err_memory(err);
	store->url = text + n + 1;
	s->count++;
	for (size_t i = 0; i + 1 < s->count; i++) {
		if (strcmp(s->store[i].name, store->name) == 0)
			return err_set(err, text, "two stores have the name \"%s\"",
			    store->name);
		if (strcmp(s->store[i].url, store->url) == 0)
			return err_set(err, store->url,
			    "the stores \"%s\" and \"%s\" are the same "
			    "one",
			    s->store[i].name, store->name);
	}
	if (rendezvous_add(&s->nodes, store->name, n, 1) == -1)
		return err_memory(err);
	return 0;
}

int
placement_open(struct placement *s, const struct texts *texts, struct err *err)
{
	*s = (struct placement){ .store = calloc(texts->count, sizeof(*s->store)) };
	if (s->store == NULL)
		return err_memory(err);
	for (size_t i = 0; i < texts->count; i++)
		if (add(s, texts->text[i], err) == -1)
			return -1;
	return 0;
}

void
placement_close(struct placement *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->store[i].name);
	free(s->store);
	rendezvous_free(&s->nodes);
	*s = (struct placement){ 0 };
}
