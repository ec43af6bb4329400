#ifndef SML_SOURCE_EVENT_H
#define SML_SOURCE_EVENT_H

/* What a source has next. */
enum source_event {
	SOURCE_LINES, /* p and n are whole lines, borrowed until the next call */
	SOURCE_BAD,   /* p and n are the next line, which is bad; err says why */
	SOURCE_LATER, /* nothing now; more may come */
	SOURCE_END,   /* there is no more */
	SOURCE_FAILED /* err says why */
};

#endif
