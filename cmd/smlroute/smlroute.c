/* smlroute - give each record one of several arms, and the answer of its model */
#include <stdlib.h>
#include <string.h>

#include "cli/stream/append.h"
#include "routing.h"
#include "split/config.h"

enum { FORMAT = 1 }; /* of snapshots, which smlroute does not have */

/*
 * The default time-out of a co-process, ns.  It is long enough for Python to import libraries:
 * that time counts for the first record.
 */
static const int64_t timeout = 5000000000;

struct router {
	struct route_options options;
	struct routing routing;
	struct answers *answers; /* NULL: no arm has a model, and none will get one */
	bool serves;		 /* an arm has a model, or had one: there are predictions */
	struct stream *stream;
};

/* A decision must fit into the request. */
_Static_assert(sizeof(struct decision) <= sizeof(((struct request *)0)->own), "too large");

/* Returns whether there can be predictions, or were any. */
static bool
will_serve(const struct router *t, const struct plan *plan)
{
	if (t->serves || t->options.from_stream)
		return true;
	for (uint32_t i = 0; i < plan->arms.count; i++)
		if (plan->arms.arm[i].model != NULL)
			return true;
	return plan->shadows.count > 0;
}

/* Returns the models of arms, then those of shadows; NULL if memory is short. */
static struct answer_model *
models_of(const struct plan *plan)
{
	const struct arms *arms = &plan->arms, *shadows = &plan->shadows;
	struct answer_model *m = calloc((size_t)arms->count + shadows->count + 1, sizeof(*m));

	for (uint32_t i = 0; m != NULL && i < arms->count; i++)
		m[i] = (struct answer_model){ arms->arm[i].name, arms->arm[i].model };
	for (uint32_t i = 0; m != NULL && i < shadows->count; i++)
		m[arms->count + i] =
		    (struct answer_model){ shadows->arm[i].name, shadows->arm[i].model };
	return m;
}

/* Makes the setup of the answers for a plan; models are borrowed. */
static struct answer_setup
setup_of(const struct router *t, const struct plan *plan, const struct answer_model *models)
{
	const struct route_options *o = &t->options;

	return (struct answer_setup){ .diag = o->common.diag,
		.fields = t->routing.fields,
		.arms = models,
		.shadows = models + plan->arms.count,
		.arm_count = plan->arms.count,
		.shadow_count = plan->shadows.count,
		.fallback = (int)plan->fallback,
		.timeout = o->common.timeout,
		.max_line = o->common.max_line,
		.max_depth = (unsigned int)o->common.max_depth,
		.exec_env = o->exec_env,
		.shadow_out = o->shadow_out,
		.attempt = o->common.attempt,
		.id = t->routing.id,
		.reload = o->reload,
		.from_stream = o->from_stream };
}

/* Opens the answers for this plan, or changes the open answers to it. */
static int
renew_answers(struct router *t, const struct plan *plan, struct err *err)
{
	struct answer_model *models = models_of(plan);
	struct answer_setup setup;
	int result = 0;

	if (models == NULL)
		return err_memory(err);
	setup = setup_of(t, plan, models);
	if (t->answers != NULL)
		result = answers_renew(t->answers, &setup, err);
	else if ((t->answers = answers_open(&setup, err)) == NULL)
		result = -1;
	free(models);
	return result;
}

/* Adds the counts of models, because a later configuration may have models. */
static int
begin_answers(struct router *t, const struct plan *plan, struct err *err)
{
	bool serves = will_serve(t, plan);

	if ((serves || t->options.config != NULL) && renew_answers(t, plan, err) == -1)
		return -1;
	t->serves = serves;
	return 0;
}

/* Handles the current record; if its answer comes later, the record waits. */
static int
take_record(struct router *t, const struct record *record, struct err *err)
{
	struct decision d = { { 0, -1, REASON_OTHERWISE }, 0 };
	struct request request = { 0 };
	int now;

	if (routing_decide(&t->routing, record, &d, &request.shadowed, err) == -1)
		return -1;
	if (!t->serves)
		return routing_write(&t->routing, record, &d, NULL, err);
	request.arm = (int)d.assignment.arm;
	memcpy(request.own, &d, sizeof(d));
	now = answers_take(t->answers, t->stream, &request, err);
	if (now <= 0)
		return now;
	return routing_write(&t->routing, request.record, &d, &request.answer, err);
}

