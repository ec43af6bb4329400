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

/* Opens all sinks.  Returns -1 with err.  Call sinks_close in any case. */
int sinks_open(struct sinks *, const struct sink_names *, struct err *);
int sinks_close(struct sinks *, struct err *);

/* These call sink_cut or sink_sync (sink_file.h) for each sink. */
int sinks_cut(struct sinks *, const struct sink_lengths *, struct err *);
int sinks_sync(struct sinks *, struct err *);
void sinks_lengths(const struct sinks *, struct sink_lengths *);

/* Returns the path of the only sink; NULL if there are several, or it is not a file. */
const char *sinks_only_file(const struct sinks *);

/* Returns whether one of the sinks is standard output. */
bool sinks_have_standard(const struct sinks *);

#endif
