/*
 * panes: the open panes of all keys, by row and by key, and how the windows made of them close.
 * Functions that return int return 0, or -1 with err.
 */
#ifndef SML_PANES_H
#define SML_PANES_H

#include "kinds/open_keys.h"
#include "kinds/align.h"
#include "kinds/rolling.h"
#include "state/save.h"

/* The panes of all keys that have the same number. */
struct row {
	int64_t number;
	struct pane *panes; /* in no order */
};

/* The state of a run with tumbling or hopping windows. */
struct panes {
	struct align align;
	struct sorted rows;    /* struct row, by number; some may be empty */
	int64_t next;	       /* the first window that has not closed */
	int64_t due;	       /* the end of that window: nothing closes before */
	int64_t merged;	       /* panes below this number are in rolling windows */
	struct open_keys open; /* keys with a rolling window */
	struct pane_key *key;  /* the key whose panes are being loaded */
	struct summary_loading loading;
};

static inline bool
panes_tumble(const struct panes *panes)
{
	return panes->align.per_window == 1;
}

/*
 * Returns a key's pane of this number, or NULL.
 */
struct pane *panes_find(struct pane_key *key, int64_t number);

/*
 * Makes a new pane of a key, which is not in a rolling window.  Returns NULL (ENOMEM) if
 * memory is short.
 */
struct pane *panes_put(struct run *run, struct pane_key *key, int64_t number);

/*
 * Does the same for a record; but if panes around the new pane are in the rolling window, puts
 * it there, too.
 */
struct pane *panes_add(struct run *run, struct pane_key *key, int64_t number);

/*
 * Frees a row without panes.
 */
void panes_drop_row(struct run *run, struct row *row);

/*
 * Removes a pane from its key and its row, and frees the pane.  Key and row may then be empty.
 */
void panes_free(struct run *run, struct pane *pane);

/* panes_drop_key drops a key that has no panes; panes_drop drops a key with its panes. */
void panes_drop_key(struct run *run, struct pane_key *key);
void panes_drop(struct run *run, void *slot);

/* Merges into the rolling windows the panes below this number that are not merged yet. */
int panes_enter(struct run *run, int64_t end, struct err *err);

/*
 * Writes the windows below limit, in order, and frees the panes that only these windows used.
 */
int panes_close_below(struct run *run, int64_t limit, struct err *err);

#endif
