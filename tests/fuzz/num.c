/*
 * Numbers.  A text that is a number must be read as strtod reads it, and its digits must give
 * the same integer in another spelling.  Any eight bytes are also taken as a double, which
 * must read back from what is written for it.
 */
#include <inttypes.h>
#include <math.h>

#include "base/num.h"

#include "fuzz.h"
#include "grammar.h"

static void
check_double(double x)
{
	char text[NUM_MAX + 1];
	double back = (double)NAN;
	size_t n = num_write_f64(text, x);

	need(n <= NUM_MAX);
	text[n] = '\0';
	need(is_number(text));
	need(num_read_f64(text, n, &back) == 0);
	need(back == x && (x == 0 || signbit(back) == signbit(x)));
}

static void
check_text(const char *text, size_t n)
{
	double x = (double)NAN, want = strtod(text, NULL);
	char again[2048];
	int64_t i, j;
	int length;

	need(num_read_f64(text, n, &x) == (isfinite(want) ? 0 : -1));
	if (isfinite(want)) {
		need(memcmp(&x, &want, sizeof x) == 0);
		check_double(x);
	}
	if (num_read_i64(text, n, &i) == -1)
		return;
	need((double)i == want);
	length = snprintf(again, sizeof again, "%" PRId64 "000.00e-3", i);
	need(num_read_i64(again, (size_t)length, &j) == 0 && i == j);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[1024];
	double x;

	if (size == sizeof x) {
		memcpy(&x, data, sizeof x);
		if (isfinite(x))
			check_double(x);
	}
	if (size >= sizeof text || memchr(data, '\0', size) != NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (is_number(text))
		check_text(text, size);
	return 0;
}
