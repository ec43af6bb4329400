#ifndef SML_FOLDER_H
#define SML_FOLDER_H

#include "base/err.h"

/* Makes a folder if it is missing, and syncs its name to disk.  Returns -1 with err. */
int folder_make(const char *path, struct err *);

#endif
