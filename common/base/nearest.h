#ifndef SML_NEAREST_H
#define SML_NEAREST_H

/*
 * Finds the word that a mistyped one was probably meant to be:
 *
 *	nearest_start(&near, typed);
 *	for each word that would have been right
 *		nearest_try(&near, word);
 *	if (near.word != NULL)
 *		… "did you mean %s?", near.word
 */
struct nearest {
	const char *typed;
	const char *word;      /* the nearest so far; of equals the first; NULL: none */
	unsigned int distance; /* its distance */
};

/* typed and the words are borrowed. */
void nearest_start(struct nearest *, const char *typed);
void nearest_try(struct nearest *, const char *word);

/*
 * Returns how many letters must be inserted, removed, replaced or swapped with
 * their neighbour to turn a into b, no part changed twice (Damerau's distance,
 * optimal string alignment).  Case does not count.  UINT_MAX if a word has more
 * than 63 bytes.
 */
unsigned int nearest_distance(const char *a, const char *b);

#endif
