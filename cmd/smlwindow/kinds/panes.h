/*
 * panes: the panes that are open, of all keys, by row and by lane; and how windows made of
 * them close. The functions that return int return 0, or -1 with err.
 */
#ifndef SML_PANES_H
#define SML_PANES_H

#include "kinds/active.h"
#include "kinds/align.h"
#include "kinds/rows.h"
#include "state/save.h"

/* The state of a job with tumbling or hopping windows. */
struct panes {
	struct align align;
	struct rows rows;
	int64_t next;		/* the first window that has not closed */
	int64_t due;		/* where it ends: nothing closes before */
	int64_t merged;		/* panes below this number are in running windows */
	struct active active;	/* lanes with a running window */
	struct pane_lane *lane; /* whose panes are being loaded */
	struct loading loading;
};

static inline bool
panes_tumble(const struct panes *panes)
{
	return panes->align.per_window == 1;
}

/*
 * The index of a lane's first pane whose number is at least this one; its count where there is
 * none.
 */
uint32_t panes_find(const struct pane_lane *lane, int64_t number);

/*
 * A new pane of a lane, before its i-th one, in no running window. NULL (ENOMEM).
 */
struct pane *panes_put(struct job *job, struct pane_lane *lane, uint32_t i, int64_t number);

/*
 * The same for a record: one that stands among panes that are merged is merged too.
 */
struct pane *panes_add(struct job *job, struct pane_lane *lane, uint32_t i, int64_t number);

/*
 * Frees a pane that stands in no row and on no lane any more.
 */
void panes_free(struct job *job, struct pane *pane);

/*
 * Drops a lane without panes, and one with all of them.
 */
void panes_drop_lane(struct job *job, struct pane_lane *lane);
void panes_drop(struct job *job, void *slot);

/*
 * The panes below this number that are not merged yet enter the running windows.
 */
int panes_enter(struct job *job, int64_t end, struct err *err);

/*
 * Puts out the windows below limit, in order, and lets go what was only in them.
 */
int panes_close_below(struct job *job, int64_t limit, struct err *err);

#endif
