#ifndef SML_LEFTOVERS_H
#define SML_LEFTOVERS_H

#include <stdbool.h>
#include <stdint.h>

/* The folder of the stages' states here always means those of the pipeline's copies in it too. */

/*
 * Removes from the folder of the stages' states what attempts with another nonce than this one
 * have left: NAME.ID.NONCE, its temporary file, and NAME.NONCE.lock.  What cannot be removed
 * stays.
 */
void leftovers_remove(const char *states, const char *nonce);

/*
 * Removes the parts of a side file, path.NONCE, of attempts that have left something in the
 * folder of the states: parts of other pipelines stay.
 */
void leftovers_remove_parts(const char *states, const char *path, const char *nonce);

/* Removes those of all attempts, of all partitions too. */
void leftovers_remove_all(const char *states);

/*
 * Returns whether each stage that has a snapshot, NAME.ID.NONCE, in this one folder has that of
 * this id and nonce; if not, missing is the name of one that is not there.
 */
bool leftovers_complete(const char *folder, int64_t id, const char *nonce, char missing[256]);

/* Returns the greatest ID of a snapshot, NAME.ID.NONCE, in the folder of the states; 0: none. */
int64_t leftovers_last(const char *states);

#endif
