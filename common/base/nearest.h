#ifndef SML_NEAREST_H
#define SML_NEAREST_H

/*
 * The word that a mistyped one was probably meant to be:
 *
 *	nearest_start(&near, typed);
 *	for each word that would have been right
 *		nearest_try(&near, word);
 *	if (near.word != NULL)
 *		… "did you mean %s?", near.word
 */
struct nearest {
	const char *typed;
	const char *word;      /* the nearest so far, NULL: none is near */
	unsigned int distance; /* its distance; the first of equals stays */
};

/* typed and the words are borrowed. */
void nearest_start(struct nearest *, const char *typed);
void nearest_try(struct nearest *, const char *word);

/*
 * How many letters must be put in, taken out, replaced or swapped with their
 * neighbour to make b of a, no part changed twice (the optimal string
 * alignment form of Damerau's distance); case does not count.  Words of more
 * than 63 bytes are UINT_MAX from everything.
 */
unsigned int nearest_distance(const char *a, const char *b);

#endif
