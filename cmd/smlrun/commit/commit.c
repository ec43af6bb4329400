/* Converts commits to JSON and back. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "cli/options/opt.h"
#include "commit/commit.h"
#include "json/doc.h"

enum { FORMAT = 1, HEX = 17 };

static uint64_t
read_hex(const char *text)
{
	return strtoull(text, NULL, 16);
}

static json_t *
pack_hex(uint64_t x)
{
	char hex[HEX];

	(void)snprintf(hex, sizeof hex, "%016" PRIx64, x);
	return json_string(hex);
}

/* Reads the place in a partition. */
static int
unpack_partition(json_t *doc, int64_t *offset, struct last_message *message)
{
	json_int_t next, last, timestamp;
	const char *xxh64;

	if (json_unpack(doc, "{s:I,s:{s:I,s:I,s:s}}", "offset", &next, "message", "offset",
		&last, "timestamp", &timestamp, "xxh64", &xxh64) == -1)
		return -1;
	*offset = next;
	*message = (struct last_message){ .offset = last,
		.timestamp = timestamp,
		.xxh64 = read_hex(xxh64) };
	return 0;
}

/* Reads the places in several partitions. */
static int
unpack_partitions(json_t *array, struct partition_places **list, struct source_place *place)
{
	struct partition_places *each;
	json_int_t number;
	json_t *one;
	size_t i;

	if (!json_is_array(array) ||
	    (each = partition_places_new(list, json_array_size(array))) == NULL)
		return -1;
	json_array_foreach(array, i, one) {
		struct partition_place *p = &each->place[i];

		if (json_unpack(one, "{s:I}", "partition", &number) == -1 ||
		    unpack_partition(one, &p->offset, &p->last) == -1)
			return -1;
		p->number = (int32_t)number;
	}
	place->kind = SOURCE_MERGED;
	place->each = each;
	return 0;
}

static int
unpack_file(json_t *doc, struct source_place *place)
{
	json_int_t number, inode, byte, line, begin, within;
	const char *digest;

	if (json_unpack(doc, "{s:I,s:I,s:I,s:I,s:s}", "number", &number, "inode", &inode,
		"byte", &byte, "line", &line, "digest", &digest) == -1)
		return -1;
	place->file = (size_t)number;
	place->inode = (uint64_t)inode;
	place->byte = (uint64_t)byte;
	place->line = (uint64_t)line;
	place->digest = read_hex(digest);
	if (json_object_get(doc, "within") == NULL)
		return 0;
	if (json_unpack(doc, "{s:I,s:I}", "begin", &begin, "within", &within) == -1)
		return -1;
	place->kind = SOURCE_DUMP;
	place->begin = (uint64_t)begin;
	place->within = (uint64_t)within;
	return 0;
}

static int
unpack_lengths(const json_t *doc, struct sink_lengths *lengths)
{
	lengths->count = json_array_size(doc);
	if (!json_is_array(doc) || lengths->count > SINKS_MOST)
		return -1;
	for (size_t i = 0; i < lengths->count; i++)
		lengths->bytes[i] = (uint64_t)json_integer_value(json_array_get(doc, i));
	return 0;
}

static int
unpack_point(json_t *doc, struct partition_places **list, struct commit_point *c)
{
	json_t *partitions = json_object_get(doc, "partitions");
	json_int_t records, written, rejected;

	*c = (struct commit_point){ .file = NULL };
	if (json_unpack(doc, "{s?s,s:I,s:I,s:I}", "file", &c->file, "records", &records,
		"written", &written, "rejected", &rejected) == -1 ||
	    unpack_lengths(json_object_get(doc, "lengths"), &c->lengths) == -1)
		return -1;
	c->place.records = (uint64_t)records;
	c->written = (uint64_t)written;
	c->rejected = (uint64_t)rejected;
	if (partitions != NULL)
		return unpack_partitions(partitions, list, &c->place);
	if (json_object_get(doc, "offset") == NULL)
		return unpack_file(doc, &c->place);
	c->place.kind = SOURCE_PARTITION;
	return unpack_partition(doc, &c->place.offset, &c->place.last);
}

