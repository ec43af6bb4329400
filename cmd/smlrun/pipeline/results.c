/* Separates the output of a pipeline into data and control lines. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/stream/control.h"
#include "pipeline/results.h"

enum { CHUNK = 256 * 1024, DEPTH = 1000 };

int
results_open(struct results *r, struct err *err)
{
	*r = (struct results){ .none = fields_new() };
	return r->none == NULL ? err_memory(err) :
				 record_open(&r->record, r->none, DEPTH, err);
}

void
results_close(struct results *r)
{
	buf_free(&r->bytes);
	if (r->none != NULL)
		record_close(&r->record);
	fields_free(r->none);
}

void
results_restart(struct results *r)
{
	r->bytes.len = r->at = 0;
	r->within = r->ended = false;
}

ssize_t
results_fill(struct results *r, int fd)
{
	ssize_t n;

	if (r->at > 0) {
		r->bytes.len -= r->at;
		memmove(r->bytes.p, r->bytes.p + r->at, r->bytes.len);
		r->at = 0;
	}
	if (buf_reserve(&r->bytes, CHUNK) == -1)
		return -1;
	do
		n = read(fd, r->bytes.p + r->bytes.len, CHUNK);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		r->bytes.len += (size_t)n;
	r->ended = n == 0;
	return n;
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p;
}

/*
 * Returns whether a control line may start here; also true if there are too few bytes to know.
 */
static bool
may_be_control(const char *p, const char *end)
{
	p = skip_blanks(p, end);
	if (p == end)
		return true;
	if (*p != '{')
		return false;
	p = skip_blanks(p + 1, end);
	if (end - p < 2)
		return p == end || *p == '"';
	return p[0] == '"' && (p[1] == '$' || p[1] == '\\');
}

/* Takes data up to what may be a control line. */
static void
walk(struct results *r, struct results_piece *piece)
{
	const char *end = r->bytes.p + r->bytes.len, *p = piece->p, *newline;

	while (p < end && (r->within || !may_be_control(p, end))) {
		newline = memchr(p, '\n', (size_t)(end - p));
		r->within = newline == NULL;
		piece->records += newline != NULL;
		p = newline == NULL ? end : newline + 1;
	}
	piece->n = (size_t)(p - piece->p);
}

/* Takes a line that may be a control line; if it is not, takes it as data. */
static enum results_event
look(struct results *r, struct results_piece *piece)
{
	size_t rest = r->bytes.len - r->at;
	const char *newline = rest == 0 ? NULL : memchr(piece->p, '\n', rest);

	if (newline == NULL && !r->ended)
		return RESULTS_MORE;
	if (rest == 0)
		return RESULTS_END;
	piece->n = newline == NULL ? rest : (size_t)(newline + 1 - piece->p);
	piece->records = newline != NULL;
	r->at += piece->n;
	return newline != NULL &&
		record_parse_text(&r->record, r->none, piece->p, piece->n - 1, NULL) == 0 &&
		value_is_control(r->record.object) ?
	    RESULTS_CONTROL :
	    RESULTS_DATA;
}

enum results_event
results_next(struct results *r, struct results_piece *piece)
{
	*piece = (struct results_piece){ .p = r->bytes.p + r->at };
	if (r->at < r->bytes.len)
		walk(r, piece);
	if (piece->n == 0)
		return look(r, piece);
	r->at += piece->n;
	return RESULTS_DATA;
}
