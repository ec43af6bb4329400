#ifndef SML_FOLDER_H
#define SML_FOLDER_H

#include "base/err.h"

/* Makes a folder if it is not there, and puts its name on disk.  Returns -1 with err. */
int folder_make(const char *path, struct err *);

#endif
