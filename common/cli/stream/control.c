/* Reads control lines. */
#include <string.h>

#include "cli/stream/control.h"

bool
control_is_model(struct value record)
{
	struct value kind = value_member(record, "$sml");

	return value_is(kind, "begin", 5) || value_is(kind, "model", 5);
}

const char *
control_word(const struct control *control)
{
	return control->kind == CONTROL_MARK ? "mark" : "barrier";
}

/* Reads the number after which barriers continue: the snapshot's, or "after" for id 0. */
static int
read_after(struct value record, struct control *control, struct err *err)
{
	struct value after = value_member(record, "after");

	control->after = control->id;
	if (control->kind != CONTROL_RESTORE || after.kind == V_MISSING)
		return 0;
	if (value_i64(after, &control->after, err) == -1)
		return -1;
	if (control->id == 0 && control->after >= 0)
		return 0;
	return err_set(err, after.p,
	    "\"after\" is the number before the first barrier of a state that starts empty: "
	    "it needs id 0");
}

/* Reads what names a snapshot: id and, in an attempt, nonce. */
static int
read_snapshot(struct value record, struct control *control, struct err *err)
{
	struct value nonce = value_member(record, "nonce"), id = value_member(record, "id");

	if (value_i64(id, &control->id, err) == -1)
		return -1;
	if (control->kind != CONTROL_RESTORE && control->id == 0)
		return err_set(err, id.p, "%ss count from 1", control_word(control));
	if (control->id < 0)
		return err_set(err, id.p, "a snapshot's id is not negative");
	if (read_after(record, control, err) == -1)
		return -1;
	if (nonce.kind == V_MISSING)
		return 0;
	if (nonce.kind != V_STRING || !opt_is_nonce(nonce.p + 1, nonce.len - 2))
		return err_set(err, nonce.p, "a nonce is 16 hexadecimal digits");
	memcpy(control->nonce, nonce.p + 1, NONCE_SIZE);
	return 0;
}

int
control_read(struct value record, struct control *control, struct err *err)
{
	struct time_field in_ms = { .unit = UNIT_MS };
	static const struct {
		const char *name;
		enum control_kind kind;
	} known[] = { { "begin", CONTROL_BEGIN }, { "restore", CONTROL_RESTORE },
		{ "barrier", CONTROL_BARRIER }, { "mark", CONTROL_MARK },
		{ "watermark", CONTROL_WATERMARK }, { "end", CONTROL_END },
		{ "done", CONTROL_DONE }, { "failed", CONTROL_FAILED } };
	struct value kind = value_member(record, "$sml");

	*control = (struct control){ .kind = CONTROL_OTHER };
	if (kind.kind != V_STRING)
		return err_set(err, kind.p,
		    "\"$sml\" names the kind of a control line by a string, not by %s",
		    kind_name(kind.kind));
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (value_is(kind, known[i].name, strlen(known[i].name)))
			control->kind = known[i].kind;
	}
	switch (control->kind) {
	case CONTROL_RESTORE:
	case CONTROL_BARRIER:
	case CONTROL_MARK:
		return read_snapshot(record, control, err);
	case CONTROL_WATERMARK:
		return value_time(value_member(record, "ts"), &in_ms, &control->watermark,
		    err);
	default:
		return 0;
	}
}

int
control_check_nonce(const struct control *c, const char *attempt, struct err *err)
{
	if (attempt == NULL && c->nonce[0] != '\0')
		return err_set(err, NULL,
		    "the line has the nonce %s, but SML_CONTROL names no attempt", c->nonce);
	if (attempt != NULL && c->kind == CONTROL_RESTORE && c->id != 0 && c->nonce[0] == '\0')
		return err_set(err, NULL, "restore names no nonce of its snapshot");
	if (attempt != NULL && c->kind == CONTROL_BARRIER && strcmp(c->nonce, attempt) != 0)
		return err_set(err, NULL,
		    "a barrier of the attempt \"%s\", but this is the attempt %s", c->nonce,
		    attempt);
	return 0;
}
