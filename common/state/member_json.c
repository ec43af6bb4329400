/* The members of a struct in a JSON document. */
#include <math.h>
#include <string.h>

#include "state/member_json.h"

static json_t *
number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static int
get_number(const json_t *v, double *x)
{
	*x = json_is_null(v) ? (double)NAN : json_number_value(v);
	return json_is_null(v) || json_is_number(v) ? 0 : -1;
}

static int
get_count(const json_t *v, uint64_t *n)
{
	*n = (uint64_t)json_integer_value(v);
	return json_is_integer(v) && json_integer_value(v) >= 0 ? 0 : -1;
}

/* Returns the elements of an array, and their number. */
static double *
elements(const struct member *m, void *noun, uint64_t *n)
{
	double *x;

	memcpy(&x, (char *)noun + m->at, sizeof x);
	memcpy(n, (char *)noun + m->count_at, sizeof *n);
	return x;
}

static json_t *
numbers(const struct member *m, void *noun)
{
	json_t *array = json_array();
	uint64_t n;
	const double *x = elements(m, noun, &n);

	for (uint64_t i = 0; i < n; i++)
		if (json_array_append_new(array, number(x[i])) == -1) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static int
get_numbers(const struct member *m, void *noun, const json_t *array)
{
	uint64_t n;
	double *x = elements(m, noun, &n);

	if (!json_is_array(array) || json_array_size(array) != n)
		return -1;
	for (uint64_t i = 0; i < n; i++)
		if (get_number(json_array_get(array, i), &x[i]) == -1)
			return -1;
	return 0;
}

int
member_put_json(const struct member *m, void *noun, json_t *object)
{
	for (; m->name != NULL; m++) {
		void *at = (char *)noun + m->at;
		json_t *v = m->kind == M_U64 ? json_integer((json_int_t) * (uint64_t *)at) :
		    m->kind == M_F64	     ? number(*(double *)at) :
					       numbers(m, noun);

		if (json_object_set_new(object, m->name, v) == -1)
			return -1;
	}
	return 0;
}

int
member_get_json(const struct member *m, void *noun, json_t *object)
{
	for (; m->name != NULL; m++) {
		void *at = (char *)noun + m->at;
		const json_t *v = json_object_get(object, m->name);
		int result = m->kind == M_U64 ? get_count(v, at) :
		    m->kind == M_F64	      ? get_number(v, at) :
						get_numbers(m, noun, v);

		if (result == -1)
			return -1;
	}
	return 0;
}
