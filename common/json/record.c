/*
 * Parses a line in one pass: checks the whole grammar of RFC 8259, and notes the values of the
 * fields that a tool reads.
 *
 * stage1.cc checks UTF-8 and the bytes in strings, and finds where tokens start; the bytes
 * between two starts are white space, or belong to the string or scalar before them.
 */
#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/path.h"
#include "json/record.h"
#include "json/remedy.h"
#include "json/stage1.h"

/* The state of a walk over one line. */
struct walk {
	const char *base, *end; /* *end is a line ending */
	const uint32_t *next;	/* the token after this one */
	struct record *record;
	uint32_t depth; /* how much deeper the walk may go */
	bool escapes;	/* the line has a \ somewhere */
	bool skims;	/* skip what no field needs */
	struct err *err;
};

static const char *walk_value(struct walk *, const char *, const struct path_node *);

/* Classes of bytes. */
static const unsigned char space[256] = { [' '] = 1, ['\t'] = 1, ['\n'] = 1, ['\r'] = 1 };
/* What may follow a scalar. */
static const unsigned char after
    [256] = { [' '] = 1, ['\t'] = 1, ['\n'] = 1, ['\r'] = 1, [','] = 1, [']'] = 1, ['}'] = 1 };

int
record_open(struct record *r, const struct fields *f, unsigned int max_depth, struct err *err)
{
	*r = (struct record){ .max_depth = max_depth, .fields = f->count };
	r->values = calloc((size_t)f->hidden + 1 + (size_t)f->count, sizeof *r->values);
	if (f->defaults > 0)
		r->own = calloc((size_t)f->count, sizeof *r->own);
	r->met = calloc(f->nodes, sizeof *r->met);
	r->stage1 = stage1_new();
	if (r->values == NULL || (f->defaults > 0 && r->own == NULL) || r->met == NULL ||
	    r->stage1 == NULL) {
		record_close(r);
		return err_memory(err);
	}
	r->slot = r->values + f->hidden + 1;
	return 0;
}

void
record_close(struct record *r)
{
	free(r->values);
	free(r->own);
	buf_free(&r->name);
	free(r->met);
	buf_free(&r->copy);
	stage1_free(r->stage1);
	*r = (struct record){ 0 };
}

/* Returns the next token, or the end of the line. */
static inline const char *
token(struct walk *w)
{
	const char *p = w->base + *w->next;

	if (p >= w->end)
		return w->end;
	w->next++;
	return p;
}

static const char *
fault(struct walk *w, const char *at, const char *what)
{
	if (at == w->end)
		err_set(w->err, at, "the line ends where %s is expected", what);
	else
		err_set(w->err, at, "%s is expected here", what);
	return NULL;
}

/* Returns where the text before the next token ends. */
static inline const char *
string_end(const struct walk *w)
{
	const char *e = w->base + *w->next;

	if (e > w->end)
		e = w->end;
	if (e[-1] != '"') {
		while (space[(unsigned char)e[-1]])
			e--;
	}
	return e;
}

/* Returns the backslash of an escape that RFC 8259 does not allow, or NULL. */
static const char *
bad_escape(const char *p, const char *end)
{
	const char *hex = "0123456789abcdefABCDEF";

	while ((p = memchr(p, '\\', (size_t)(end - p))) != NULL) {
		if (strchr("\"\\/bfnrt", p[1]) != NULL) {
			p += 2;
			continue;
		}
		if (p[1] != 'u' || end - p < 6 || strspn(p + 2, hex) < 4)
			return p;
		p += 6;
	}
	return NULL;
}

/* Checks the string at p.  Returns its end, or NULL if it is not valid. */
static inline const char *
walk_string(struct walk *w, const char *p)
{
	const char *end = string_end(w), *bad;

	if (end[-1] != '"' || end - p < 2)
		return fault(w, p, "a string");
	if (w->escapes) {
		bad = bad_escape(p + 1, end - 1);
		if (bad != NULL) {
			err_set(w->err, bad, "this escape does not exist in JSON");
			return NULL;
		}
	}
	return end;
}

/*
 * Skips digits, eight bytes at a time: a byte is not a digit if its distance from '0' is more
 * than nine.  Reads up to seven bytes beyond the first that is not a digit; they must be
 * readable.
 */
static inline const char *
digits(const char *p)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t bytes, others;

	for (;; p += sizeof bytes) {
		memcpy(&bytes, p, sizeof bytes);
		bytes = le64toh(bytes) ^ ones * '0';
		others = (((bytes & ones * 0x7f) + ones * 0x76) | bytes) & ones * 0x80;
		if (others != 0)
			return p + __builtin_ctzll(others) / 8;
	}
}

