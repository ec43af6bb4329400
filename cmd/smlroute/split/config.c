/* Reads a plan from a JSON document. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "json/doc.h"
#include "split/config.h"

/* A member of a configuration: how it is read, and where it is stored. */
struct config_member {
	const char *name;
	int (*read)(void *place, const json_t *, struct err *);
	size_t at;
	bool needed;
};

static const struct config_member *
member_find(const struct config_member *member, const char *name, struct err *err)
{
	struct nearest near;

	nearest_start(&near, name);
	for (; member->name != NULL; member++) {
		if (strcmp(member->name, name) == 0)
			return member;
		nearest_try(&near, member->name);
	}
	if (near.word == NULL)
		err_set(err, NULL, "no member is called \"%s\"", name);
	else
		err_set(err, NULL, "no member is called \"%s\"; did you mean \"%s\"?", name,
		    near.word);
	return NULL;
}

/* Reads an object according to a table of all its members. */
static int
read_object(const json_t *object, const struct config_member *members, void *noun,
    struct err *err)
{
	const struct config_member *member;
	const char *name;
	json_t *value;

	if (!json_is_object(object))
		return err_set(err, NULL, "an object is needed");
	/* jansson's loop takes no const object, but does not change the object. */
	json_object_foreach((json_t *)(uintptr_t)object, name, value) {
		member = member_find(members, name, err);
		if (member == NULL)
			return -1;
		if (member->read((char *)noun + member->at, value, err) == -1)
			return err_prefix(err, "%s: ", name);
	}
	for (member = members; member->name != NULL; member++)
		if (member->needed && json_object_get(object, member->name) == NULL)
			return err_set(err, NULL, "the member \"%s\" is missing",
			    member->name);
	return 0;
}

/*
 * Returns a text, borrowed from the value; NULL with err if the value is not a string, or is
 * empty.
 */
static const char *
text_of(const json_t *value, struct err *err)
{
	const char *text = json_string_value(value);

	if (text == NULL || *text == '\0')
		err_set(err, NULL, "a text that is not empty is needed");
	else if (strlen(text) != json_string_length(value))
		err_set(err, NULL, "a name cannot contain the character U+0000");
	else
		return text;
	return NULL;
}

static int
read_text(void *place, const json_t *value, struct err *err)
{
	const char *text = text_of(value, err);
	char **to = place;

	if (text == NULL)
		return -1;
	*to = strdup(text);
	return *to == NULL ? err_memory(err) : 0;
}

/*
 * Reads a number of at most two decimals, in hundredths.  Returns -1 for any other value, or
 * if the number is larger than most.
 */
static int
read_hundredths(const json_t *value, uint32_t most, uint32_t *to)
{
	double x = 100 * json_number_value(value), whole = nearbyint(x);

	/*
	 * In a double, 33.33 and 100 times 33.33 are not exact; the error is less than 1e-7.
	 */
	if (!(x >= 0 && x <= most) || fabs(x - whole) > 1e-7)
		return -1;
	*to = (uint32_t)whole;
	return 0;
}

static int
read_size(void *place, const json_t *value, struct err *err)
{
	if (!json_is_number(value))
		return err_set(err, NULL, "a number of percent is needed");
	if (read_hundredths(value, SHARE_ALL, place) == -1)
		return err_set(err, NULL,
		    "0 to 100 percent with at most two decimals are needed");
	return 0;
}

/*
 * Reads a weight.  The member "weights" may come later and say that weights are not
 * percentages, so only plan_settle checks the sum.
 */
static int
read_weight(void *place, const json_t *value, struct err *err)
{
	if (!json_is_number(value))
		return err_set(err, NULL, "a number is needed");
	if (read_hundredths(value, WEIGHT_MOST, place) == -1)
		return err_set(err, NULL,
		    "0 to 100 percent, or to a million where weights are relative, with at "
		    "most two decimals are needed");
	return 0;
}

static const struct config_member share_members[] = {
	{ "share", read_size, offsetof(struct share, size), true },
	{ "salt", read_text, offsetof(struct share, salt), false },
	{ NULL, NULL, 0, false },
};

static int
read_share(void *place, const json_t *value, struct err *err)
{
	struct share *share = place;

	share->set = true;
	if (json_is_object(value))
		return read_object(value, share_members, share, err);
	return read_size(&share->size, value, err);
}

/* Reads one of two words: sets *choice to 0 or 1. */
static int
read_choice(int *choice, const json_t *value, const char *what, const char *first,
    const char *second, struct err *err)
{
	const char *text = text_of(value, err);

	if (text == NULL)
		return -1;
	*choice = strcmp(text, first) != 0;
	if (*choice == 0 || strcmp(text, second) == 0)
		return 0;
	return err_set(err, NULL, "\"%s\" is no %s: %s or %s", text, what, first, second);
}

