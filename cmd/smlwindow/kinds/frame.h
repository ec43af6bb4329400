/*
 * frame: one window of one key that is open, in all kinds but sliding: the records that count
 * in it, and of the first of them (by time, then arrival) how it spells its key and whether
 * its time is a number, which is how the result spells them.
 */
#ifndef SML_FRAME_H
#define SML_FRAME_H

#include <stdint.h>

#include "job.h"
#include "kinds/lane.h"
#include "numbers/summary.h"

struct frame {
	int64_t first, last; /* the lowest and the highest time; 0 without -t */
	uint64_t spelt;	     /* kept: the key where it is spelt another way than in the lane */
	bool time_is_number;
	struct summary summary;
};

/* The bytes of a frame whose summary has this size. */
static inline size_t
frame_size(size_t summary_size)
{
	return offsetof(struct frame, summary) + summary_size;
}

/*
 * Begins a lane with the key as the reading spells it. Returns 0, or -1 (ENOMEM).
 */
int lane_begin(struct job *job, struct lane *lane, const struct reading *reading);

/*
 * The lane of the reading's key; where there is none it is made, zeroes behind its struct
 * lane. drop as for job_slot. NULL with err.
 */
void *lane_put(struct job *job, const struct reading *reading,
    void (*drop)(struct job *, void *slot), struct err *err);

/*
 * The same where there may be no room for growth more entries. lane is what the table has of
 * the key, or NULL.
 */
void *lane_ready(struct job *job, const struct reading *reading, void *lane, uint64_t growth,
    void (*drop)(struct job *, void *slot), struct err *err);

/*
 * Makes an empty frame of bytes of any content.
 */
void frame_begin(const struct job *job, struct frame *frame);

/*
 * Adds a record. Returns 0, or -1 (ENOMEM) with the frame unfit for use.
 */
int frame_add(struct job *job, struct frame *frame, const struct lane *lane,
    const struct reading *reading);

/*
 * How many entries the reading may add to a frame, beside the frame itself.
 */
uint64_t frame_growth(const struct job *job, const struct reading *reading);

/*
 * Moves all of another frame of the same lane, which lies wholly after this one, into it.
 * Returns 0, or -1 (ENOMEM).
 */
int frame_absorb(struct job *job, struct frame *frame, struct frame *later);

/*
 * Frees what a frame holds, but not its own bytes; its entries are taken off.
 */
void frame_end(struct job *job, struct frame *frame);

#endif