static int
unpack_sent(const json_t *doc, struct sink_sent *sent)
{
	json_int_t records;
	const char *digest;

	sent->count = json_array_size(doc);
	if (sent->count > SINKS_MOST)
		return -1;
	for (size_t i = 0; i < sent->count; i++) {
		if (json_unpack(json_array_get(doc, i), "[I,s]", &records, &digest) == -1)
			return -1;
		sent->to[i] = (struct sink_records){ (uint64_t)records, read_hex(digest) };
	}
	return 0;
}

/* Reads the members that are in metadata, too, not only in DIR/commit. */
static int
unpack_short(json_t *doc, struct commit *c)
{
	json_int_t format, epoch, id;
	json_t *snapshot, *last;
	const char *nonce, *digest;
	int ended;

	if (json_unpack(doc, "{s:I,s:I,s:b,s:I,s:s,s:o,s:o,s:s}", "sml", &format, "epoch",
		&epoch, "ended", &ended, "snapshot_id", &id, "nonce", &nonce, "snapshot",
		&snapshot, "last", &last, "digest", &digest) == -1 ||
	    format != FORMAT || strlen(nonce) >= NONCE ||
	    unpack_point(snapshot, &c->places, &c->snapshot) == -1 ||
	    unpack_point(last, &c->places, &c->last) == -1 ||
	    unpack_sent(json_object_get(doc, "sent"), &c->sent) == -1)
		return -1;
	c->epoch = epoch;
	c->ended = ended;
	c->id = id;
	(void)memcpy(c->nonce, nonce, strlen(nonce) + 1);
	c->digest = read_hex(digest);
	return 0;
}

static int
unpack_shards(json_t *doc, struct run_shards *shards)
{
	json_int_t count, block;

	if (doc == NULL)
		return 0;
	if (json_unpack(doc, "{s:I,s?s,s:I}", "count", &count, "key", &shards->key, "block",
		&block) == -1)
		return -1;
	shards->count = (uint64_t)count;
	shards->block = (uint64_t)block;
	return 0;
}

int
commit_unpack(json_t *doc, struct commit *c)
{
	json_t *begin, *shards = NULL;

	if (json_unpack(doc, "{s:o,s:s,s?o,s?s,s?s,s?s,s?s,s?s,s:s,s?o}", "begin", &begin,
		"sink", &c->sink, "to_by", &c->to_by, "carry", &c->carry, "format", &c->format,
		"to_key", &c->to_key, "rejects", &c->rejects, "group", &c->group, "pipeline",
		&c->pipeline, "shards", &shards) == -1 ||
	    unpack_point(begin, &c->places, &c->begin) == -1 ||
	    unpack_shards(shards, &c->shards) == -1)
		return -1;
	return unpack_short(doc, c);
}

/* Appends to an array; if that fails, frees the array and returns NULL. */
static json_t *
append(json_t *array, json_t *item)
{
	if (array != NULL && json_array_append_new(array, item) == 0)
		return array;
	json_decref(array);
	return NULL;
}

static json_t *
pack_lengths(const struct sink_lengths *lengths)
{
	json_t *array = json_array();

	for (size_t i = 0; i < lengths->count && array != NULL; i++)
		array = append(array, json_integer((json_int_t)lengths->bytes[i]));
	return array;
}

/* Packs the last message that was read. */
static json_t *
pack_message(const struct last_message *last)
{
	return json_pack("{s:I,s:I,s:o}", "offset", (json_int_t)last->offset, "timestamp",
	    (json_int_t)last->timestamp, "xxh64", pack_hex(last->xxh64));
}

static json_t *
pack_partitions(const struct partition_places *each)
{
	json_t *array = json_array();

	for (size_t i = 0; each != NULL && i < each->count && array != NULL; i++) {
		const struct partition_place *p = &each->place[i];

		array = append(array,
		    json_pack("{s:i,s:I,s:o}", "partition", (int)p->number, "offset",
			(json_int_t)p->offset, "message", pack_message(&p->last)));
	}
	return array;
}

