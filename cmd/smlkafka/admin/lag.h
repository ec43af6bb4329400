#ifndef SML_LAG_H
#define SML_LAG_H

#include "admin/group.h"
#include "admin/backlog.h"
#include "cli/stream/output.h"
#include "json/edit.h"

/*
 * What the files of smlkafka lag share:
 *
 *	lag.c		options, the rounds
 *	lag_measure.c	one measurement
 *	lag_show.c	a measurement as records and as metrics
 */

struct lag_options {
	struct common common;
	struct broker_options brokers;
	const char *group;
	struct texts topics;
	int start;     /* where a group starts if it has committed nothing */
	int64_t every; /* ns; 0: once */
	uint64_t max_lag;
	bool total;
};
enum { LAG_BEGINNING, LAG_END };

struct lag_partition {
	int64_t current; /* committed offset; -1: nothing is committed */
	double seconds;	 /* since the first unread record; NaN: not known */
	char *member;	 /* that reads it; NULL: nobody does */
};

/* One measurement.  All zeroes: nothing was measured. */
struct lag_measure {
	int64_t time; /* when, ms */
	rd_kafka_topic_partition_list_t *list;
	struct backlog *backlog; /* one for each partition, count in all */
	struct lag_partition *partition;
	size_t count, members;
	uint64_t records; /* unread records of all partitions */
	double seconds;	  /* the longest lag of a partition; NaN: not known */
};

/*
 * Measures the lag again in the topics of -t, or in those of the group.  time: the time now,
 * ms.  reader: a client with peek_settings.
 */
int lag_measure(struct lag_measure *, struct group *, struct client *reader,
    const struct lag_options *, int64_t time, struct err *);
void lag_measure_free(struct lag_measure *);

/* How measurements are written, and the rows of --metrics for the last measurement. */
struct lag_show {
	struct edit *edit;
	const struct lag_options *options;
	double records, seconds, partitions, members; /* of all partitions; also for --stats */
	struct stat_row all[5];
	struct stat_row *rows; /* each with the labels of a partition; ended by a NULL name */
	double *values;
	char **labels;
	size_t count;
};

int lag_show_open(struct lag_show *, const struct lag_options *, struct err *);
void lag_show_close(struct lag_show *);
int lag_show(struct lag_show *, const struct lag_measure *, struct output *, struct err *);

/* Removes the old values from --metrics: to be called when a measurement has failed. */
void lag_show_nothing(struct lag_show *);

#endif
