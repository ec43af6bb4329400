/* P-values of the one-sample Kolmogorov-Smirnov test. */
#include "ks_one_sample.h"

#include <math.h>
#include <string.h>

static const double root_two_pi = 2.50662827463100050242;

/*
 * Returns log(n!) - log(sqrt(2 pi n) (n/e)^n).  The series is right to the last digit for n of
 * 16 or more (Abramowitz and Stegun, 6.1.41).
 */
static double
stirling_error(double n)
{
	static const double series[] = { 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360,
		1.0 / 12 };
	double sum = 0, factorial = 1;

	if (n >= 16) {
		for (int i = 0; i < 5; i++)
			sum = sum / (n * n) + series[i];
		return sum / n;
	}
	for (int i = 2; i <= (int)n; i++)
		factorial *= i;
	return log(factorial / root_two_pi) - (n + 0.5) * log(n) + n;
}

/*
 * Returns the p-value of the one-sided statistic: the sum over j of
 *
 *	C(n,j) d (d + j/n)^(j-1) (1 - d - j/n)^(n-j)
 *
 * (Birnbaum and Tingey 1951).  All terms are positive.  Each is computed from its distance to
 * the peak of the binomial, as Loader does ("Fast and accurate computation of binomial
 * probabilities", 2000), which avoids the large logarithms of factorials.
 *
 * The terms rise from 0 and fall to 0 smoothly, so the mean of a few thousand evenly spaced
 * terms equals the mean of all terms to the last digit (Poisson's summation formula).  Beyond
 * a million values only the first term of the asymptotic series is used, as in SciPy (Maag and
 * Dicaire 1971).
 */
static double
one_sided(int64_t n, double d)
{
	double all = (double)n, t = all * d, whole = stirling_error(all);
	double sum = 0;
	int64_t stride = n / 2048 + 1;

	if (n > 1000000)
		return exp(-(6 * t + 1) * (6 * t + 1) / (18 * all));
	for (int64_t i = stride; i < n && (double)i < all - t; i += stride) {
		double j = (double)i, rest = all - j;
		double exponent = j * log1p(t / j) + rest * log1p(-t / rest);
		double errors = whole - stirling_error(j) - stirling_error(rest);

		sum += t / (j + t) * sqrt(all / (j * rest)) / root_two_pi *
		    exp(exponent + errors);
	}
	return pow(1 - d, all) + (double)stride * sum;
}

/*
 * Sums Pelz and Good's series for the distribution function at z = d sqrt(n) (Journal of the
 * Royal Statistical Society B 38, 1976), in the form that Simard and L'Ecuyer give: K0 + K1
 * n^(-1/2) + K2 n^-1 + K3 n^(-3/2).  It is used only for z below 1.5, where eight terms are
 * more than enough.
 */
static double
pelz_good(double n, double z)
{
	double z2 = z * z, z4 = z2 * z2, z6 = z4 * z2;
	double k0 = 0, k1 = 0, k2 = 0, k3 = 0, extra2 = 0, extra3 = 0;

	for (int k = 7; k >= 0; k--) {
		double a2 = (k + 0.5) * (k + 0.5) * M_PI * M_PI, b2 = k * k * M_PI * M_PI;
		double a4 = a2 * a2, half = exp(-a2 / (2 * z2)), whole = exp(-b2 / (2 * z2));

		k0 += half;
		k1 += half * (a2 - z2);
		k2 += half * (6 * z6 + 2 * z4 + a2 * (2 * z4 - 5 * z2) + a4 * (1 - 2 * z2));
		k3 += half *
		    (a4 * a2 * (5 - 30 * z2) + a4 * (212 * z4 - 60 * z2) +
			a2 * (135 * z4 - 96 * z6) - 30 * z6 - 90 * z4 * z4);
		extra2 += whole * b2;
		extra3 += whole * b2 * (3 * z2 - b2);
	}
	k0 /= z;
	k1 /= 6 * z4;
	k2 = k2 / (72 * z6 * z) - extra2 / (36 * z2 * z);
	k3 = k3 / (6480 * z6 * z4) + extra3 / (216 * z6);
	return root_two_pi * (k0 + k1 / sqrt(n) + k2 / n + k3 / (n * sqrt(n)));
}

/*
 * Fills in Durbin's matrix of size 2k - 1 as Marsaglia, Tsang and Wang write it, where d = (k
 * - h) / n: 1/(i-j+1)!  on and below the first superdiagonal, with powers of h subtracted in
 * the first column and the last row.
 */