static json_t *
pack_point(const struct commit_point *c)
{
	const struct source_place *p = &c->place;

	if (p->kind == SOURCE_MERGED)
		return json_pack("{s:s*,s:o,s:I,s:I,s:I,s:o}", "file", c->file, "partitions",
		    pack_partitions(p->each), "records", (json_int_t)p->records, "written",
		    (json_int_t)c->written, "rejected", (json_int_t)c->rejected, "lengths",
		    pack_lengths(&c->lengths));
	if (p->kind == SOURCE_DUMP)
		return json_pack("{s:s*,s:i,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:I,s:I,s:o}", "file",
		    c->file, "number", 0, "inode", (json_int_t)p->inode, "begin",
		    (json_int_t)p->begin, "byte", (json_int_t)p->byte, "line",
		    (json_int_t)p->line, "within", (json_int_t)p->within, "records",
		    (json_int_t)p->records, "digest", pack_hex(p->digest), "written",
		    (json_int_t)c->written, "rejected", (json_int_t)c->rejected, "lengths",
		    pack_lengths(&c->lengths));
	if (p->kind == SOURCE_PARTITION)
		return json_pack("{s:s*,s:I,s:o,s:I,s:I,s:I,s:o}", "file", c->file, "offset",
		    (json_int_t)p->offset, "message", pack_message(&p->last), "records",
		    (json_int_t)p->records, "written", (json_int_t)c->written, "rejected",
		    (json_int_t)c->rejected, "lengths", pack_lengths(&c->lengths));
	return json_pack("{s:s*,s:I,s:I,s:I,s:I,s:I,s:o,s:I,s:I,s:o}", "file", c->file,
	    "number", (json_int_t)p->file, "inode", (json_int_t)p->inode, "byte",
	    (json_int_t)p->byte, "line", (json_int_t)p->line, "records",
	    (json_int_t)p->records, "digest", pack_hex(p->digest), "written",
	    (json_int_t)c->written, "rejected", (json_int_t)c->rejected, "lengths",
	    pack_lengths(&c->lengths));
}

static json_t *
pack_short(const struct commit *c)
{
	return json_pack("{s:i,s:I,s:b,s:I,s:s,s:o,s:o,s:o}", "sml", FORMAT, "epoch",
	    (json_int_t)c->epoch, "ended", (int)c->ended, "snapshot_id", (json_int_t)c->id,
	    "nonce", c->nonce, "snapshot", pack_point(&c->snapshot), "last",
	    pack_point(&c->last), "digest", pack_hex(c->digest));
}

/* Packs the options of shards; NULL if there are no shards. */
static json_t *
pack_shards(const struct run_shards *shards)
{
	return shards->count == 0 ?
	    NULL :
	    json_pack("{s:I,s:s*,s:I}", "count", (json_int_t)shards->count, "key", shards->key,
		"block", (json_int_t)shards->block);
}

json_t *
commit_document(const struct commit *c)
{
	json_t *doc = pack_short(c),
	       *names = json_pack("{s:o,s:s,s:O*,s:s*,s:s*,s:s*,s:s*,s:s*,s:s,s:o*}", "begin",
		   pack_point(&c->begin), "sink", c->sink, "to_by", c->to_by, "carry",
		   c->carry, "format", c->format, "to_key", c->to_key, "rejects", c->rejects,
		   "group", c->group, "pipeline", c->pipeline, "shards",
		   pack_shards(&c->shards));

	if (doc == NULL || names == NULL || json_object_update(doc, names) == -1) {
		json_decref(doc);
		doc = NULL;
	}
	json_decref(names);
	return doc;
}

const char *
commit_to_by(const struct commit *c, size_t number)
{
	return json_string_value(json_array_get(c->to_by, number));
}

int
commit_set_to_by(struct commit *c, const char *const *text, size_t count, struct err *err)
{
	json_t *array = count == 0 ? NULL : json_array();

	for (size_t i = 0; i < count && array != NULL; i++)
		array = append(array, json_string(text[i]));
	if (count > 0 && array == NULL)
		return err_memory(err);
	if (c->document == NULL && (c->document = json_object()) == NULL) {
		json_decref(array);
		return err_memory(err);
	}
	c->to_by = array;
	if (array == NULL)
		(void)json_object_del(c->document, "to_by");
	else if (json_object_set_new(c->document, "to_by", array) == -1)
		return err_memory(err);
	return 0;
}

