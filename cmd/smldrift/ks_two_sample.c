/* P-values of the two-sample Kolmogorov-Smirnov test. */
#include "ks_two_sample.h"

#include <math.h>
#include <stdlib.h>

enum {
	BLOCK = 8,
	ROW_EXTRA = 3 + BLOCK /* j runs from -1 to n + 1, and on to the end of a block */
};

_Static_assert(2 * (KS_EXACT_MAX + ROW_EXTRA) <= KS_TWO_SAMPLE_WORK, "two rows fit");

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

static int
smaller(int a, int b)
{
	return a < b ? a : b;
}

static int64_t
greatest_divisor(int64_t a, int64_t b)
{
	while (b != 0) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

double
ks_two_sample_statistic(int64_t n1, int64_t n2, int64_t gap)
{
	int64_t divisor = greatest_divisor(n1, n2);
	int64_t steps = gap / divisor, all = n1 / divisor * n2;

	return (double)steps / (double)all;
}

/*
 * Returns the p-value for two samples of size n and D = h/n, by reflection: 2 (C(2n,n-h) -
 * C(2n,n-2h) + C(2n,n-3h) - ...) / C(2n,n) (Gnedenko and Korolyuk 1951).  Each term is the
 * previous term times a product of h fractions.  So the sum is evaluated from its end, by
 * Horner's rule, which avoids cancellation.
 */
static double
equal_sizes(int64_t n, int64_t h)
{
	double p = 0;

	for (int64_t k = n / h; k >= 0; k--) {
		double term = 1;

		for (int64_t j = 0; j < h; j++)
			term = (double)(n - k * h - j) * term / (double)(n + k * h + j + 1);
		p = term * (1 - p);
	}
	return 2 * p;
}

/*
 * Lattice paths from (0, 0) to (m, n), the band |n i - m j| < gap around their
 * diagonal, and the points i + j = s, inside the band for low <= j <= high.
 */
struct band {
	int m, n, gap, s, low, high;
};

/*
 * Does one step of s.  A(i, j), the probability that a path to (i, j) has left the band, is 1
 * outside and (i A(i-1, j) + j A(i, j-1)) / (i + j) inside (Viehmann, "Numerically more stable
 * computation of the p-values for the two-sample Kolmogorov-Smirnov test", arXiv 2102.08037).
 * Nothing is subtracted, so that small probabilities are as precise as large ones.
 *
 * now and before hold A for each j, with a 1 on either side of the points inside.  Points with
 * the same s do not depend on each other, so compilers vectorize the loop over blocks of a
 * fixed size.  What a block computes beyond the points is never read.
 */
static void
advance(struct band *b, double *restrict now, const double *restrict before)
{
	int s = ++b->s, first, last;
	double share = 1 / (double)s;

	if (s * b->n - b->low * (b->m + b->n) >= b->gap)
		b->low++;
	if ((b->high + 1) * (b->m + b->n) - s * b->n < b->gap)
		b->high++;
	first = larger(0, larger(s - b->m, b->low));
	last = smaller(b->n, smaller(s, b->high));
	for (int at = first; at <= last; at += BLOCK)
		for (int k = 0; k < BLOCK; k++) {
			int j = at + k;

			now[j] =
			    ((double)(s - j) * before[j] + (double)j * before[j - 1]) * share;
		}
	now[first - 1] = 1;
	now[last + 1] = 1;
}

/* Returns the probability that a path through (s - j, j) leaves the band before or after it. */
static double
leaves(const struct band *b, int s, int j, const double *there, const double *back)
{
	double p = there[j], q = back[b->n - j];

	return abs(b->n * (s - j) - b->m * j) < b->gap ? p + q * (1 - p) : 1;
}

/*
 * Returns A(m, n).  Seen from (m, n) backwards, band and lattice look the same, so the steps
 * go only to the middle.  Each point there counts with the probability that a path goes
 * through it.  These probabilities are hypergeometric; each is computed from the one of the
 * next point.
 */
static double
unequal_sizes(int m, int n, int gap, double *work)
{
	int all = m + n, s = all / 2, middle = s * n / all;
	struct band b = { m, n, gap, 0, -((gap - 1) / all), (gap - 1) / all };
	int size = n + ROW_EXTRA;
	double *row[2] = { work + 1, work + 1 + size };
	double sum = 0, total = 0, weight = 1, exponent = 2.0 * gap * gap / m / n / all;

	/* The result, about 2 exp(-exponent), is too small for a double. */
	if (exponent > 760)
		return 0;
	for (int j = 0; j < 2 * size; j++)
		work[j] = 1;
	row[0][0] = 0;
	while (b.s < all - s)
		advance(&b, row[(b.s + 1) % 2], row[b.s % 2]);
	for (int j = middle; weight > 0; j++) {
		total += weight;
		sum += weight * leaves(&b, s, j, row[s % 2], row[(all - s) % 2]);
		weight *= (double)(s - j) * (n - j) / ((double)(j + 1) * (m - s + j + 1));
	}
	weight = 1;
	for (int j = middle; weight > 0; j--) {
		weight *= (double)j * (m - s + j) / ((double)(s - j + 1) * (n - j + 1));
		total += weight;
		sum += weight * leaves(&b, s, j - 1, row[s % 2], row[(all - s) % 2]);
	}
	return sum / total;
}

static double
one_sample(int64_t n1, int64_t n2, int64_t gap, double *work)
{
	double a = (double)n1, b = (double)n2;

	/* rint rounds halves to even, as NumPy does. */
	return ks_one_sample_p((int64_t)rint(a * b / (a + b)),
	    ks_two_sample_statistic(n1, n2, gap), work);
}

double
ks_two_sample_p(int64_t n1, int64_t n2, int64_t gap, double *work)
{
	double p;

	if (gap == 0)
		p = 1;
	else if (n1 > KS_EXACT_MAX || n2 > KS_EXACT_MAX)
		p = one_sample(n1, n2, gap, work);
	else if (n1 == n2)
		p = equal_sizes(n1, gap / n1);
	else if (n1 > n2)
		p = unequal_sizes((int)n1, (int)n2, (int)gap, work);
	else
		p = unequal_sizes((int)n2, (int)n1, (int)gap, work);
	return fmin(p, 1);
}
