/* Arms: their names, weights and models. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/digit.h"
#include "base/nearest.h"
#include "split/arm.h"

static void
arm_free(struct arm *arm)
{
	free(arm->name);
	buf_free(&arm->quoted);
	free(arm->model);
}

const char *
arm_file(const struct arm *arm)
{
	if (arm->model == NULL || strncmp(arm->model, "exec:", 5) == 0 ||
	    strncmp(arm->model, "const:", 6) == 0)
		return NULL;
	return arm->model;
}

int
arms_add(struct arms *arms, const char *name, size_t n, uint32_t weight, const char *model,
    struct err *err)
{
	struct arm arm = { .weight = weight }, *more;

	if (n == 0)
		return err_set(err, NULL, "an arm without a name");
	if (arms_find(arms, name, n) != -1)
		return err_set(err, NULL, "two arms are called \"%.*s\"", (int)n, name);
	if (arms->count == ARMS_MOST)
		return err_set(err, NULL, "there are more than %d arms", ARMS_MOST);
	more = realloc(arms->arm, (arms->count + 1) * sizeof *more);
	if (more == NULL)
		return err_memory(err);
	arms->arm = more;
	arm.name = strndup(name, n);
	if (model != NULL)
		arm.model = strdup(model);
	if (arm.name == NULL || (model != NULL && arm.model == NULL) ||
	    buf_put_json(&arm.quoted, name, n) == -1) {
		arm_free(&arm);
		return err_memory(err);
	}
	more[arms->count++] = arm;
	return 0;
}

/*
 * Reads a number of at most two decimals, in hundredths.  Returns where it ends, or NULL if
 * the text is not such a number, or if the number is larger than most.
 */
static const char *
hundredths(const char *text, uint32_t most, uint32_t *number)
{
	const char *p = text;
	uint64_t x = 0, unit = 100;

	if (!is_digit(*p))
		return NULL;
	for (; is_digit(*p); p++)
		x = x > most ? x : 10 * x + (uint64_t)(*p - '0');
	x *= 100;
	if (*p == '.' && !is_digit(p[1]))
		return NULL;
	p += *p == '.';
	for (; is_digit(*p) && unit > 0; p++) {
		unit /= 10;
		x += unit * (uint64_t)(*p - '0');
	}
	if (x > most || unit == 0)
		return NULL;
	*number = (uint32_t)x;
	return p;
}

int
arms_add_text(struct arms *arms, const char *text, bool relative, struct err *err)
{
	const char *equals = strchr(text, '='), *end;
	uint32_t weight = 0;

	if (equals == NULL)
		return err_set(err, NULL,
		    "arm \"%s\" has no weight: NAME=WEIGHT, of 0 to 100 percent", text);
	end = hundredths(equals + 1, relative ? WEIGHT_MOST : SHARE_ALL, &weight);
	if (end != NULL && !relative)
		end += *end == '%';
	if (end == NULL || (*end != '\0' && *end != ':'))
		return err_set(err, NULL,
		    "arm \"%s\": a weight is 0 to %s with at most two decimals", text,
		    relative ? "a million" : "100 percent");
	if (*end == ':' && end[1] == '\0')
		return err_set(err, NULL, "arm \"%s\": a model is missing after the colon",
		    text);
	return arms_add(arms, text, (size_t)(equals - text), weight,
	    *end == ':' ? end + 1 : NULL, err);
}

int
arms_add_shadow(struct arms *arms, const char *text, struct err *err)
{
	const char *colon = strchr(text, ':');

	if (colon == NULL || colon[1] == '\0')
		return err_set(err, NULL, "shadow \"%s\" has no model: NAME:MODEL", text);
	if (arms_find(arms, text, (size_t)(colon - text)) != -1)
		return err_set(err, NULL, "two shadows are called \"%.*s\"",
		    (int)(colon - text), text);
	return arms_add(arms, text, (size_t)(colon - text), 0, colon + 1, err);
}

int64_t
arms_find(const struct arms *arms, const char *name, size_t n)
{
	for (uint32_t i = 0; i < arms->count; i++) {
		const char *other = arms->arm[i].name;

		if (strlen(other) == n && memcmp(other, name, n) == 0)
			return i;
	}
	return -1;
}

int64_t
arms_need(const struct arms *arms, const char *name, size_t n, struct err *err)
{
	int64_t arm = arms_find(arms, name, n);
	struct nearest near;
	char typed[64];

	if (arm != -1)
		return arm;
	if (n >= sizeof typed)
		return err_set(err, NULL, "no arm is called \"%.*s\"", (int)n, name);
	memcpy(typed, name, n);
	typed[n] = '\0';
	nearest_start(&near, typed);
	for (uint32_t i = 0; i < arms->count; i++)
		nearest_try(&near, arms->arm[i].name);
	if (near.word == NULL)
		return err_set(err, NULL, "no arm is called \"%s\"", typed);
	return err_set(err, NULL, "no arm is called \"%s\"; did you mean \"%s\"?", typed,
	    near.word);
}

void
arms_free(struct arms *arms)
{
	for (uint32_t i = 0; i < arms->count; i++)
		arm_free(&arms->arm[i]);
	free(arms->arm);
	*arms = (struct arms){ 0 };
}

int
share_read(const char *text, const char **end, uint32_t *share, struct err *err)
{
	const char *p = hundredths(text, SHARE_ALL, share);

	if (p != NULL)
		p += *p == '%';
	if (p == NULL || (end == NULL && *p != '\0'))
		return err_set(err, NULL,
		    "\"%s\" is no share: 0 to 100 percent with at most two decimals", text);
	if (end != NULL)
		*end = p;
	return 0;
}
