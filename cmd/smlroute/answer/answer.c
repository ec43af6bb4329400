/* Opens, changes and closes the models of a run. */
#include <stdlib.h>
#include <string.h>

#include "answer/answer_parts.h"
#include "answer/child.h"
#include "cli/stream/watch.h"

/* The models of one setup; some may be taken over from the previous setup. */
struct models {
	struct server *server;
	struct shadow *shadow;
	size_t arms, shadows;
};

static struct models
models_of(const struct answers *a)
{
	return (struct models){ a->server, a->shadows.shadow, a->arms, a->shadows.count };
}

_Static_assert(2 * COPROCESS_MOST <= WATCH_MAX, "two descriptors each");

static void
take_coprocess(struct responder *r, struct coprocess **all, size_t *n)
{
	if (r->coprocess != NULL)
		all[(*n)++] = r->coprocess;
	r->coprocess = NULL;
}

/* Ends all co-processes together.  After this, only models_close may be called. */
static void
models_end(struct models *m)
{
	struct coprocess *all[COPROCESS_MOST];
	size_t n = 0;

	for (size_t i = 0; m->server != NULL && i < m->arms; i++)
		take_coprocess(&m->server[i].responder, all, &n);
	for (size_t i = 0; m->shadow != NULL && i < m->shadows; i++)
		take_coprocess(&m->shadow[i].responder, all, &n);
	coprocess_end(all, n);
}

static void
models_close(struct models *m)
{
	models_end(m);
	for (size_t i = 0; m->server != NULL && i < m->arms; i++)
		responder_close(&m->server[i].responder);
	for (size_t i = 0; m->shadow != NULL && i < m->shadows; i++)
		shadow_close(&m->shadow[i]);
	free(m->server);
	free(m->shadow);
}

static struct server *
find_server(const struct answers *a, const struct answer_model *arm)
{
	for (size_t i = 0; i < a->arms; i++)
		if (responder_is(&a->server[i].responder, arm->name, arm->model))
			return &a->server[i];
	return NULL;
}

static struct shadow *
find_shadow(const struct answers *a, const struct answer_model *shadow)
{
	for (size_t i = 0; i < a->shadows.count; i++)
		if (responder_is(&a->shadows.shadow[i].responder, shadow->name, shadow->model))
			return &a->shadows.shadow[i];
	return NULL;
}

/* Opens the models that cannot be taken over. */
static int
models_open(struct models *m, const struct answers *a, const struct answer_setup *setup,
    struct err *err)
{
	const struct answer_model *one;

	*m = (struct models){ NULL, NULL, setup->arm_count, setup->shadow_count };
	m->server = calloc(m->arms + 1, sizeof *m->server);
	m->shadow = calloc(m->shadows + 1, sizeof *m->shadow);
	if (m->server == NULL || m->shadow == NULL)
		return err_memory(err);
	for (size_t i = 0; i < m->arms; i++) {
		one = &setup->arms[i];
		if (find_server(a, one) == NULL &&
		    responder_open(&m->server[i].responder, "arm", one->name, one->model,
			&a->context, err) == -1)
			return -1;
	}
	for (size_t i = 0; i < m->shadows; i++) {
		one = &setup->shadows[i];
		if (find_shadow(a, one) == NULL &&
		    shadow_open(&m->shadow[i], one->name, one->model, &a->context, err) == -1)
			return -1;
	}
	return 0;
}

/* Takes over the models that stay; after this nothing can fail. */
static void
take_over(struct models *m, const struct answers *a, const struct answer_setup *setup)
{
	struct server *server;
	struct shadow *shadow;

	for (size_t i = 0; i < m->arms; i++)
		if ((server = find_server(a, &setup->arms[i])) != NULL) {
			m->server[i] = *server;
			*server = (struct server){ .first = 0 };
		}
	for (size_t i = 0; i < m->shadows; i++)
		if ((shadow = find_shadow(a, &setup->shadows[i])) != NULL) {
			m->shadow[i] = *shadow;
			*shadow = (struct shadow){ .first = 0 };
		}
}

/* Returns how many co-processes there will be. */
static size_t
count_commands(const struct answer_setup *setup)
{
	size_t n = 0;

	for (size_t i = 0; i < setup->arm_count; i++)
		n += responder_is_command(setup->arms[i].model);
	for (size_t i = 0; i < setup->shadow_count; i++)
		n += responder_is_command(setup->shadows[i].model);
	return n;
}