static void
durbin_matrix(double *matrix, int size, double h)
{
	double corner = pow(fmax(2 * h - 1, 0), size);
	double inverse[118] = { 1 }; /* of the factorials */

	for (int i = 1; i <= size; i++)
		inverse[i] = inverse[i - 1] / i;
	for (int i = 0; i < size; i++)
		for (int j = 0; j < size; j++)
			matrix[i * size + j] = i - j + 1 < 0 ? 0 : inverse[i - j + 1];
	for (int i = 0; i < size; i++) {
		double edge = (1 - pow(h, i + 1)) * inverse[i + 1];

		matrix[i * size] = edge;
		matrix[(size - 1) * size + size - 1 - i] = edge;
	}
	matrix[(size - 1) * size] = (1 - 2 * pow(h, size) + corner) * inverse[size];
}

/* Computes product = left right; left has `rows` rows, right is square. */
static void
multiply(double *restrict product, const double *left, const double *right, int rows, int size)
{
	memset(product, 0, sizeof(double) * (size_t)rows * (size_t)size);
	for (int i = 0; i < rows; i++)
		for (int k = 0; k < size; k++)
			for (int j = 0; j < size; j++)
				product[i * size + j] +=
				    left[i * size + k] * right[k * size + j];
}

/*
 * If the largest of n numbers has grown beyond 2^256, divides all by a power of two.  Returns
 * the exponent of that power.  No number is rounded.
 */
static int
rescale(double *x, int n)
{
	int exponent = 0;
	double largest = 0;

	for (int i = 0; i < n; i++)
		largest = fmax(largest, x[i]);
	if (largest < 0x1p256)
		return 0;
	frexp(largest, &exponent);
	for (int i = 0; i < n; i++)
		x[i] = ldexp(x[i], -exponent);
	return exponent;
}

/*
 * Returns the distribution function, exactly: n!/n^n times the middle element of the
 * n-th power of Durbin's matrix (Marsaglia, Tsang and Wang, "Evaluating
 * Kolmogorov's distribution", Journal of Statistical Software 8(18), 2003).
 * Only the middle row of the power is kept: each bit of n costs one matrix product.
 */
static double
durbin(int64_t n, double d, double *work)
{
	double t = (double)n * d, p;
	int k = (int)ceil(t), size = 2 * k - 1;
	double *matrix = work, *square = matrix + size * size;
	double *row = square + size * size, *next = row + size, *swap;
	int64_t row_exponent = 0, exponent = 0;

	durbin_matrix(matrix, size, k - t);
	memset(row, 0, sizeof(double) * (size_t)size);
	row[k - 1] = 1;
	for (int64_t left = n; left > 0; left /= 2) {
		if (left % 2 == 1) {
			multiply(next, row, matrix, 1, size);
			row_exponent += exponent + rescale(next, size);
			swap = row, row = next, next = swap;
		}
		multiply(square, matrix, matrix, size, size);
		exponent = 2 * exponent + rescale(square, size * size);
		swap = matrix, matrix = square, square = swap;
	}
	p = row[k - 1];
	for (int64_t i = 1; i <= n; i++) {
		p *= (double)i / (double)n;
		if (p < 0x1p-256) {
			p *= 0x1p256;
			row_exponent -= 256;
		}
	}
	return ldexp(p, (int)row_exponent);
}

/*
 * Returns the distribution function for 1/2 <= t = n d <= 1: n!/n^n (2t - 1)^n (Ruben and
 * Gambino).
 */
static double
smallest(int64_t n, double t)
{
	double p = 1;

	for (int64_t i = 1; i <= n && p > 0; i++)
		p *= (double)i / (double)n * (2 * t - 1);
	return p;
}

double
ks_one_sample_p(int64_t n, double d, double *work)
{
	double all = (double)n, t = all * d, square = t * d, p;

	if (d >= 1)
		return 0;
	/* For many values and the smallest distances, 1 has an error of 1e-12. */
	if (t <= 0.5 || (n > 140 && square < 0.04))
		return 1;
	if (t <= 1)
		p = 1 - smallest(n, t);
	else if (t >= all - 1)
		p = 2 * pow(1 - d, all);
	else if (n > 140 && d < 0.5 && square >= 370)
		p = 0;
	else if (d >= 0.5 || square > (n <= 140 ? 4 : 2.2))
		p = 2 * one_sided(n, d);
	else if (n <= 140 || (n <= 100000 && t * sqrt(d) <= 1.4))
		p = 1 - durbin(n, d, work);
	else
		p = 1 - pelz_good(all, sqrt(all) * d);
	return fmin(fmax(p, 0), 1);
}
