/* Decides a record's arm and shard, and writes the record to their file. */
#include <stdlib.h>
#include <string.h>

#include "cli/stream/append.h"
#include "routing.h"
#include "split/split_id.h"

static void
open_shards(struct routing *r)
{
	const struct route_options *o = r->options;
	struct err err;

	if (o->shards > 0)
		shards_number(&r->shards, (uint32_t)o->shards);
	if (o->nodes != NULL && shards_name(&r->shards, o->nodes, &err) == -1)
		opt_refuse(&o->common, &err);
	if (o->out_shard != NULL &&
	    outlets_shard(&r->outlets, o->out_shard, &r->shards, &err) == -1)
		opt_refuse(&o->common, &err);
}

/*
 * Exits with status 2 if a file that will be written, and so emptied, is also the file of a
 * model.
 */
static void
spare_models(const struct routing *r, const struct arms *arms)
{
	const struct common *c = &r->options->common;

	for (uint32_t i = 0; i < arms->count; i++) {
		const char *model = arm_file(&arms->arm[i]);

		if (model == NULL)
			continue;
		opt_read(c, "a model", model);
		outlets_spare(&r->outlets, c, model);
	}
}

void
routing_open(struct routing *r, const struct route_options *o)
{
	const struct common *c = &o->common;
	struct err err;

	*r = (struct routing){ .options = o, .member = { -1, -1, -1, -1, -1, -1 } };
	r->fields = fields_new();
	r->plan = calloc(1, sizeof(*r->plan));
	if (r->fields == NULL || r->plan == NULL)
		diag_die(c->diag, EXIT_FAILED, "out of memory");
	if ((r->id = fields_add(r->fields, o->key, NULL, &err)) == -1)
		opt_refuse(c, &err);
	if (options_plan(o, r->plan, &err) == -1)
		diag_die(c->diag, EXIT_FAILED, "%s", err.text);
	open_shards(r);
	for (size_t i = 0; i < o->outs.count; i++)
		if (outlets_add(&r->outlets, o->outs.text[i], &err) == -1)
			opt_refuse(c, &err);
	if (outlets_bind(&r->outlets, &r->plan->arms, true, &err) == -1)
		opt_refuse(c, &err);
	spare_models(r, &r->plan->arms);
	spare_models(r, &r->plan->shadows);
	r->edit = append_open(c, NULL);
}

static int
declare(struct routing *r, int *member, const char *name, struct err *err)
{
	if (*member == -1)
		*member = edit_name(r->edit, r->fields, name, err);
	return *member == -1 ? -1 : 0;
}

int
routing_declare(struct routing *r, const struct plan *plan, bool answers, struct err *err)
{
	struct members *m = &r->member;
	bool shadows = plan->shadows.count > 0 && r->options->shadow_out == NULL;
	bool shard = r->shards.count > 0 && r->options->out_shard == NULL;

	r->member_before = *m;
	r->declared_before = edit_count(r->edit);
	if (plan->arms.count > 0 && declare(r, &m->arm, "arm", err) == -1)
		return -1;
	if (answers &&
	    (declare(r, &m->prediction, "prediction", err) == -1 ||
		declare(r, &m->probability, "probability", err) == -1 ||
		declare(r, &m->error, "error", err) == -1))
		return -1;
	if (shadows && declare(r, &m->shadow, "shadow", err) == -1)
		return -1;
	return shard ? declare(r, &m->shard, "shard", err) : 0;
}

int
routing_start(struct routing *r, const struct stat_row *rows, size_t count, struct err *err)
{
	if (tally_open(&r->tally, count, err) == -1)
		return -1;
	for (size_t i = 0; i < count; i++)
		tally_add(&r->tally, &rows[i]);
	if (tally_bind(&r->tally, &r->plan->arms, err) == -1 ||
	    outlets_open(&r->outlets, &r->options->common, err) == -1)
		return -1;
	return r->options->exposure == NULL ?
	    0 :
	    exposure_open(&r->exposure, r->options->exposure, r->options->common.attempt, err);
}

void
routing_join(struct routing *r, struct stream *stream)
{
	r->stream = stream;
	outlets_join(&r->outlets, stream);
	if (r->options->exposure != NULL)
		stream_beside(stream, &r->exposure.side);
}

int
routing_decide(struct routing *r, const struct record *record, struct decision *d,
    bool *shadowed, struct err *err)
{
	struct value v = record_at(record, r->id);
	const char *id = "";
	size_t n = 0;
	int there = split_id_read(v, &r->text, &id, &n, err);

	if (there == 0 && r->options->on_missing == MISSING_REJECT)
		return split_id_refuse(v, record->object, r->options->key, err);
	if (there == -1 || edit_check(r->edit, record, err) == -1)
		return -1;
	if (r->plan->arms.count > 0) {
		if (there == 1)
			plan_assign(r->plan, id, n, &d->assignment);
		else
			plan_assign_none(r->plan, &d->assignment);
	}
	*shadowed = r->plan->shadows.count > 0 && plan_shadowed(r->plan, id, n);
	if (r->shards.count > 0)
		d->shard = shards_of(&r->shards, id, n);
	return 0;
}

