/* Models that see requests and never change an answer. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/shadow.h"

int
shadows_open(struct shadows *s, const char *path, const char *attempt,
    struct response_reader *reader, struct err *err)
{
	*s = (struct shadows){ .reader = reader };
	if (path == NULL)
		return 0;
	s->edit = edit_new(NULL, false);
	if (s->edit == NULL)
		return err_memory(err);
	s->id = edit_name(s->edit, NULL, "id", err);
	s->arm = edit_name(s->edit, NULL, "arm", err);
	s->prediction = edit_name(s->edit, NULL, "prediction", err);
	s->shown = edit_name(s->edit, NULL, "shadow", err);
	if (s->id == -1 || s->arm == -1 || s->prediction == -1 || s->shown == -1)
		return -1;
	return side_file_open_part(&s->side, path, attempt, SIDE_FILE_APPEND, err);
}

int
shadow_open(struct shadow *shadow, const char *name, const char *text,
    const struct responder_context *context, struct err *err)
{
	*shadow = (struct shadow){ .first = 0 };
	if (responder_open(&shadow->responder, "shadow", name, text, context, err) == -1)
		return -1;
	if (shadow->responder.kind != RESPONDER_EXEC)
		return 0;
	shadow->pair = calloc(SHADOW_REQUESTS, sizeof *shadow->pair);
	return shadow->pair == NULL ? err_memory(err) : 0;
}

void
shadow_close(struct shadow *shadow)
{
	for (size_t i = 0; shadow->pair != NULL && i < SHADOW_REQUESTS; i++) {
		buf_free(&shadow->pair[i].id);
		buf_free(&shadow->pair[i].arm);
		buf_free(&shadow->pair[i].arm_bytes);
		buf_free(&shadow->pair[i].bytes);
	}
	free(shadow->pair);
	shadow->pair = NULL;
	responder_close(&shadow->responder);
}

int
shadows_close(struct shadows *s, struct err *err)
{
	for (size_t i = 0; i < s->count; i++)
		shadow_close(&s->shadow[i]);
	free(s->shadow);
	s->shadow = NULL;
	s->count = 0;
	edit_free(s->edit);
	s->edit = NULL;
	buf_free(&s->object);
	buf_free(&s->report);
	return side_file_close(&s->side, err);
}

static void
count_difference(struct shadow_count *count, bool differs, bool numbers, double difference)
{
	count->compared++;
	count->differed += differs;
	count->numbers += numbers;
	count->difference += difference;
	count->absolute += fabs(difference);
}

static void
compare(struct shadows *s, struct shadow *shadow, const struct response *arm,
    const struct response *response)
{
	struct value a = arm->prediction, b = response->prediction;
	bool numbers, differs;
	double x = 0, y = 0;

	numbers = a.kind == V_NUMBER && b.kind == V_NUMBER && value_f64(a, &x, NULL) == 0 &&
	    value_f64(b, &y, NULL) == 0;
	if (numbers)
		differs = x != y;
	else if (value_none(a) || value_none(b)) /* a missing value and null are the same */
		differs = !value_none(a) || !value_none(b);
	else
		differs = a.len != b.len || memcmp(a.p, b.p, a.len) != 0;
	count_difference(&shadow->count, differs, numbers, numbers ? y - x : 0);
	count_difference(&s->total, differs, numbers, numbers ? y - x : 0);
}

static void
count_reply(struct shadows *s, struct shadow *shadow, bool sound)
{
	shadow->count.replies += sound;
	shadow->count.errors += !sound;
	s->total.replies += sound;
	s->total.errors += !sound;
}

/* Writes "NAME":{"prediction":…,"probability":…}. */
static int
put_response(struct buf *buf, const char *name, const struct response *response)
{
	struct value v = response->prediction, p = response->probability;

	if (buf_putc(buf, buf->len == 0 ? '{' : ',') == -1 ||
	    buf_put_json(buf, name, strlen(name)) == -1 ||
	    buf_puts(buf, ":{\"prediction\":") == -1 ||
	    (v.kind == V_MISSING ? buf_puts(buf, "null") : buf_put(buf, v.p, v.len)) == -1)
		return -1;
	if (p.kind != V_MISSING &&
	    (buf_puts(buf, ",\"probability\":") == -1 || buf_put(buf, p.p, p.len) == -1))
		return -1;
	return buf_putc(buf, '}');
}