int
answers_renew(struct answers *a, const struct answer_setup *setup, struct err *err)
{
	struct models old = models_of(a), fresh;
	struct pollfd *fds;

	if (count_commands(setup) > COPROCESS_MOST)
		return err_set(err, NULL, "at most %d models can be exec:", COPROCESS_MOST);
	fds = calloc(2 * (setup->arm_count + setup->shadow_count) + 1, sizeof *fds);
	if (fds == NULL || models_open(&fresh, a, setup, err) == -1) {
		if (fds == NULL)
			return err_memory(err);
		models_close(&fresh);
		free(fds);
		return -1;
	}
	take_over(&fresh, a, setup);
	for (size_t i = 0; i < old.shadows; i++)
		shadows_drop(&a->shadows, &old.shadow[i]);
	models_close(&old);
	free(a->fds);
	a->fds = fds;
	a->server = fresh.server;
	a->arms = fresh.arms;
	a->shadows.shadow = fresh.shadow;
	a->shadows.count = fresh.shadows;
	a->coprocesses = count_commands(setup);
	a->fallback = setup->fallback;
	a->started = false;
	return 0;
}

struct answers *
answers_open(const struct answer_setup *setup, struct err *err)
{
	struct answers *a = calloc(1, sizeof *a);

	if (a == NULL) {
		err_memory(err);
		return NULL;
	}
	a->context = (struct responder_context){ .diag = setup->diag,
		.fields = setup->fields,
		.reader = &a->reader,
		.timeout = setup->timeout,
		.longest = setup->max_line,
		.starts = &a->count.starts };
	a->slots = -1;
	a->id = setup->id;
	a->max_depth = setup->max_depth;
	a->reloads = setup->reload;
	a->from_stream = setup->from_stream;
	a->context.environment = child_environment(setup->exec_env);
	if (a->context.environment == NULL || outstanding_open(&a->outstanding) == -1)
		err_memory(err);
	else if (response_reader_open(&a->reader, setup->max_depth, err) == 0 &&
	    shadows_open(&a->shadows, setup->shadow_out, setup->attempt, &a->reader, err) ==
		0 &&
	    answers_renew(a, setup, err) == 0)
		return a;
	answers_close(a);
	return NULL;
}

void
answers_end(struct answers *a)
{
	struct models models = models_of(a);

	models_end(&models);
}

void
answers_close(struct answers *a)
{
	struct models models;

	if (a == NULL)
		return;
	models = models_of(a);
	models_close(&models);
	a->shadows.shadow = NULL;
	a->shadows.count = 0;
	(void)shadows_close(&a->shadows, NULL);
	outstanding_close(&a->outstanding);
	if (a->slots != -1)
		record_close(&a->record);
	response_reader_close(&a->reader);
	free(a->context.environment);
	free(a->fds);
	free(a);
}

const char *
answers_unrepeatable(const struct answers *a)
{
	if (a->coprocesses > 0)
		return "a co-process may answer otherwise when it is asked again";
	return a->reloads ? "--reload may have read another model by then" : NULL;
}

struct side_file *
answers_side(struct answers *a)
{
	return a->shadows.side.open ? &a->shadows.side : NULL;
}

size_t
answers_rows(const struct answers *a, struct stat_row *rows)
{
	const struct shadow_count *shadow = &a->shadows.total;
	const struct stat_row all[] = {
		{ "unanswered", STAT_COUNT, &a->count.errors,
		    "Records that their arm did not answer", NULL },
		{ "fallbacks", STAT_COUNT, &a->count.fallbacks,
		    "Of these, records that --fallback answered", NULL },
		{ "coprocess_starts", STAT_COUNT, &a->count.starts, "Starts of co-processes",
		    NULL },
		{ "models_loaded", STAT_COUNT, &a->count.loads, "Models loaded in the run",
		    NULL },
		{ "models_refused", STAT_COUNT, &a->count.refused,
		    "Models that did not load, so that the old ones stayed", NULL },
		{ "shadow_requests", STAT_COUNT, &shadow->requests,
		    "Requests that shadows were to see", NULL },
		{ "shadow_replies", STAT_COUNT, &shadow->replies, "Replies of shadows", NULL },
		{ "shadow_errors", STAT_COUNT, &shadow->errors,
		    "Requests that a shadow failed at", NULL },
		{ "shadow_dropped", STAT_COUNT, &shadow->dropped,
		    "Requests that a shadow did not get, for it was down or slow", NULL },
		{ "shadow_differed", STAT_COUNT, &shadow->differed,
		    "Replies of shadows that differed from the arm's", NULL },
		{ "shadows", STAT_JSON, &a->shadows.report.p, "Counts by shadow", NULL },
	};

	memcpy(rows, all, sizeof all);
	return sizeof all / sizeof *all;
}
