/* Reads a place in a partition, as given to -o and --until. */
#include <string.h>

#include "base/num.h"
#include "kafka/position.h"
#include "kafka/when.h"

/* Reads a number that is only digits. */
static int
read_number(const char *text, int64_t *n)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && text[digits] == '\0' ? num_read_i64(text, digits, n) : -1;
}

int
position_read(const char *text, struct position *p, struct err *err)
{
	int64_t ns;

	*p = (struct position){ POSITION_OFFSET, 0 };
	if (strcmp(text, "beginning") == 0) {
		p->kind = POSITION_BEGINNING;
		return 0;
	}
	if (strcmp(text, "end") == 0) {
		p->kind = POSITION_END;
		return 0;
	}
	if (*text == '@') {
		p->kind = POSITION_TIME;
		if (when_read(text + 1, WHEN_MS, &ns, err) == -1)
			return -1;
		/* Rounds up to a millisecond, so that no earlier message counts. */
		p->at = ns / UNIT_MS + (ns % UNIT_MS > 0);
		return p->at >= 0 ?
		    0 :
		    err_set(err, NULL, "%s: Kafka has no time before 1970", text);
	}
	if (*text == '-' && read_number(text + 1, &p->at) == 0) {
		p->kind = POSITION_BACK;
		return 0;
	}
	if (read_number(text, &p->at) == 0)
		return 0;
	return err_set(err, NULL, "a place is beginning, end, OFFSET, -N or @TIME, not \"%s\"",
	    text);
}

int64_t
position_offset(const struct position *p, int64_t low, int64_t end, int64_t found)
{
	switch (p->kind) {
	case POSITION_BEGINNING:
		return low;
	case POSITION_OFFSET:
		return p->at < low ? low : p->at;
	case POSITION_BACK:
		return found;
	case POSITION_TIME:
		return found < 0 ? end : found;
	case POSITION_NONE:
	case POSITION_END:
		break;
	}
	return end;
}
