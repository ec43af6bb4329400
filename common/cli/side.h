#ifndef SML_SIDE_H
#define SML_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "out.h"

/*
 * A file beside the main output: --rejects, --late.  Created empty, or with
 * keep appended to (and cut back with side_cut to what a snapshot knew).
 */
struct side {
	const char *path;
	struct out out;
	uint64_t records;
	bool open;
};

int	side_open(struct side *, const char *path, bool keep, struct err *);

/* Cuts the file back to length; an error where it is shorter. */
int	side_cut(struct side *, uint64_t length, struct err *);

/* The length, all that was written included. */
uint64_t side_length(const struct side *);

/* What is added beside the error. */
struct side_place {
	const char *source;
	uint64_t line, byte;	/* 0: left out */
};

/*
 * Writes {"error":…,"source":…,"line":…,"byte":…,EXTRA,"raw":…}; extra is
 * bytes of members with a comma before each, or NULL.  raw is a JSON string,
 * or {"base64":…} where the bytes are no UTF-8.
 */
void	side_write(struct side *, const char *error, const struct side_place *,
	    const char *extra, const char *raw, size_t n);

/*
 * A record too long to be held: side_begin, pieces of any size, side_end; raw
 * is {"base64":…} then.
 */
void	side_begin(struct side *, const char *error, const struct side_place *);
void	side_piece(struct side *, const char *raw, size_t n);
void	side_end(struct side *);

int	side_flush(struct side *, struct err *);
int	side_close(struct side *, struct err *);

#endif