/* Checks the number at p.  Returns its end, or NULL if it is not valid. */
static inline const char *
walk_number(struct walk *w, const char *p)
{
	const char *start = p, *whole;

	if (*p == '-')
		p++;
	whole = p;
	p = digits(p);
	if (p == whole || (*whole == '0' && p - whole > 1))
		return fault(w, start, "a value");
	if (*p == '.') {
		whole = ++p;
		p = digits(p);
		if (p == whole)
			return fault(w, p, "a digit");
	}
	if (*p == 'e' || *p == 'E') {
		p++;
		if (*p == '+' || *p == '-')
			p++;
		whole = p;
		p = digits(p);
		if (p == whole)
			return fault(w, p, "a digit");
	}
	return after[(unsigned char)*p] ? p :
					  fault(w, start, "a number by the grammar of JSON");
}

static inline const char *
walk_word(struct walk *w, const char *p, const char *word, size_t n)
{
	if (w->end - p < (long)n || memcmp(p, word, n) != 0 || !after[(unsigned char)p[n]])
		return fault(w, p, "a value");
	return p + n;
}

/* Clears the values below a name that occurs a second time. */
static void
forget(struct record *r, const struct path_node *node)
{
	for (uint32_t i = 0; i < node->count; i++) {
		if (node->child[i]->slot != -1)
			r->slot[node->child[i]->slot].kind = V_MISSING;
		forget(r, node->child[i]);
	}
}

/* Finds the child of a name with escapes. Returns -1 if memory is short. */
static int
child_escaped(struct walk *w, const struct path_node *node, struct value name,
    const struct path_node **child)
{
	struct buf *text = &w->record->name;

	text->len = 0;
	if (buf_reserve(text, name.len + LINE_SLACK) == -1)
		return err_memory(w->err);
	/* No field has a name with a lone surrogate. */
	if (value_text(name, text, NULL) == 0)
		*child = path_child(node, text->p, (uint32_t)text->len);
	return 0;
}

/* Finds the child of a member's name, or NULL; name and end enclose its quotes. */
static inline int
child_named(struct walk *w, const struct path_node *node, const char *name, const char *end,
    const struct path_node **child)
{
	const struct path_node *c;
	struct value v = { name, (uint32_t)(end - name), V_STRING };

	*child = NULL;
	if (!w->escapes || memchr(name, '\\', v.len) == NULL)
		*child = path_child(node, name + 1, v.len - 2);
	else if (child_escaped(w, node, v, child) == -1)
		return -1;
	c = *child;
	if (c != NULL && c->count > 0) {
		if (w->record->met[c->number] == w->record->serial)
			forget(w->record, c);
		w->record->met[c->number] = w->record->serial;
	}
	return 0;
}

/* Skips the value at p, which is not checked.  Returns some place in it, or NULL on error. */
static inline const char *
skip_value(struct walk *w, const char *p)
{
	unsigned int depth = *p == '{' || *p == '[';

	while (depth > 0) {
		p = token(w);
		if (p == w->end)
			return fault(w, p, "a value");
		if (*p == '{' || *p == '[')
			depth++;
		else if (*p == '}' || *p == ']')
			depth--;
	}
	return p;
}

/* Checks an object from after its brace. Returns its end, or NULL on error. */
static const char *
walk_object(struct walk *w, const struct path_node *node)
{
	const struct path_node *child = NULL;
	const char *p = token(w), *end;

	if (*p == '}')
		return p + 1;
	for (;;) {
		if (*p != '"')
			return fault(w, p, "a member's name");
		end = walk_string(w, p);
		if (end == NULL)
			return NULL;
		if (node != NULL && node->table != NULL &&
		    child_named(w, node, p, end, &child) == -1)
			return NULL;
		p = token(w);
		if (*p != ':')
			return fault(w, p, "a colon");
		p = token(w);
		if ((w->skims && child == NULL ? skip_value(w, p) : walk_value(w, p, child)) ==
		    NULL)
			return NULL;
		p = token(w);
		if (*p == '}')
			return p + 1;
		if (*p != ',')
			return fault(w, p, "a comma or }");
		p = token(w);
	}
}

/* Checks an array from after its bracket. Returns its end, or NULL on error. */
static const char *
walk_array(struct walk *w, const struct path_node *node)
{
	const struct path_node *child;
	uint32_t next = 0;
	const char *p = token(w);

	if (*p == ']')
		return p + 1;
	for (int item = 0;; item++) {
		child = NULL;
		if (node != NULL) {
			while (next < node->count && node->child[next]->item < item)
				next++;
			if (next < node->count && node->child[next]->item == item)
				child = node->child[next];
		}
		if (walk_value(w, p, child) == NULL)
			return NULL;
		p = token(w);
		if (*p == ']')
			return p + 1;
		if (*p != ',')
			return fault(w, p, "a comma or ]");
		p = token(w);
	}
}

