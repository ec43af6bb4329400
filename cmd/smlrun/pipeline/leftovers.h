#ifndef SML_LEFTOVERS_H
#define SML_LEFTOVERS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * If the pipeline has copies, "the folder of the states" includes the folders of the copies in
 * it.
 */

/*
 * Removes from the folder of the states what attempts with another nonce have left:
 * NAME.ID.NONCE, its temporary file, and NAME.NONCE.lock.  What cannot be removed stays.
 */
void leftovers_remove(const char *states, const char *nonce);

/*
 * Removes path.NONCE, a part of a side file, for each nonce of an earlier attempt that is
 * found in the folder of the states.  So parts of other pipelines stay.
 */
void leftovers_remove_parts(const char *states, const char *path, const char *nonce);

/* Removes the files of all attempts, in the folders of all partitions too. */
void leftovers_remove_all(const char *states);

/*
 * Returns whether each stage that has a snapshot, NAME.ID.NONCE, in this one folder has the
 * snapshot with this id and nonce.  If not, missing is the name of a missing snapshot.
 */
bool leftovers_complete(const char *folder, int64_t id, const char *nonce, char missing[256]);

/* Returns the greatest ID of a snapshot, NAME.ID.NONCE, in the folder of the states; 0: none. */
int64_t leftovers_last(const char *states);

#endif
