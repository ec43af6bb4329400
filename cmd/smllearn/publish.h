#ifndef SML_PUBLISH_H
#define SML_PUBLISH_H

#include "base/err.h"
#include "base/out.h"
#include "model.h"

/*
 * The model as a control line, {"$sml":"model","name":…,"model":…}, every so
 * many records learned and at the end: sml-stream(7).
 */
struct publication {
	uint64_t every; /* 0: never */
	char *name;	/* owned */
};

/*
 * name: as it was given, or NULL: that of the model's file without folder and
 * suffix.  -1 where there is neither, or memory is short.
 */
int publish_open(struct publication *, uint64_t every, const char *name, const char *path,
    struct err *);
void publish_close(struct publication *);

/*
 * Writes the line where it is due: after a record was learned, or with last at
 * the end, for what was learned since the last one.
 */
int publish(const struct publication *, struct model *, bool last, struct out *, struct err *);

#endif
