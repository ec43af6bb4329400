/*
 * panes: the open panes of all keys, by row and by key; and how windows made of them close. The functions that return int return 0, or -1 with err.
 */
#ifndef SML_PANES_H
#define SML_PANES_H

#include "kinds/open_keys.h"
#include "kinds/align.h"
#include "kinds/rows.h"
#include "state/save.h"

/* The state of a run with tumbling or hopping windows. */
struct panes {
	struct align align;
	struct rows rows;
	int64_t next;	       /* the first window that has not closed */
	int64_t due;	       /* where it ends: nothing closes before */
	int64_t merged;	       /* panes below this number are in rolling windows */
	struct open_keys open; /* keys with a rolling window */
	struct pane_key *key;  /* whose panes are being loaded */
	struct summary_loading loading;
};

static inline bool
panes_tumble(const struct panes *panes)
{
	return panes->align.per_window == 1;
}

/*
 * The index of a key's first pane whose number is at least this one; its count where there is
 * none.
 */
uint32_t panes_find(const struct pane_key *key, int64_t number);

/*
 * A new pane of a key, before its i-th one, in no rolling window. NULL (ENOMEM).
 */
struct pane *panes_put(struct run *run, struct pane_key *key, uint32_t i, int64_t number);

/*
 * The same for a record: one that stands among panes that are merged is merged too.
 */
struct pane *panes_add(struct run *run, struct pane_key *key, uint32_t i, int64_t number);

/*
 * Frees a pane that stands in no row and on no key any more.
 */
void panes_free(struct run *run, struct pane *pane);

/*
 * Drops a key without panes, and one with all of them.
 */
void panes_drop_key(struct run *run, struct pane_key *key);
void panes_drop(struct run *run, void *slot);

/*
 * The panes below this number that are not merged yet enter the rolling windows.
 */
int panes_enter(struct run *run, int64_t end, struct err *err);

/*
 * Puts out the windows below limit, in order, and lets go what was only in them.
 */
int panes_close_below(struct run *run, int64_t limit, struct err *err);

#endif