int
commit_sinks(const struct commit *c, struct sink_names *names, struct err *err)
{
	const char *to_by;

	*names = (struct sink_names){ 0 };
	if (sink_names_add(names, c->sink, err) == -1)
		return -1;
	for (size_t i = 0; (to_by = commit_to_by(c, i)) != NULL; i++)
		if (sink_names_add_rule(names, to_by, err) == -1)
			return -1;
	return 0;
}

bool
commit_names_group(const struct commit *c)
{
	return c->group != NULL && strncmp(c->group, "sml-", 4) == 0 &&
	    strlen(c->group) == 4 + NONCE_SIZE && opt_is_nonce(c->group + 4, NONCE_SIZE);
}

static int
put(const char *text, size_t n, void *buf)
{
	return buf_put(buf, text, n);
}

/*
 * Hashes the name of --rejects: the committed length of it applies only if the name is the
 * same.
 */
static uint64_t
hash_rejects(const struct commit *c)
{
	return c->rejects == NULL ? 0 : XXH64(c->rejects, strlen(c->rejects), 0);
}

/* Packs what was sent to topics; NULL if that is not known. */
static json_t *
pack_sent(const struct sink_sent *sent)
{
	json_t *array = sent->count == 0 ? NULL : json_array();

	for (size_t i = 0; i < sent->count && array != NULL; i++)
		array = append(array,
		    json_pack("[I,o]", (json_int_t)sent->to[i].records,
			pack_hex(sent->to[i].digest)));
	return array;
}

static json_t *
pack_metadata(const struct commit *c, uint64_t run)
{
	json_t *doc = pack_short(c), *more;

	more = json_pack("{s:o,s:o,s:o*}", "run", pack_hex(run), "rejects",
	    pack_hex(hash_rejects(c)), "sent", pack_sent(&c->sent));
	if (doc == NULL || more == NULL || json_object_update(doc, more) == -1 ||
	    (c->merged > 0 &&
		json_object_set_new(doc, "merged", json_integer(c->merged)) == -1) ||
	    (run_shards_by_partition(&c->shards) &&
		json_object_set_new(doc, "copies",
		    json_integer((json_int_t)c->shards.count)) == -1)) {
		json_decref(doc);
		doc = NULL;
	}
	json_decref(more);
	return doc;
}

int
commit_metadata(const struct commit *c, uint64_t run, struct buf *buf)
{
	struct commit brief = *c;
	json_t *doc;
	int result;

	/*
	 * Leaves out the names: metadata has room for 4096 bytes, and one name may be that
	 * long.
	 */
	brief.snapshot.file = brief.last.file = NULL;
	doc = pack_metadata(&brief, run);
	result = doc == NULL ? -1 : json_dump_callback(doc, put, buf, JSON_COMPACT);
	json_decref(doc);
	return result;
}

int
commit_metadata_read(const char *text, size_t n, uint64_t run, struct commit *c,
    struct err *err)
{
	json_t *doc = n == 0 ? NULL : doc_read(text, n, err);
	const uint64_t rejected = c->last.rejected;
	const char *of = "", *rejects = "";
	json_int_t merged = 0, copies = (json_int_t)c->shards.count;
	int result = 1;

	if (doc == NULL || !json_is_object(doc) || json_object_get(doc, "sml") == NULL)
		result = 0;
	else if (json_unpack(doc, "{s:s,s:s,s?I,s?I}", "run", &of, "rejects", &rejects,
		     "merged", &merged, "copies", &copies) == -1 ||
	    unpack_short(doc, c) == -1 || c->last.place.kind == SOURCE_MERGED)
		result = err_set(err, NULL,
		    "its metadata is damaged, or from a newer version of smlrun");
	else if (run != 0 && read_hex(of) != run && (read_hex(of) != 0 || c->epoch > 0))
		result = err_set(err, NULL,
		    "it belongs to a run with another pipeline, source or sink");
	else if (read_hex(rejects) != hash_rejects(c))
		c->snapshot.rejected = c->last.rejected = rejected;
	c->merged = (uint32_t)merged;
	c->shards.count = (uint64_t)copies;
	c->run = read_hex(of);
	json_decref(doc);
	return result;
}
