#ifndef SML_ARM_H
#define SML_ARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/value.h"

/*
 * Shares, and weights in percent, are in hundredths of a percent: 10,000 is all.  Relative
 * weights are in hundredths; the largest weight is a million.
 */
enum { SHARE_ALL = 10000, WEIGHT_MOST = 100000000 };

/* One of the ways that a request can go, or a shadow, whose weight is 0. */
struct arm {
	char *name;	   /* UTF-8, never empty; this and the other texts are owned */
	struct buf quoted; /* the name as a JSON string */
	char *model;	   /* a file, exec:CMD or const:JSON; NULL: none */
	uint32_t weight;   /* of the split, in hundredths */
};

/* A limit, because each arm has its own counters. */
enum { ARMS_MOST = 1000 };

/* Arms in the order in which they were given; no two have the same name. */
struct arms {
	struct arm *arm;
	uint32_t count;
};

/* Returns the arm's name as a value. */
static inline struct value
arm_value(const struct arm *arm)
{
	return (struct value){ arm->quoted.p, (uint32_t)arm->quoted.len, V_STRING };
}

/* Returns the path of the arm's model file; NULL if its model is not a file. */
const char *arm_file(const struct arm *);

/*
 * Adds an arm; the texts are copied, model may be NULL.  Returns -1 if the name is empty or in
 * use, if there are ARMS_MOST arms already, or if memory is short.
 */
int arms_add(struct arms *, const char *name, size_t n, uint32_t weight, const char *model,
    struct err *);

/*
 * Adds an arm from "NAME=WEIGHT[:MODEL]", as --arm takes it.  WEIGHT is a percentage, as
 * share_read reads it; or, if relative is true, a number up to a million with at most two
 * decimals.
 */
int arms_add_text(struct arms *, const char *text, bool relative, struct err *);

/* Adds a shadow from "NAME:MODEL", as --shadow takes it. */
int arms_add_shadow(struct arms *, const char *text, struct err *);

/* Returns the number of the arm with this name of n bytes, or -1. */
int64_t arms_find(const struct arms *, const char *name, size_t n);

/*
 * Does the same as arms_find; but if there is no such arm, err says "no arm is called …" and
 * which arm was probably meant.
 */
int64_t arms_need(const struct arms *, const char *name, size_t n, struct err *);

/* Frees what arms own; does nothing if all is zero. */
void arms_free(struct arms *);

/*
 * Reads a percentage: 0 to 100 with at most two decimals, with or without %.  Sets *end to
 * what follows; if end is NULL, nothing may.  *share is in hundredths of a percent.
 */
int share_read(const char *text, const char **end, uint32_t *share, struct err *);

#endif
