#ifndef SML_PUBLISH_H
#define SML_PUBLISH_H

#include "base/err.h"
#include "base/out.h"
#include "model.h"

/*
 * Publishes the model as a control line, {"$sml":"model","name":…,"model":…}, after every N
 * records learned and at the end; see sml-stream(7).
 */
struct publication {
	uint64_t every; /* 0: never */
	char *name;	/* owned */
};

/*
 * Sets the name of the model: name or, if that is NULL, the base name of the model's file
 * without its suffix.  Returns -1 if there is neither a name nor a path, or memory is short.
 */
int publish_open(struct publication *, uint64_t every, const char *name, const char *path,
    struct err *);
void publish_close(struct publication *);

/*
 * Writes the line if it is due.  Call it after each record learned, and at the end with last
 * set: then the line is written if anything was learned since the last such line.
 */
int publish(const struct publication *, struct model *, bool last, struct out *, struct err *);

#endif