/* Writes a line of --shadow-out; the object is in s->object. */
static int
write_line(struct shadows *s, const struct arm_response *arm, struct err *err)
{
	struct value object = { s->object.p, (uint32_t)s->object.len, V_OBJECT };

	edit_raw(s->edit, s->id, arm->id);
	edit_string(s->edit, s->arm, arm->arm, strlen(arm->arm));
	edit_raw(s->edit, s->prediction, arm->response->prediction);
	edit_raw(s->edit, s->shown, object);
	if (edit_write(s->edit, NULL, &s->side.out, err) == -1)
		return -1;
	return side_file_line(&s->side, err);
}

void
shadows_ask(struct shadows *s, uint64_t number, const struct record *record)
{
	struct shadow *shadow;
	struct pair *pair;
	struct err why;

	for (size_t i = 0; i < s->count; i++) {
		shadow = &s->shadow[i];
		shadow->count.requests++;
		s->total.requests++;
		if (shadow->pair == NULL)
			continue;
		if (shadow->next - shadow->first >= SHADOW_REQUESTS - 1 ||
		    coprocess_unsent(shadow->responder.coprocess) > SHADOW_UNSENT ||
		    coprocess_ask(shadow->responder.coprocess, record->object.p,
			record->object.len, &why) == -1) {
			shadow->count.dropped++;
			s->total.dropped++;
			continue;
		}
		pair = &shadow->pair[shadow->next++ % SHADOW_REQUESTS];
		pair->number = number;
		pair->met = pair->replied = pair->sound = false;
	}
}

/* Compares the replies of a pair that has both, writes its line, and drops the pair. */
static int
settle(struct shadows *s, struct shadow *shadow, struct err *err)
{
	const struct pair *pair;
	struct arm_response arm;

	while (shadow->first < shadow->next) {
		pair = &shadow->pair[shadow->first % SHADOW_REQUESTS];
		if (!pair->met || !pair->replied)
			break;
		shadow->first++;
		if (!pair->sound || pair->lost)
			continue;
		if (pair->compared)
			compare(s, shadow, &pair->arm_response, &pair->response);
		if (!s->side.open)
			continue;
		s->object.len = 0;
		if (put_response(&s->object, shadow->responder.name, &pair->response) == -1 ||
		    buf_putc(&s->object, '}') == -1)
			return err_memory(err);
		arm = (struct arm_response){ pair->arm.p,
			{ pair->id.p, (uint32_t)pair->id.len, V_STRING }, &pair->arm_response,
			pair->compared };
		if (pair->id.len == 0)
			arm.id.kind = V_MISSING;
		if (write_line(s, &arm, err) == -1)
			return -1;
	}
	return 0;
}

/* Returns the oldest pair without its arm's response. */
static struct pair *
unmet(const struct shadow *shadow)
{
	if (shadow->met >= shadow->next)
		return NULL;
	return &shadow->pair[shadow->met % SHADOW_REQUESTS];
}

/* Gives the arm's response to the pair that waits for it. */
static int
meet_pair(struct shadow *shadow, uint64_t number, const struct arm_response *arm,
    struct err *err)
{
	struct pair *pair;

	/* Earlier pairs have no response of the arm: their records could not be written. */
	while ((pair = unmet(shadow)) != NULL && pair->number < number) {
		pair->met = pair->lost = true;
		shadow->met++;
	}
	if (pair == NULL || pair->number != number)
		return 0;
	pair->id.len = pair->arm.len = 0;
	if ((arm->id.len > 0 && buf_put(&pair->id, arm->id.p, arm->id.len) == -1) ||
	    buf_put(&pair->arm, arm->arm, strlen(arm->arm) + 1) == -1 ||
	    response_copy(&pair->arm_response, arm->response, &pair->arm_bytes, NULL) == -1)
		return err_memory(err);
	pair->met = true;
	pair->lost = false;
	pair->compared = arm->sound;
	shadow->met++;
	return 0;
}

/* Takes the response of a model file or a constant, which is asked only here. */
static int
meet_model(struct shadows *s, struct shadow *shadow, const struct record *record,
    const struct arm_response *arm, struct err *err)
{
	const struct response *response;

	if (responder_respond(&shadow->responder, record, &response, err) == -1) {
		count_reply(s, shadow, false);
		return err->memory ? -1 : 0;
	}
	count_reply(s, shadow, true);
	if (arm->sound)
		compare(s, shadow, arm->response, response);
	return put_response(&s->object, shadow->responder.name, response) == -1 ?
	    err_memory(err) :
	    0;
}

