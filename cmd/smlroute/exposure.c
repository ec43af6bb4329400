/* The log of assignments: --exposure. */
#include <string.h>

#include "exposure.h"

int
exposure_open(struct exposure *e, const char *path, const char *attempt, struct err *err)
{
	*e = (struct exposure){ .edit = edit_new(NULL, false) };
	if (e->edit == NULL)
		return err_memory(err);
	e->id = edit_name(e->edit, NULL, "id", err);
	e->arm = edit_name(e->edit, NULL, "arm", err);
	e->bucket = edit_name(e->edit, NULL, "bucket", err);
	e->reason = edit_name(e->edit, NULL, "reason", err);
	if (e->id == -1 || e->arm == -1 || e->bucket == -1 || e->reason == -1)
		return -1;
	return side_file_open_part(&e->side, path, attempt, SIDE_FILE_APPEND, err);
}

int
exposure_write(struct exposure *e, struct value id, const struct arm *arm,
    const struct assignment *a, struct err *err)
{
	const char *reason = reason_name(a->reason);

	edit_raw(e->edit, e->id, id);
	edit_raw(e->edit, e->arm, arm_value(arm));
	if (a->bucket == -1)
		edit_null(e->edit, e->bucket);
	else
		edit_i64(e->edit, e->bucket, a->bucket);
	edit_string(e->edit, e->reason, reason, strlen(reason));
	return edit_write(e->edit, NULL, &e->side.out, err);
}

int
exposure_close(struct exposure *e, struct err *err)
{
	edit_free(e->edit);
	e->edit = NULL;
	return side_file_close(&e->side, err);
}
