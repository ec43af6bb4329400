#ifndef SML_LABEL_H
#define SML_LABEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/value.h"
#include "state/member.h"

/*
 * The two labels of a classifier, in order: 0 and 1, false and true, or two
 * strings by their UTF-8 bytes.  Numbers and booleans are known from the first
 * label on.  Of strings the one that was met first is taken as the later one
 * until the other is met, which then may show that it is the earlier.
 */
enum label_kind { LABEL_NONE, LABEL_NUMBER, LABEL_BOOL, LABEL_STRING };

struct labels {
	enum label_kind kind;
	char *spelling[2];  /* JSON text as it was first met */
	uint64_t length[2]; /* 0: not met yet */
	struct buf text[2]; /* of strings: the text, its escapes resolved */
	struct buf scratch;
	enum label_kind fresh_kind; /* of a label tried, and its length */
	uint64_t fresh_length;	    /* 0: it was met before */
};

extern const struct member labels_members[];

void labels_close(struct labels *); /* all zeroes is an open one */

/*
 * Which label a value is: 0 or 1; for a string that was not met yet, the free
 * place.  -1: it is none of the two.  Learns nothing.
 */
int labels_find(struct labels *, struct value, struct err *);

/*
 * Readies a value that labels_find found at index to be learned; -1: memory is
 * short.  labels_keep learns the last one: true where the two labels have
 * changed places by it, and with them everything that was learned of them.
 */
int labels_try(struct labels *, struct value, int index);
bool labels_keep(struct labels *, int index);

/* The kind that a value would be of. */
enum label_kind label_kind(struct value);

/* Label index as it was first spelt; V_MISSING: it is not known. */
struct value labels_spelling(const struct labels *, enum label_kind, int index);

/*
 * After the members were read, or with the spellings set: finds out the rest.
 * -1: they are no two labels of one kind, in order; or memory is short.
 */
int labels_loaded(struct labels *);

#endif
