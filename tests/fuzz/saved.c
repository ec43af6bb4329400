/*
 * The state that all programs share: any first line of a snapshot, and any line of a side
 * file.
 */
#include "cli/stream/saved.h"

#include "seal.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char options[] = "{\"twice\":null,\"key\":\"k\",\"default\":[]}";
	struct saved saved = { 0 };
	struct saved_file file = { 0 };
	struct err err;
	struct snap_reader *r;
	const char *section;
	struct value object;
	char in[64];

	write_snapshot(scratch(in, "in"), data, size, true);
	r = saved_read(in, "smlecho", 1, options, &saved, &err);
	while (r != NULL && snap_next(r, &section, &object, &err) == 1)
		(void)snap_get(object, saved_file_members, &file, &err);
	/* What is accepted will be used: its texts must be whole and terminated. */
	need(r == NULL ||
	    (strlen(saved.tool) == saved.tool_len && saved.rest[saved.rest_len] == '\0'));
	snap_read_close(r);
	saved_free(&saved);
	free(file.path);
	return 0;
}
