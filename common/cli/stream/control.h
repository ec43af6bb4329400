#ifndef SML_CONTROL_H
#define SML_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/options/opt.h"
#include "json/value.h"

/*
 * Control lines: records whose first member is "$sml".  stream_obeyed (stream_parts.h) decides
 * whether such a line may command the run; stream.c then refuses the line, or stream_control.c
 * obeys it.  Where only data may come in, such a line is always refused: in smlrun's source
 * (source_line.c), in a message's value (kafka/payload.c) and in a dump to replay (dump.c).
 */
enum control_kind {
	CONTROL_BEGIN,
	CONTROL_RESTORE,
	CONTROL_BARRIER,
	CONTROL_MARK,
	CONTROL_WATERMARK,
	CONTROL_END,
	CONTROL_DONE,	/* a stage before this one has ended well */
	CONTROL_FAILED, /* or badly */
	CONTROL_OTHER	/* not known here; forwarded */
};

struct control {
	enum control_kind kind;
	int64_t id;    /* for restore, barrier and mark */
	int64_t after; /* for restore: the number before the next barrier's or mark's */
	char nonce[NONCE_SIZE + 1]; /* of the snapshot that the line names; "": none */
	int64_t watermark;	    /* ns */
};

/* Returns whether a reader of models obeys this control line: begin or model. */
bool control_is_model(struct value record);

/* Reads a control line. */
int control_read(struct value record, struct control *, struct err *);

/* Returns "mark" or "barrier". */
const char *control_word(const struct control *);

/*
 * Checks the nonce of a restore or barrier line.  In an attempt (NULL: there is none) a
 * restore needs a nonce, and a barrier needs the attempt's nonce; without an attempt neither
 * may have one.
 */
int control_check_nonce(const struct control *, const char *attempt, struct err *);

#endif