/*
 * Sets a member that not every answer has.  If the record has an old value, which --overwrite
 * allows, that must not stay.
 */
static void
set_perhaps(struct routing *r, const struct record *record, int member, struct value v)
{
	if (v.kind != V_MISSING || edit_replaces(r->edit, member, record))
		edit_raw(r->edit, member, v);
}

static void
set_answer(struct routing *r, const struct record *record, const struct answer *answer)
{
	static const struct value none = { NULL, 0, V_MISSING };

	edit_raw(r->edit, r->member.prediction, answer->prediction);
	set_perhaps(r, record, r->member.probability, answer->probability);
	if (answer->error != NULL)
		edit_string(r->edit, r->member.error, answer->error, strlen(answer->error));
	else
		set_perhaps(r, record, r->member.error, none);
	if (r->member.shadow != -1)
		set_perhaps(r, record, r->member.shadow, answer->shadow);
}

/*
 * Notes that a line of a file is complete.  If the file cannot be written, the run ends here.
 * This is reported only once, even if more records already have their answers.
 */
static void
end_line(struct routing *r, struct side_file *side)
{
	bool told = side->told;
	struct err err;

	if (side_file_line(side, &err) == -1 && !told)
		stream_fail(r->stream, &err);
}

int
routing_write(struct routing *r, const struct record *record, const struct decision *d,
    const struct answer *answer, struct err *err)
{
	const struct assignment *a = &d->assignment;
	struct side_file *beside = outlets_side(&r->outlets, a->arm, d->shard);
	struct out *out = beside != NULL ? &beside->out : stream_out(r->stream);

	if (r->member.arm != -1)
		edit_raw(r->edit, r->member.arm, arm_value(&r->plan->arms.arm[a->arm]));
	if (answer != NULL)
		set_answer(r, record, answer);
	if (r->member.shard != -1 && r->shards.nodes.count > 0)
		edit_raw(r->edit, r->member.shard, arm_value(&r->shards.nodes.arm[d->shard]));
	else if (r->member.shard != -1)
		edit_i64(r->edit, r->member.shard, d->shard);
	if (!r->options->common.quiet) {
		if (edit_write(r->edit, record, out, err) == -1)
			return -1;
		if (beside != NULL)
			end_line(r, beside);
	}
	if (r->plan->arms.count > 0)
		tally_count(&r->tally, a);
	if (r->options->exposure == NULL)
		return 0;
	if (exposure_write(&r->exposure, record_at(record, r->id), &r->plan->arms.arm[a->arm],
		a, err) == -1)
		return -1;
	end_line(r, &r->exposure.side);
	return 0;
}

int
routing_prepare(struct routing *r, const struct plan *plan, bool answers, struct err *err)
{
	if (routing_declare(r, plan, answers, err) == 0 &&
	    tally_bind(&r->tally, &plan->arms, err) == 0 &&
	    outlets_bind(&r->outlets, &plan->arms, false, err) == 0)
		return 0;
	routing_decline(r);
	return -1;
}

void
routing_adopt(struct routing *r, struct plan *plan)
{
	plan_free(r->plan);
	free(r->plan);
	r->plan = plan;
}

/* Binds the old plan again.  This can fail only if memory is short. */
void
routing_decline(struct routing *r)
{
	struct err err;

	r->member = r->member_before;
	edit_take_back(r->edit, r->declared_before);
	if (tally_bind(&r->tally, &r->plan->arms, &err) == -1 ||
	    outlets_bind(&r->outlets, &r->plan->arms, false, &err) == -1)
		stream_fail(r->stream, &err);
}

int
routing_finish(struct routing *r, struct err *err)
{
	struct err later;
	int result = outlets_close(&r->outlets, err);

	if (exposure_close(&r->exposure, result == 0 ? err : &later) == -1)
		result = -1;
	if (tally_sum(&r->tally, result == 0 ? err : &later) == -1)
		result = -1;
	append_tell(&r->options->common, r->edit);
	return result;
}

void
routing_close(struct routing *r)
{
	struct err err;

	outlets_free(&r->outlets);
	(void)exposure_close(&r->exposure, &err);
	plan_free(r->plan);
	free(r->plan);
	shards_free(&r->shards);
	tally_free(&r->tally);
	edit_free(r->edit);
	buf_free(&r->text);
	fields_free(r->fields);
}
