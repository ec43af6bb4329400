#ifndef SML_SINKS_H
#define SML_SINKS_H

#include "sink/sink_file.h"
#include "sink/sink_names.h"

/* All sinks of a run, each under its number; a topic has an entry that drops everything. */
struct sinks {
	const struct sink_names *names; /* borrowed */
	struct sink_file file[SINKS_MOST];
	size_t opened;
};

/* Opens all sinks.  Returns -1 with err; sinks_close in any case. */
int sinks_open(struct sinks *, const struct sink_names *, struct err *);
int sinks_close(struct sinks *, struct err *);

/* These do for each sink what sink_file.h says. */
int sinks_cut(struct sinks *, const struct sink_lengths *, struct err *);
int sinks_sync(struct sinks *, struct err *);
void sinks_lengths(const struct sinks *, struct sink_lengths *);

/* Returns the path of the only sink if that is a file, or NULL. */
const char *sinks_only_file(const struct sinks *);

/* Is one of the sinks standard output? */
bool sinks_have_standard(const struct sinks *);

#endif
