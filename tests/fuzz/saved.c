/* What a stream remembers of itself: any first line of a state, and any line of a file beside. */
#include "cli/stream/saved.h"
#include "sealed.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char options[] = "{\"twice\":null,\"key\":\"k\",\"default\":[]}";
	struct saved saved = { 0 };
	struct saved_file file = { 0 };
	struct err err;
	struct snap_reader *r =
	    saved_read(sealed_file(data, size), "smlecho", 1, options, &saved, &err);
	const char *section;
	struct value object;

	while (r != NULL && snap_next(r, &section, &object, &err) == 1)
		(void)snap_get(object, saved_file_members, &file, &err);
	/* What is taken is used: texts are whole and terminated. */
	if (r != NULL &&
	    (strlen(saved.tool) != saved.tool_len || saved.rest[saved.rest_len] != '\0'))
		abort();
	snap_read_close(r);
	saved_free(&saved);
	free(file.path);
	return 0;
}
