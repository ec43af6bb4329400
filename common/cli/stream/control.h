#ifndef SML_CONTROL_H
#define SML_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "json/value.h"

/* Control lines: records whose first member is "$sml"; sml-stream(7). */
enum control_kind {
	CONTROL_BEGIN,
	CONTROL_RESTORE,
	CONTROL_BARRIER,
	CONTROL_WATERMARK,
	CONTROL_END,
	CONTROL_OTHER /* not known here: forwarded */
};

struct control {
	enum control_kind kind;
	int64_t id;	   /* of restore and barrier */
	int64_t watermark; /* ns */
};

/* Is this record's first member "$sml"? */
bool control_is(struct value record);

/* Is this control line one that every reader of models may obey: begin, or model? */
bool control_is_model(struct value record);

/* Reads one. */
int control_read(struct value record, struct control *, struct err *);

#endif