/* Writes the waiting records that now have their answers. */
static void
write_held(struct router *t)
{
	struct request request;
	struct decision d;
	struct err err;

	while (answers_next(t->answers, &request)) {
		memcpy(&d, request.own, sizeof(d));
		if (edit_check(t->routing.edit, request.record, &err) == 0 &&
		    routing_write(&t->routing, request.record, &d, &request.answer, &err) == 0)
			continue;
		if (stream_reject_held(t->stream, request.held, &err) == -1)
			return;
	}
}

/*
 * Warns if weights leave something to the first arm although there is no --otherwise: the
 * weights may have been meant as ratios, or an arm may be missing.
 */
static void
report_rest(struct diag *diag, const char *config, const struct plan *plan)
{
	if (plan->left > 0 && plan->arms.count > 0 && plan->otherwise_name == NULL)
		diag_warn(diag, NULL,
		    "%s%sthe weights leave %u.%02u percent of the ids, which get the first "
		    "arm, "
		    "\"%s\"; give --otherwise ARM if that is meant, or --weights relative to "
		    "share out all ids",
		    config != NULL ? config : "", config != NULL ? ": " : "",
		    (unsigned int)plan->left / 100, (unsigned int)plan->left % 100,
		    plan->arms.arm[0].name);
}

/* Tells the stream if the answers cannot be repeated. */
static void
mark_answers(struct router *t)
{
	if (t->answers != NULL)
		stream_unrepeatable(t->stream, answers_unrepeatable(t->answers));
}

/* Reads configuration and pins again, and continues with them. */
static int
replan(struct router *t, struct err *err)
{
	struct plan *fresh = calloc(1, sizeof(*fresh));

	if (fresh == NULL)
		return err_memory(err);
	if (options_plan(&t->options, fresh, err) == -1 ||
	    routing_prepare(&t->routing, fresh, will_serve(t, fresh), err) == -1)
		goto broken;
	if (begin_answers(t, fresh, err) == -1) {
		routing_decline(&t->routing);
		goto broken;
	}
	routing_adopt(&t->routing, fresh);
	report_rest(t->options.common.diag, t->options.config, fresh);
	return 0;
broken:
	plan_free(fresh);
	free(fresh);
	return -1;
}

/* Reloads at SIGHUP: a broken file is reported, and the old one stays in use. */
static void
reload(struct router *t)
{
	const struct route_options *o = &t->options;
	struct err err;

	if ((o->config != NULL || o->pin != NULL) && replan(t, &err) == -1) {
		diag_warn(o->common.diag, NULL,
		    "%s; the run goes on with what was read before", err.text);
		t->routing.tally.failed++;
		return;
	}
	if (t->answers != NULL)
		answers_reload(t->answers);
	mark_answers(t);
	t->routing.tally.reloads++;
}

static void
take_event(struct router *t, enum stream_event event)
{
	struct err err;
	int result = 0;

	switch (event) {
	case STREAM_RECORD:
		if (take_record(t, stream_record(t->stream), &err) == -1)
			stream_reject(t->stream, &err);
		break;
	case STREAM_READY:
		result = answers_ready(t->answers, &err);
		break;
	case STREAM_DRAIN:
		result = answers_drain(t->answers, &err);
		break;
	case STREAM_HANGUP:
		reload(t);
		break;
	case STREAM_CONTROL:
		if (t->answers != NULL)
			answers_control(t->answers, stream_control(t->stream));
		break;
	default: /* a watermark line, the end: nothing is open here */
		break;
	}
	if (result == -1)
		stream_fail(t->stream, &err);
}

