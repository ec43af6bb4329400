/*
 * kinds: the kinds of windows, for the loop. pane_windows are tumbling and hopping ones,
 * count_windows those of count and global.
 */
#ifndef SML_KINDS_H
#define SML_KINDS_H

#include "run/run.h"

extern const struct windowing sliding_windows, pane_windows, session_windows, count_windows;

#endif