static const char *
walk_container(struct walk *w, const char *p, const struct path_node *node)
{
	const char *end;

	if (w->depth == 0) {
		err_set(w->err, p, "nested deeper than --max-depth %u",
		    (unsigned int)w->record->max_depth);
		return NULL;
	}
	w->depth--;
	end = *p == '{' ? walk_object(w, node) : walk_array(w, node);
	w->depth++;
	return end;
}

/* Checks the value at p, the field of node. Returns its end, or NULL on error. */
static inline const char *
walk_value(struct walk *w, const char *p, const struct path_node *node)
{
	const char *end;
	enum kind kind;

	switch (*p) {
	case '"':
		kind = V_STRING;
		end = walk_string(w, p);
		break;
	case '{':
	case '[':
		kind = *p == '{' ? V_OBJECT : V_ARRAY;
		end = walk_container(w, p, node);
		break;
	case 't':
		kind = V_TRUE;
		end = walk_word(w, p, "true", 4);
		break;
	case 'f':
		kind = V_FALSE;
		end = walk_word(w, p, "false", 5);
		break;
	case 'n':
		kind = V_NULL;
		end = walk_word(w, p, "null", 4);
		break;
	default:
		kind = V_NUMBER;
		end = walk_number(w, p);
		break;
	}
	if (node != NULL && node->slot != -1 && end != NULL)
		w->record->slot[node->slot] = (struct value){ p, (uint32_t)(end - p), kind };
	return end;
}

/* Checks that the line is one object. */
static int
walk_line(struct walk *w, const struct fields *f)
{
	struct record *r = w->record;
	const char *p = token(w), *end;

	if (*p != '{')
		return err_set(w->err, p, "a record is a JSON object: it begins with {");
	end = walk_object(w, &f->root);
	if (end == NULL)
		return -1;
	r->object = (struct value){ p, (uint32_t)(end - p), V_OBJECT };
	p = token(w);
	if (p != w->end)
		return err_set(w->err, p, "there is more after the record");
	return 0;
}

/* skims: whether to skip what the fields do not need. */
static int
parse(struct record *r, const struct fields *f, struct line *line, bool skims, struct err *err)
{
	struct walk w = { .base = line->base,
		.end = line->at + line->size,
		.next = line->index,
		.record = r,
		.depth = r->max_depth - 1,
		.skims = skims,
		.err = err };
	size_t count;
	int result;

	assert(f->count == r->fields);
	line->used = 0;
	if (line->index == NULL) {
		w.base = line->at;
		if (stage1_index(r->stage1, line->at, line->size, &w.next, &count) == -1) {
			if (errno == ENOMEM)
				return err_memory(err);
			return remedy_of_bytes(line->at, line->size, err);
		}
	}
	memset(r->values, 0, (size_t)(f->hidden + 1 + f->count) * sizeof *r->values);
	r->serial++;
	w.escapes = memchr(line->at, '\\', line->size) != NULL;
	result = walk_line(&w, f);
	for (size_t i = 0; i < f->wholes; i++) {
		if (r->slot[f->whole[i].slot].kind == V_MISSING)
			r->slot[f->whole[i].slot] = r->slot[f->whole[i].member->slot];
	}
	if (r->own != NULL)
		memcpy(r->own, r->slot, (size_t)f->count * sizeof *r->own);
	for (int i = 0; i < f->defaults; i++) {
		if (value_none(r->slot[f->given[i].slot]))
			r->slot[f->given[i].slot] = f->given[i].value;
	}
	if (line->index != NULL)
		line->used = (size_t)(w.next - line->index);
	return result == -1 ? remedy_add(line->at, line->size, err) : 0;
}

int
record_parse(struct record *r, const struct fields *f, struct line *line, struct err *err)
{
	return parse(r, f, line, false, err);
}

int
record_skim(struct record *r, const struct fields *f, struct line *line, struct err *err)
{
	return parse(r, f, line, true, err);
}

int
record_parse_text(struct record *r, const struct fields *f, const char *text, size_t n,
    struct err *err)
{
	struct line line = { .size = n };

	if (buf_reserve(&r->copy, n + LINE_SLACK) == -1)
		return err_memory(err);
	memcpy(r->copy.p, text, n);
	memset(r->copy.p + n, '\n', LINE_SLACK);
	line.at = r->copy.p;
	return record_parse(r, f, &line, err);
}