int
shadows_meet(struct shadows *s, uint64_t number, const struct record *record,
    const struct arm_response *arm, struct value *object, struct err *err)
{
	s->object.len = 0;
	for (size_t i = 0; i < s->count; i++)
		if (s->shadow[i].pair == NULL &&
		    meet_model(s, &s->shadow[i], record, arm, err) == -1)
			return -1;
	if (s->object.len > 0) {
		if (buf_putc(&s->object, '}') == -1)
			return err_memory(err);
		if (!s->side.open)
			*object =
			    (struct value){ s->object.p, (uint32_t)s->object.len, V_OBJECT };
		else if (write_line(s, arm, err) == -1)
			return -1;
	}
	for (size_t i = 0; i < s->count; i++)
		if (s->shadow[i].pair != NULL &&
		    (meet_pair(&s->shadow[i], number, arm, err) == -1 ||
			settle(s, &s->shadow[i], err) == -1))
			return -1;
	return 0;
}

static int
take_responses(struct shadows *s, struct shadow *shadow, struct err *err)
{
	struct response response;
	struct pair *pair;
	const char *line;
	struct err why;
	size_t n;
	int answer;

	coprocess_move(shadow->responder.coprocess);
	while (
	    (answer = coprocess_answer(shadow->responder.coprocess, &line, &n, &why)) != 0) {
		pair = &shadow->pair[shadow->replied++ % SHADOW_REQUESTS];
		pair->replied = true;
		pair->sound =
		    answer == 1 && response_read(s->reader, line, n, &response, &why) == 0;
		count_reply(s, shadow, pair->sound);
		if (pair->sound &&
		    response_copy(&pair->response, &response, &pair->bytes, err) == -1)
			return -1;
	}
	return settle(s, shadow, err);
}

int
shadows_move(struct shadows *s, struct err *err)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->shadow[i].pair != NULL && take_responses(s, &s->shadow[i], err) == -1)
			return -1;
	return 0;
}

unsigned int
shadows_watch(const struct shadows *s, struct pollfd *fds, int64_t *until)
{
	unsigned int n = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->shadow[i].pair != NULL)
			n += coprocess_watch(s->shadow[i].responder.coprocess, fds + n, until);
	return n;
}

bool
shadows_busy(const struct shadows *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->shadow[i].replied < s->shadow[i].next)
			return true;
	return false;
}

/* Writes a mean difference as a member. */
static int
put_mean(struct buf *buf, const char *name, double sum, uint64_t n)
{
	char number[NUM_MAX];
	double mean = sum / (double)n;

	if (buf_puts(buf, name) == -1)
		return -1;
	if (n == 0 || !isfinite(mean))
		return buf_puts(buf, "null");
	return buf_put(buf, number, num_write_f64(number, mean));
}

static int
put_count(struct buf *buf, const struct shadow *shadow)
{
	const struct shadow_count *c = &shadow->count;
	char counts[300];

	snprintf(counts, sizeof counts,
	    ":{\"requests\":%" PRIu64 ",\"replies\":%" PRIu64 ",\"errors\":%" PRIu64
	    ",\"dropped\":%" PRIu64 ",\"compared\":%" PRIu64 ",\"differed\":%" PRIu64
	    ",\"numbers\":%" PRIu64,
	    c->requests, c->replies, c->errors, c->dropped, c->compared, c->differed,
	    c->numbers);
	if (buf_putc(buf, buf->len == 0 ? '{' : ',') == -1 ||
	    buf_put_json(buf, shadow->responder.name, strlen(shadow->responder.name)) == -1 ||
	    buf_puts(buf, counts) == -1 ||
	    put_mean(buf, ",\"mean_difference\":", c->difference, c->numbers) == -1 ||
	    put_mean(buf, ",\"mean_absolute_difference\":", c->absolute, c->numbers) == -1)
		return -1;
	return buf_putc(buf, '}');
}

void
shadows_drop(struct shadows *s, struct shadow *shadow)
{
	uint64_t rest = shadow->next - shadow->replied;

	shadow->count.dropped += rest;
	s->total.dropped += rest;
}

int
shadows_finish(struct shadows *s, struct err *err)
{
	struct shadow *shadow;

	s->report.len = 0;
	for (size_t i = 0; i < s->count; i++) {
		shadow = &s->shadow[i];
		shadows_drop(s, shadow);
		if (put_count(&s->report, shadow) == -1)
			return err_memory(err);
	}
	if (s->count > 0 &&
	    (buf_putc(&s->report, '}') == -1 || buf_putc(&s->report, '\0') == -1))
		return err_memory(err);
	return side_file_close(&s->side, err);
}
