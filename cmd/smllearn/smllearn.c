/* smllearn - learn from a stream as it comes, and predict each record first */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/replace.h"
#include "cli/options/opt.h"
#include "cli/report/sig.h"
#include "cli/stream/append.h"
#include "cli/stream/stream.h"
#include "json/doc.h"
#include "learn/recipe.h"
#include "model.h"
#include "seen_names.h"
#include "publish.h"
#include "report.h"

enum { FORMAT = 1 }; /* of the snapshots */

struct learn_options {
	struct common common;
	struct recipe recipe;
	const char *model, *publish_name, *loss;
	uint64_t publish;
};

#define AT(member) offsetof(struct learn_options, member)

static const struct opt options[] = {
	{ 'y', "target", "FIELD", OPT_TEXT, AT(recipe.target), OPT_NEEDED | OPT_COMPARED,
	    "field to predict, and to learn from where a record has it", 0, 0 },
	{ 'f', "features", "LIST", OPT_TEXT, AT(recipe.features), OPT_NEEDED | OPT_COMPARED,
	    "fields from which to predict the target", 0, 0 },
	{ 'm', "model", "MODEL", OPT_TEXT, AT(model), OPT_IS_FILE | OPT_WRITES,
	    "load the model from MODEL if it exists, and save it there", 0, 0 },
	{ 0, "task", RECIPE_TASKS, OPT_CHOICE, AT(recipe.rule.task), OPT_COMPARED,
	    "predict a number or one of two labels (default by the target)", 0, 0 },
	{ 0, "learner", LEARNER_NAMES, OPT_CHOICE, AT(recipe.learner), OPT_COMPARED,
	    "how to learn (default auto)", 0, 0 },
	{ 0, "loss", "LOSS", OPT_TEXT, AT(loss), OPT_COMPARED,
	    "loss to minimize (default squared_error; log_loss to classify)", 0, 0 },
	{ 0, "penalty", RECIPE_PENALTIES, OPT_CHOICE, AT(recipe.rule.penalty), OPT_COMPARED,
	    "penalty that keeps weights small (default l2)", 0, 0 },
	{ 0, "alpha", "A", OPT_REAL, AT(recipe.rule.alpha), OPT_COMPARED,
	    "weight of the penalty (default 0.0001); for coin (4), ftrl (0.5): see the page",
	    0, 0 },
	{ 0, "learning-rate", RECIPE_RATES, OPT_CHOICE, AT(recipe.rule.rate), OPT_COMPARED,
	    "how long steps are (default invscaling; optimal to classify)", 0, 0 },
	{ 0, "eta0", "E", OPT_REAL, AT(recipe.rule.eta0), OPT_COMPARED,
	    "first step of constant, invscaling (default 0.01), adaptive (0.5)", 0, 0 },
	{ 0, "power-t", "P", OPT_REAL, AT(recipe.rule.power_t), OPT_COMPARED,
	    "exponent of invscaling (default 0.25; 0.5 to classify), adaptive (0.5)", 0, 0 },
	{ 0, "beta", "B", OPT_REAL, AT(recipe.rule.beta), OPT_COMPARED,
	    "ftrl: shortens the first steps; coin: smallest slope to expect (default 1)", 0,
	    0 },
	{ 0, "l1", "L", OPT_REAL, AT(recipe.rule.l1), OPT_COMPARED,
	    "ftrl: weight of the sum of the weights' sizes (default 0)", 0, 0 },
	{ 0, "l2", "L", OPT_REAL, AT(recipe.rule.l2), OPT_COMPARED,
	    "ftrl: weight of the sum of the weights' squares (default 0)", 0, 0 },
	{ 0, "initial-t", "T", OPT_REAL, AT(recipe.rule.initial_t), OPT_COMPARED,
	    "adaptive: begin as if after T records (default 0)", 0, 0 },
	{ 0, "l1-ratio", "R", OPT_REAL, AT(recipe.rule.l1_ratio), OPT_COMPARED,
	    "share of l1 in elasticnet (default 0.15)", 0, 1 },
	{ 0, "epsilon", "E", OPT_REAL, AT(recipe.rule.epsilon), OPT_COMPARED,
	    "width of huber and the epsilon-insensitive losses (default 0.1)", 0, 0 },
	{ 0, "quantile", "Q", OPT_REAL, AT(recipe.rule.quantile), OPT_COMPARED,
	    "which quantile pinball predicts (default 0.5)", 0, 1 },
	{ 0, "aggressiveness", "C", OPT_REAL, AT(recipe.rule.aggressiveness), OPT_COMPARED,
	    "pa: how far one record may move the weights (default 1)", 0, 0 },
	{ 0, "intercept-lr", "E", OPT_REAL, AT(recipe.rule.intercept_lr), OPT_COMPARED,
	    "sgd: how long steps of the intercept are (default as those of the weights)", 0,
	    0 },
	{ 0, "no-intercept", NULL, OPT_FLAG, AT(recipe.rule.no_intercept), OPT_COMPARED,
	    "have no intercept", 0, 0 },
	{ 0, "no-clamp", NULL, OPT_FLAG, AT(recipe.rule.no_clamp), OPT_COMPARED,
	    "adaptive, coin, ftrl: also predict beyond the range of targets seen", 0, 0 },
	{ 0, "scale", RECIPE_SCALES, OPT_CHOICE, AT(recipe.scale), OPT_COMPARED,
	    "scale features to mean 0 and variance 1 first (default none)", 0, 0 },
	{ 0, "missing", RECIPE_MISSING, OPT_CHOICE, AT(recipe.missing), OPT_COMPARED,
	    "what to do with a record that lacks a feature (default reject)", 0, 0 },
	{ 0, "cold-start", RECIPE_COLD_STARTS, OPT_CHOICE, AT(recipe.cold_start), OPT_COMPARED,
	    "what to predict before anything is learned (default null)", 0, 0 },
	{ 0, "publish", "N", OPT_COUNT, AT(publish), OPT_COMPARED,
	    "write the model as a control line every N records learned", 1, 0 },
	{ 0, "publish-name", "NAME", OPT_TEXT, AT(publish_name), OPT_COMPARED,
	    "name of the published model (default MODEL's name without its suffix)", 0, 0 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

static const struct cli cli = {
	.tool = "smllearn",
	.what = "learn from records as they come, predicting each one first",
	.operands = "[file ...]",
	.options = options,
	.common = COMMON_INPUT | COMMON_REJECTS | COMMON_QUIET | COMMON_STATE | COMMON_OUTPUT |
	    COMMON_APPEND | COMMON_DEFAULT,
};

struct learn {
	struct learn_options options;
	struct fields *fields;
	struct edit *edit;
	int prediction, probability; /* members of edit */
	struct model model;
	struct publication publication;
	struct report report;
	struct seen_names names;
	struct stream *stream;
	bool loading, finished;
	int lock; /* of MODEL */
	int task; /* the task as given: a state must have the same, not that of a model */
	json_t *document; /* MODEL at the start; NULL: there is none */
};

/* Checks the texts of the options. */
static void
tool_open(struct learn *t)
{
	const struct common *c = &t->options.common;
	struct recipe *recipe = &t->options.recipe;
	struct err err;

	if (recipe_settle(recipe, &err) == -1)
		opt_refuse(c, &err);
	t->fields = fields_new();
	if (t->fields == NULL)
		diag_die(c->diag, EXIT_FAILED, "out of memory");
	if (model_open(&t->model, recipe, t->fields, &err) == -1)
		opt_refuse(c, &err);
	t->edit = append_open(c, NULL);
	t->prediction = append_name(c, t->edit, t->fields, "prediction");
	if (recipe->rule.loss == LOSS_LOG ||
	    (recipe->learner == LEARNER_AUTO && t->task == TASK_OPEN))
		t->probability = append_name(c, t->edit, t->fields, "probability");
	append_named(c, t->edit);
	if (publish_open(&t->publication, t->options.publish, t->options.publish_name,
		t->options.model, &err) == -1)
		opt_refuse(c, &err);
	report_open(&t->report, (enum task)recipe->rule.task);
	if (recipe->learner == LEARNER_AUTO) {
		recipe->rule.task = t->task;
		recipe->rule.loss = -1;
	} else if (recipe->learner < LEARNER_MEAN)
		t->options.loss = recipe_loss_name(recipe);
}

static void
tool_close(struct learn *t)
{
	model_close(&t->model);
	publish_close(&t->publication);
	edit_free(t->edit);
	fields_free(t->fields);
	opt_free(&cli, &t->options);
	if (t->lock != -1)
		(void)close(t->lock);
}

static void
set_guess(struct learn *t)
{
	const struct guess *g = &t->model.predictor.guess;

	if (!g->made)
		edit_null(t->edit, t->prediction);
	else if (t->model.predictor.recipe.rule.task == TASK_CLASSIFY)
		edit_raw(t->edit, t->prediction, g->spelling);
	else
		edit_f64(t->edit, t->prediction, g->score);
	if (t->model.predictor.recipe.rule.loss != LOSS_LOG)
		return;
	if (g->probable)
		edit_f64(t->edit, t->probability, g->probability);
	else
		edit_null(t->edit, t->probability);
}

static int
write_guess(struct learn *t, const struct record *record, struct err *err)
{
	if (t->options.common.quiet)
		return 0;
	set_guess(t);
	if (!isfinite(t->model.predictor.guess.score))
		stream_warn(t->stream,
		    "the prediction is not finite: it is null in the output");
	return edit_write(t->edit, record, stream_out(t->stream), err);
}

/*
 * Publishes the model.  If that fails, it is not the fault of the record, which is already
 * learned.
 */
static void
publish_model(struct learn *t, bool last)
{
	struct err err;

	if (publish(&t->publication, &t->model, last, stream_out(t->stream), &err) == -1)
		stream_fail(t->stream, &err);
}

/* Handles a record. Nothing of a bad record is kept. */
static int
take_record(struct learn *t, const struct record *record, struct err *err)
{
	struct model *m = &t->model;
	int all = model_read(m, record, err);

	if (all == -1)
		return -1;
	if (all == 1) {
		model_guess(m);
		if (model_try(m, err) == -1)
			return -1;
	}
	if (write_guess(t, record, err) == -1)
		return -1;
	if (all == 1) {
		model_keep(m);
		if (m->target.there)
			publish_model(t, false);
	} else
		t->report.skipped++;
	t->report.targets += m->target.there;
	if (t->report.targets == 0)
		seen_names_add(&t->names, record);
	if (t->options.common.metrics != NULL)
		report_update(&t->report, m);
	return 0;
}

static void
load(struct learn *t)
{
	const char *section = stream_section(t->stream);
	struct value object = stream_object(t->stream);
	struct err err;

	if (!t->loading)
		model_clear(&t->model);
	t->loading = true;
	if (strcmp(section, "run") == 0 ?
		snap_get(object, report_members, &t->report, &err) == -1 :
		model_get(&t->model, section, object, &err) == -1)
		stream_fail(t->stream, &err);
}

static void
loaded(struct learn *t)
{
	struct err err;

	if (predictor_loaded(&t->model.predictor, &err) == -1)
		stream_fail(t->stream, &err);
}

/*
 * Saves MODEL, together with the state or at the end of the run; but not if the run had no
 * target, or lost some of its output.  The stream syncs and renames the file
 * (stream_commit.c); under smlrun it becomes a part of the snapshot instead.
 */
static void
save_model(struct learn *t)
{
	struct replace file;
	struct err err;

	if (t->options.model == NULL || t->report.targets == 0 ||
	    t->model.predictor.recipe.rule.task == TASK_OPEN)
		return;
	if (model_write(&t->model, t->options.model, t->options.common.permissions, &file,
		&err) == -1)
		stream_fail(t->stream, &err);
	else
		stream_replace(t->stream, &file);
}

static void
save_state(struct learn *t)
{
	snap_put(stream_snap(t->stream), "run", report_members, &t->report);
	model_put(&t->model, stream_snap(t->stream));
	/*
	 * The snapshot of a barrier may still be undone, so MODEL is not written yet; but in
	 * an attempt the snapshot contains the model.
	 */
	if ((!stream_carries_control(t->stream) || t->options.common.attempt != NULL) &&
	    !t->finished)
		save_model(t);
}

static void
take_event(struct learn *t, enum stream_event event)
{
	struct err err;

	switch (event) {
	case STREAM_LOAD:
		load(t);
		break;
	case STREAM_LOADED:
		loaded(t);
		break;
	case STREAM_RECORD:
		if (take_record(t, stream_record(t->stream), &err) == -1)
			stream_reject(t->stream, &err);
		break;
	case STREAM_SAVE:
		save_state(t);
		break;
	case STREAM_FINISH:
		t->finished = true;
		publish_model(t, true);
		save_model(t);
		break;
	default: /* nothing here depends on time, and nothing is pending */
		break;
	}
}

/* Fails a run that had records, but none with the target: its name is probably mistyped. */
static void
check_target(struct learn *t)
{
	const char *target = t->options.recipe.target;
	struct err err;

	if (stream_failed(t->stream) || t->names.records == 0 || t->report.targets > 0)
		return;
	if (learner_steps(&t->model.predictor.learner) > 0) {
		diag_warn(t->options.common.diag, NULL,
		    "no record had the target \"%s\": nothing was learned; predictions are "
		    "those of the loaded model",
		    target);
		return;
	}
	err_set(&err, NULL, "no record had the target \"%s\"; they had %s", target,
	    t->names.list);
	stream_fail(t->stream, &err);
}

/* Warns if the model is worse than no model. */
static void
check_scores(struct learn *t)
{
	double mine, naive;
	const char *name = report_worse(&t->report, &mine, &naive);
	int learner = t->options.recipe.learner;

	if (name == NULL || learner >= LEARNER_MEAN)
		return;
	diag_warn(t->options.common.diag, NULL,
	    "the predictions are worse than naive ones (%s %.4g, not %.4g)%s%s", name, mine,
	    naive, learner == LEARNER_AUTO ? "" : ": try --learner auto",
	    learner == LEARNER_AUTO || t->options.recipe.scale != 0 ? "" :
								      ", or --scale standard");
}

static int
run(struct learn *t)
{
	const struct common *c = &t->options.common;
	enum stream_event event;
	bool stopped;

	t->stream = stream_open(&t->options, t->fields, FORMAT, t->report.rows);
	if (t->stream == NULL)
		return EXIT_FAILED;
	stream_excuse(t->stream, t->model.target_slot);
	if (t->options.publish > 0)
		stream_announce(t->stream);
	while ((event = stream_next(t->stream)) != STREAM_OVER)
		take_event(t, event);
	stopped = sig_came() != 0 && !t->finished;
	if (stopped && c->state == NULL)
		save_model(t);
	report_update(&t->report, &t->model);
	append_tell(c, t->edit);
	if (!stopped)
		check_target(t);
	check_scores(t);
	return stream_close(t->stream);
}

/*
 * Locks and reads MODEL: without the lock, one of two runs would lose what it learned.  Fails
 * before the first record if the file cannot be written.  A stage of an attempt does not lock
 * MODEL, because smlrun writes it, and a dead attempt must not hold a lock.
 */
static int
open_model(struct learn *t, struct err *err)
{
	const char *path = t->options.model;

	if (path == NULL)
		return 0;
	if (t->options.common.attempt == NULL)
		t->lock = lock_beside(path, "the model", err);
	if ((t->options.common.attempt == NULL && t->lock == -1) ||
	    replace_check(path, err) == -1)
		return -1;
	t->document = doc_load(path, err);
	if (t->document == NULL)
		return errno == ENOENT ? 0 : -1;
	recipe_adopt(&t->options.recipe, json_object_get(t->document, "options"));
	return 0;
}

static int
load_model(struct learn *t, struct err *err)
{
	struct err why;
	int result = 0;

	if (t->document == NULL)
		return 0;
	if (model_read_json(&t->model, t->document, &why) == -1)
		result = err_set(err, NULL, "%s: %s", t->options.model, why.text);
	json_decref(t->document);
	t->document = NULL;
	return result;
}

int
main(int argc, char **argv)
{
	struct learn t = { .lock = -1, .options.recipe = recipe_none };
	struct err err;
	int status = EXIT_FAILED;

	opt_parse(&cli, &t.options, argc, argv);
	t.task = t.options.recipe.rule.task;
	if (recipe_loss(&t.options.recipe, t.options.loss, &err) == -1)
		opt_refuse(&t.options.common, &err);
	if (open_model(&t, &err) == -1)
		diag_die(t.options.common.diag, EXIT_FAILED, "%s", err.text);
	tool_open(&t);
	if (load_model(&t, &err) == -1)
		diag_error(t.options.common.diag, NULL, "%s", err.text);
	else
		status = run(&t);
	tool_close(&t);
	return status;
}
