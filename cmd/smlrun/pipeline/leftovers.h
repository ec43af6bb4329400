#ifndef SML_LEFTOVERS_H
#define SML_LEFTOVERS_H

/*
 * Removes from a folder what earlier attempts have left: NAME.ID.NONCE, NAME.NONCE.lock and
 * NAME.NONCE with another nonce than this one.  name: only of that NAME, and only NAME.NONCE;
 * NULL: of any.  What cannot be removed stays.
 */
void leftovers_remove(const char *folder, const char *name, const char *nonce);

#endif
