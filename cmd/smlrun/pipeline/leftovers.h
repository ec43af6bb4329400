#ifndef SML_LEFTOVERS_H
#define SML_LEFTOVERS_H

/*
 * Removes from the folder of the stages' states what earlier attempts have left: files whose
 * name ends with a nonce, or with one and .lock, if it is another one than nonce.  What
 * cannot be removed stays.
 */
void leftovers_remove(const char *folder, const char *nonce);

#endif
