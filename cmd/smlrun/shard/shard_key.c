/* Decides which copy of a pipeline gets a record. */
#include <xxhash.h>

#include "keyed/key.h"
#include "shard/shard_key.h"

enum { DEPTH = 1000 };

int
shard_key_open(struct shard_key *k, const char *list, struct err *err)
{
	*k = (struct shard_key){ .fields = fields_new() };
	if (k->fields == NULL)
		return err_memory(err);
	if (list != NULL)
		k->count = fields_list(k->fields, list, k->slots, SHARD_FIELDS, err);
	if (k->count != -1 && record_open(&k->record, k->fields, DEPTH, err) == 0)
		return 0;
	fields_free(k->fields);
	k->fields = NULL;
	return -1;
}

void
shard_key_close(struct shard_key *k)
{
	record_close(&k->record);
	fields_free(k->fields);
	buf_free(&k->bytes);
}

/* Makes the canonical bytes of the key.  Returns -1 with err if the record has no key. */
static int
make(struct shard_key *k, struct err *err)
{
	struct value values[SHARD_FIELDS];

	for (int i = 0; i < k->count; i++)
		values[i] = record_at(&k->record, k->slots[i]);
	return key_make(values, k->count, &k->bytes, err);
}

int
shard_key_read(struct shard_key *k, struct line *line, size_t copies, size_t *copy,
    struct err *err)
{
	bool is_record;

	err_clear(err);
	is_record = record_skim(&k->record, k->fields, line, err) == 0;
	if (is_record && value_is_control(k->record.object)) {
		is_record = record_parse(&k->record, k->fields, line, err) == 0;
		if (is_record)
			return 1;
	}
	k->records++;
	*copy = 0;
	if (is_record && k->count > 0 && make(k, err) == 0) {
		k->keys++;
		*copy = XXH64(k->bytes.p, k->bytes.len, 0) % copies;
	}
	return err->memory ? -1 : 0;
}
