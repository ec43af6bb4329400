#ifndef SML_LABEL_H
#define SML_LABEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/value.h"
#include "state/member.h"

/*
 * The two labels of a classifier, in order: 0 and 1, false and true, or two strings ordered by
 * their UTF-8 bytes.  The first number or boolean shows both labels.  The first string counts
 * as the later label until the second string comes and both can be ordered.
 */
enum label_kind { LABEL_NONE, LABEL_NUMBER, LABEL_BOOL, LABEL_STRING };

struct labels {
	enum label_kind kind;
	char *spelling[2];  /* JSON text, as the label first came */
	uint64_t length[2]; /* 0: the label has not come yet */
	struct buf text[2]; /* for strings: the text, with its escapes resolved */
	struct buf scratch;
	enum label_kind fresh_kind; /* the kind and length of the label in labels_try */
	uint64_t fresh_length;	    /* 0: the label had come before */
};

extern const struct member labels_members[];

void labels_close(struct labels *); /* all zeroes is open */

/*
 * Returns the index of the label that a value is: 0 or 1; for a new string, the free index; -1
 * if it is neither label.  Changes nothing.
 */
int labels_find(struct labels *, struct value, struct err *);

/*
 * Learn a label in two steps.  labels_try prepares the label for which labels_find returned
 * index, and returns -1 if memory is short.  labels_keep keeps it, and returns true if the two
 * labels have changed places, so that what was learned must be mirrored too.
 */
int labels_try(struct labels *, struct value, int index);
bool labels_keep(struct labels *, int index);

/* Returns the kind of label that a value would be. */
enum label_kind label_kind(struct value);

/* Returns a label as it was first spelt, or V_MISSING if it has not come yet. */
struct value labels_spelling(const struct labels *, enum label_kind, int index);

/*
 * Completes labels after their members were read, or their spellings set.  Returns -1 if they
 * are not two labels of one kind, in order, or if memory is short.
 */
int labels_loaded(struct labels *);

#endif
