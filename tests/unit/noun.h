#ifndef SML_UNIT_NOUN_H
#define SML_UNIT_NOUN_H

/* A struct with a member of each kind, for the tests of snapshots. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state/member.h"

/* Rows of a table of members: for one value, and for an array with its count. */
#define ONE(n, kind) #n, kind, offsetof(struct noun, n), 0
#define MANY(n, kind) #n, kind, offsetof(struct noun, n), offsetof(struct noun, n##_count)
#define END NULL, M_BOOL, 0, 0

struct noun {
	bool yes;
	int64_t whole;
	uint64_t natural;
	double real;
	int64_t *wholes;
	double *reals;
	char *bytes, *json;
	uint64_t wholes_count, reals_count, bytes_count, json_count;
};

static const struct member all_members[] = {
	{ ONE(yes, M_BOOL) },
	{ ONE(whole, M_I64) },
	{ ONE(natural, M_U64) },
	{ ONE(real, M_F64) },
	{ MANY(wholes, M_I64S) },
	{ MANY(reals, M_F64S) },
	{ MANY(bytes, M_BYTES) },
	{ MANY(json, M_JSON) },
	{ END },
};

#endif
