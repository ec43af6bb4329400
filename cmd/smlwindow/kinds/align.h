/*
 * align: tumbling and hopping windows on the line of time. Windows are [start, end), aligned
 * to the epoch; time is cut into panes as wide as the greatest common divisor of size and
 * slide, so that every window is made of whole panes. A tumbling window is one pane.
 *
 * Pane p holds the times [p, p + 1) * width, window k the panes [k * per_slide, k * per_slide
 * + per_window).
 */
#ifndef SML_ALIGN_H
#define SML_ALIGN_H

#include <stdbool.h>
#include <stdint.h>

struct align {
	int64_t width; /* ns */
	int64_t per_window, per_slide;
	int64_t inner; /* all windows of times within (-inner, inner) are within int64 */
};

/*
 * Makes the panes of windows of a size, one every slide (ns, both at least 1, slide at most
 * size).
 */
struct align align_make(int64_t size, int64_t slide);

/*
 * Returns the pane of a time.
 */
int64_t align_pane(const struct align *align, int64_t time);

/* These return the first and the last window that has a pane. */
int64_t align_first(const struct align *align, int64_t pane);
int64_t align_last(const struct align *align, int64_t pane);

/* Returns the end of a window; INT64_MAX or INT64_MIN if that is beyond int64. */
int64_t align_end(const struct align *align, int64_t window);

/* Returns the first window that ends after a watermark and begins within int64. */
int64_t align_open(const struct align *align, int64_t watermark);

/*
 * Returns whether all windows of a time begin and end within int64 (except INT64_MIN, which is
 * not a time).  The other functions accept only such times.
 */
bool align_within(const struct align *align, int64_t time);

#endif