static int
read_method(void *place, const json_t *value, struct err *err)
{
	return read_choice(place, value, "method", "classic", "rendezvous", err);
}

static int
read_weights(void *place, const json_t *value, struct err *err)
{
	bool *relative = place;
	int choice = 0, result;

	result = read_choice(&choice, value, "kind of weights", "percent", "relative", err);
	*relative = choice == 1;
	return result;
}

static int
read_buckets(void *place, const json_t *value, struct err *err)
{
	json_int_t n = json_integer_value(value);
	bool *fine = place;

	if (n != BUCKETS_COARSE && n != BUCKETS_FINE)
		return err_set(err, NULL, "100 or 10000 is needed");
	*fine = n == BUCKETS_FINE;
	return 0;
}

static const struct config_member arm_members[] = {
	{ "name", read_text, offsetof(struct arm, name), true },
	{ "weight", read_weight, offsetof(struct arm, weight), true },
	{ "model", read_text, offsetof(struct arm, model), false },
	{ NULL, NULL, 0, false },
};

static const struct config_member shadow_members[] = {
	{ "name", read_text, offsetof(struct arm, name), true },
	{ "model", read_text, offsetof(struct arm, model), true },
	{ NULL, NULL, 0, false },
};

static int
read_list(struct arms *arms, const json_t *list, const struct config_member *members,
    struct err *err)
{
	const json_t *item;
	size_t i;
	int result = 0;

	if (!json_is_array(list))
		return err_set(err, NULL, "an array is needed");
	json_array_foreach(list, i, item) {
		struct arm arm = { 0 };

		result = read_object(item, members, &arm, err);
		if (result == 0)
			result = arms_add(arms, arm.name, strlen(arm.name), arm.weight,
			    arm.model, err);
		free(arm.name);
		free(arm.model);
		if (result == -1)
			return err_prefix(err, "number %zu: ", i + 1);
	}
	return 0;
}

static int
read_arms(void *place, const json_t *value, struct err *err)
{
	return read_list(place, value, arm_members, err);
}

static int
read_shadows(void *place, const json_t *value, struct err *err)
{
	return read_list(place, value, shadow_members, err);
}

/*
 * Keeps the pins for read_pins, which runs after the whole file is read, because arms may come
 * later.
 */
static int
check_pins(void *place, const json_t *value, struct err *err)
{
	(void)place;
	return json_is_object(value) ? 0 : err_set(err, NULL, "an object is needed");
}

static int
read_pins(struct plan *plan, const json_t *pins, struct err *err)
{
	const char *id, *name;
	json_t *value;
	int64_t arm;

	json_object_foreach((json_t *)(uintptr_t)pins, id, value) {
		name = text_of(value, err);
		arm = name == NULL ? -1 : arms_need(&plan->arms, name, strlen(name), err);
		if (arm != -1 && *id == '\0')
			arm = err_set(err, NULL, "an id must not be empty");
		if (arm != -1 &&
		    pins_add(&plan->pins, id, strlen(id), (uint32_t)arm, err) == 0)
			continue;
		return err_prefix(err, "pins: %s: ", id);
	}
	return 0;
}

static const struct config_member plan_members[] = {
	{ "arms", read_arms, offsetof(struct plan, arms), true },
	{ "shadows", read_shadows, offsetof(struct plan, shadows), false },
	{ "otherwise", read_text, offsetof(struct plan, otherwise_name), false },
	{ "fallback", read_text, offsetof(struct plan, fallback_name), false },
	{ "method", read_method, offsetof(struct plan, method), false },
	{ "buckets", read_buckets, offsetof(struct plan, fine), false },
	{ "weights", read_weights, offsetof(struct plan, relative), false },
	{ "salt", read_text, offsetof(struct plan, salt), false },
	{ "holdout", read_share, offsetof(struct plan, holdout), false },
	{ "gate", read_share, offsetof(struct plan, gate), false },
	{ "shadow_share", read_share, offsetof(struct plan, shadow), false },
	{ "pins", check_pins, 0, false },
	{ NULL, NULL, 0, false },
};

int
config_read(const json_t *doc, struct plan *plan, struct err *err)
{
	if (read_object(doc, plan_members, plan, err) == -1 ||
	    read_pins(plan, json_object_get(doc, "pins"), err) == -1)
		return -1;
	return plan_settle(plan, err);
}

int
config_load(const char *path, struct plan *plan, struct err *err)
{
	json_t *doc = doc_load(path, err);
	int result = -1;

	if (doc != NULL && config_read(doc, plan, err) == 0)
		result = 0;
	else if (doc != NULL)
		(void)err_prefix(err, "%s: ", path);
	json_decref(doc);
	return result;
}