static int
run(struct router *t)
{
	struct routing *r = &t->routing;
	enum stream_event event;
	struct err err;

	t->stream = stream_open(&t->options, r->fields, FORMAT, r->tally.row);
	if (t->stream != NULL && t->options.from_stream)
		stream_carry_models(t->stream);
	if (t->stream == NULL)
		return EXIT_FAILED;
	routing_join(r, t->stream);
	if (t->answers != NULL && answers_side(t->answers) != NULL)
		stream_beside(t->stream, answers_side(t->answers));
	mark_answers(t);
	if (t->answers != NULL)
		answers_start(t->answers);
	/* If there is nothing to reload, SIGHUP ends the run, as in other programs. */
	if (t->options.config != NULL || t->options.pin != NULL || t->answers != NULL)
		stream_hangup(t->stream);
	while ((event = stream_next(t->stream)) != STREAM_OVER) {
		take_event(t, event);
		if (t->serves) {
			write_held(t);
			answers_watch(t->answers, t->stream);
		}
	}
	if (t->answers != NULL && answers_finish(t->answers, &err) == -1)
		stream_fail(t->stream, &err);
	if (t->answers != NULL) {
		/*
		 * End the co-processes here, because stream_close may die of a signal.  Write
		 * the output first, because ending them takes time.
		 */
		(void)stream_flush(t->stream);
		answers_end(t->answers);
	}
	if (routing_finish(r, &err) == -1)
		stream_fail(t->stream, &err);
	return stream_close(t->stream);
}

/* Opens everything, so that anything wrong is found before the first record. */
static int
start(struct router *t)
{
	const struct common *c = &t->options.common;
	struct stat_row rows[ANSWER_ROWS];
	size_t count = 0;
	struct err err;

	options_check(&t->options);
	routing_open(&t->routing, &t->options);
	if (routing_declare(&t->routing, t->routing.plan, will_serve(t, t->routing.plan),
		&err) == -1)
		opt_refuse(c, &err);
	if (begin_answers(t, t->routing.plan, &err) == -1) {
		diag_error(c->diag, NULL, "%s", err.text);
		return EXIT_FAILED;
	}
	append_named(c, t->routing.edit);
	report_rest(c->diag, t->options.config, t->routing.plan);
	if (t->answers != NULL)
		count = answers_rows(t->answers, rows);
	output_hold();
	if (routing_start(&t->routing, rows, count, &err) == -1) {
		diag_error(c->diag, NULL, "%s", err.text);
		return EXIT_FAILED;
	}
	return run(t);
}

/* Checks a configuration, and the models that it names. */
static int
check_file(struct router *t, const char *path, struct err *err)
{
	struct plan plan = { 0 };
	int result = config_load(path, &plan, err);

	t->routing.fields = fields_new();
	if (t->routing.fields == NULL) {
		result = err_memory(err);
	} else if (result == 0 && renew_answers(t, &plan, err) == -1) {
		result = err_prefix(err, "%s: ", path);
	}
	if (result == 0)
		report_rest(t->options.common.diag, path, &plan);
	answers_close(t->answers);
	t->answers = NULL;
	fields_free(t->routing.fields);
	plan_free(&plan);
	return result;
}

/* smlroute check: reports what is wrong with each configuration. */
static int
check(int argc, char **argv)
{
	struct router t = { 0 };
	struct common *c = &t.options.common;
	uint64_t checked = 0, broken = 0;
	const struct stat_row rows[] = {
		{ "checked", STAT_COUNT, &checked, "Configurations that were read", NULL },
		{ "broken", STAT_COUNT, &broken, "Of these, broken ones", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	struct output output;
	struct err err;
	int status;

	opt_parse(&check_cli, &t.options, argc, argv);
	if (c->operands[0] == NULL)
		opt_usage(c, "needs the name of a configuration");
	if (output_open(&output, c, rows, &err) == -1)
		diag_die(c->diag, EXIT_FAILED, "%s", err.text);
	for (char **path = c->operands; *path != NULL; path++) {
		checked++;
		if (check_file(&t, *path, &err) == -1) {
			broken++;
			output_fail(&output, &err);
		}
	}
	status = output_close(&output);
	opt_free(&check_cli, &t.options);
	return status;
}

int
main(int argc, char **argv)
{
	struct router t = { .options.common.timeout = timeout };
	const struct cli *cli = opt_command(&program, &argc, &argv);
	int status;

	if (cli == &check_cli)
		return check(argc, argv);
	opt_parse(cli, &t.options, argc, argv);
	status = start(&t);
	answers_close(t.answers);
	routing_close(&t.routing);
	opt_free(cli, &t.options);
	return status;
}
