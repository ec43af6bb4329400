/* Saves and loads words and numbers: JSON, spelt as in the records. */
#include "state/save_value.h"

#include <math.h>

#include "base/num.h"
#include "numbers/number.h"

struct saved_word
save_word(const uint64_t *word)
{
	struct saved_word saved = { 0 };
	size_t size;

	/*
	 * Nobody writes to these bytes.  The pointer is not const because it is also used
	 * for bytes that loading allocates.
	 */
	saved.json = (char *)(uintptr_t)word_bytes(word, &size);
	saved.size = size;
	return saved;
}

int
load_word(struct run *run, const struct saved_word *saved, uint64_t *word)
{
	*word = WORD_NONE;
	return saved->size == 0 ? 0 : word_make(word, saved->json, saved->size, &run->pool);
}

/*
 * A double of 2^53 or more without a copy of its spelling was not spelt as an integer.  It is
 * written with a point, so that it is not read back as an integer.
 */
int
save_number(struct buf *array, double number)
{
	const char *spelling;
	size_t n;

	if (buf_putc(array, array->len == 0 ? '[' : ',') == -1)
		return -1;
	if (number_is_none(number))
		return buf_put(array, "null", 4);
	if (number_is_spelt(number)) {
		spelling = number_spelling(number, &n);
		return buf_put(array, spelling, n);
	}
	if (buf_reserve(array, NUM_MAX) == -1)
		return -1;
	array->len += num_write_f64(array->p + array->len, number);
	return fabs(number) >= NUMBER_WHOLE && fabs(number) < 1e21 ? buf_put(array, ".0", 2) :
								     0;
}

int
save_array(struct buf *array)
{
	return array->len == 0 ? buf_puts(array, "[]") : buf_putc(array, ']');
}

int
load_number(struct value value, const struct column *column, double *number, struct err *err)
{
	if (value.kind != V_NUMBER)
		return err_set(err, value.p, "a number is expected here");
	return event_number(value, column, number, err);
}
