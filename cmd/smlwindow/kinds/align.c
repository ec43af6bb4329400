/* Computes where tumbling and hopping windows begin and end. */
#include "kinds/align.h"

#include "numbers/span.h"

static int64_t
common_divisor(int64_t a, int64_t b)
{
	return b == 0 ? a : common_divisor(b, a % b);
}

struct align
align_make(int64_t size, int64_t slide)
{
	int64_t width = common_divisor(size, slide);

	return (struct align){
		.width = width,
		.per_window = size / width,
		.per_slide = slide / width,
		.inner = INT64_MAX - size,
	};
}

int64_t
align_pane(const struct align *align, int64_t time)
{
	return span_floor(time, align->width);
}

int64_t
align_first(const struct align *align, int64_t pane)
{
	return span_floor(pane - align->per_window, align->per_slide) + 1;
}

int64_t
align_last(const struct align *align, int64_t pane)
{
	return span_floor(pane, align->per_slide);
}

/* Finds the start of the pane that is `panes` after a window's first; false beyond int64. */
static bool
place(const struct align *align, int64_t window, int64_t panes, int64_t *time)
{
	return !__builtin_mul_overflow(window, align->per_slide, time) &&
	    !__builtin_add_overflow(*time, panes, time) &&
	    !__builtin_mul_overflow(*time, align->width, time);
}

int64_t
align_end(const struct align *align, int64_t window)
{
	int64_t end;

	if (place(align, window, align->per_window, &end))
		return end;
	return window < 0 ? INT64_MIN : INT64_MAX;
}

int64_t
align_open(const struct align *align, int64_t watermark)
{
	int64_t before;

	if (__builtin_sub_overflow(align_pane(align, watermark), align->per_window, &before))
		return INT64_MIN / align->per_slide;
	return span_floor(before, align->per_slide) + 1;
}

bool
align_within(const struct align *align, int64_t time)
{
	int64_t pane, before, start, end;

	if (time > -align->inner && time < align->inner)
		return true;
	pane = align_pane(align, time);
	if (__builtin_sub_overflow(pane, align->per_window, &before))
		return false;
	return place(align, align_first(align, pane), 0, &start) && start != INSTANT_NONE &&
	    place(align, align_last(align, pane), align->per_window, &end);
}
