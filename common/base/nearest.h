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
	const char *word;      /* the nearest so far (the first of equals); NULL: none */
	unsigned int distance; /* its distance */
};

/* Borrow the word typed and the words tried. */
void nearest_start(struct nearest *, const char *typed);
void nearest_try(struct nearest *, const char *word);

/*
 * Returns how many letters must be inserted, removed, replaced or swapped with their neighbour
 * to turn a into b, if no part is changed twice (Damerau's distance, optimal string
 * alignment).  Case is ignored.  Returns UINT_MAX if a word has more than 63 bytes.
 */
unsigned int nearest_distance(const char *a, const char *b);

#endif
