/*
 * kinds: the kinds of windows, for the main loop.  pane_windows are tumbling and hopping
 * windows; count_windows are the windows of count and global.
 */
#ifndef SML_KINDS_H
#define SML_KINDS_H

#include "run/run.h"

extern const struct windowing sliding_windows, pane_windows, session_windows, count_windows;

#endif
