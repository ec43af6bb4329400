/* Adds and replaces members of records; makes new objects. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/grow.h"
#include "base/num.h"
#include "json/edit.h"

struct edit_member {
	char *name;	   /* as declared */
	struct buf prefix; /* ,"name": */
	int slot;	   /* of the same name in the record, or -1 */
	size_t start, len; /* prefix and value in text; len 0: no value is set */
};

/* MEMBER=NEW; member_len 0: the member declared first. */
struct edit_alias {
	const char *member, *name;
	size_t member_len;
	bool used;
};

struct edit {
	struct edit_member *member;
	int count;
	struct edit_alias *alias;
	int aliases;
	size_t alias_room, member_room;
	struct buf nest; /* ,"nest":{ ; empty: none */
	char *nest_name;
	int nest_slot;
	bool overwrite, short_of_memory;
	struct buf text; /* the members set, each with its prefix */
	uint64_t not_finite;
};

struct edit *
edit_new(const char *nest, bool overwrite)
{
	struct edit *e = calloc(1, sizeof *e);

	if (e == NULL)
		return NULL;
	e->overwrite = overwrite;
	e->nest_slot = -1;
	if (nest == NULL)
		return e;
	e->nest_name = strdup(nest);
	if (e->nest_name == NULL || buf_putc(&e->nest, ',') == -1 ||
	    buf_put_json(&e->nest, nest, strlen(nest)) == -1 ||
	    buf_puts(&e->nest, ":{") == -1) {
		edit_free(e);
		return NULL;
	}
	return e;
}

void
edit_free(struct edit *e)
{
	if (e == NULL)
		return;
	edit_take_back(e, 0);
	free(e->member);
	free(e->alias);
	free(e->nest_name);
	buf_free(&e->nest);
	buf_free(&e->text);
	free(e);
}

int
edit_rename(struct edit *e, const char *as, struct err *err)
{
	struct edit_alias alias = { .name = as };
	const char *equals = strchr(as, '=');

	if (equals != NULL) {
		alias.member = as;
		alias.member_len = (size_t)(equals - as);
		alias.name = equals + 1;
	}
	if (*alias.name == '\0' || equals == as)
		return err_set(err, as, "--as takes NAME or MEMBER=NAME, not \"%s\"", as);
	for (int i = 0; i < e->aliases; i++)
		if (e->alias[i].member_len == alias.member_len &&
		    (alias.member_len == 0 ||
			memcmp(e->alias[i].member, as, alias.member_len) == 0))
			return err_set(err, as, "--as renames a member twice: %s", as);
	if (grow(&e->alias, &e->alias_room, (size_t)e->aliases + 1, sizeof *e->alias) == -1)
		return err_memory(err);
	e->alias[e->aliases++] = alias;
	return 0;
}

/* Returns the name under which a member is written. */
static const char *
renamed(struct edit *e, const char *name)
{
	for (int i = 0; i < e->aliases; i++) {
		struct edit_alias *a = &e->alias[i];

		if (a->used)
			continue;
		if (a->member_len == 0 ? e->count == 0 :
					 strlen(name) == a->member_len &&
			    memcmp(name, a->member, a->member_len) == 0) {
			a->used = true;
			return a->name;
		}
	}
	return name;
}

/* Returns the slot of the record's own member of this name: it will be refused or replaced. */
static int
taken_slot(struct edit *e, struct fields *f, const char *name, struct err *err)
{
	if (f == NULL)
		return 0;
	if (e->nest_name != NULL) {
		e->nest_slot = fields_add_name(f, e->nest_name, strlen(e->nest_name), err);
		return e->nest_slot;
	}
	return fields_add_name(f, name, strlen(name), err);
}

int
edit_name(struct edit *e, struct fields *f, const char *name, struct err *err)
{
	struct edit_member member = { .slot = -1 };
	int slot;

	name = renamed(e, name);
	for (int i = 0; i < e->count; i++) {
		if (strcmp(e->member[i].name, name) == 0)
			return err_set(err, NULL, "two members would be named \"%s\"", name);
	}
	slot = taken_slot(e, f, name, err);
	if (slot == -1)
		return -1;
	if (f != NULL && e->nest_name == NULL)
		member.slot = slot;
	if (grow(&e->member, &e->member_room, (size_t)e->count + 1, sizeof *e->member) == -1)
		return err_memory(err);
	member.name = strdup(name);
	if (member.name == NULL || buf_putc(&member.prefix, ',') == -1 ||
	    buf_put_json(&member.prefix, name, strlen(name)) == -1 ||
	    buf_putc(&member.prefix, ':') == -1) {
		free(member.name);
		buf_free(&member.prefix);
		return err_memory(err);
	}
	e->member[e->count] = member;
	return e->count++;
}

int
edit_count(const struct edit *e)
{
	return e->count;
}

void
edit_take_back(struct edit *e, int count)
{
	while (e->count > count) {
		free(e->member[--e->count].name);
		buf_free(&e->member[e->count].prefix);
	}
}

int
edit_named(struct edit *e, struct err *err)
{
	for (int i = 0; i < e->aliases; i++) {
		if (!e->alias[i].used)
			return err_set(err, NULL,
			    "--as %s renames a member that is not made here",
			    e->alias[i].member != NULL ? e->alias[i].member :
							 e->alias[i].name);
	}
	return 0;
}

/* Starts a member's value, of at most n bytes. Returns NULL if memory is short. */
static char *
begin(struct edit *e, int member, size_t n)
{
	struct edit_member *m = &e->member[member];

	m->start = e->text.len;
	if (buf_reserve(&e->text, m->prefix.len + n) == -1) {
		e->short_of_memory = true;
		return NULL;
	}
	memcpy(e->text.p + m->start, m->prefix.p, m->prefix.len);
	e->text.len += m->prefix.len;
	return e->text.p + e->text.len;
}

static void
end(struct edit *e, int member, size_t n)
{
	e->text.len += n;
	e->member[member].len = e->text.len - e->member[member].start;
}

static void
put(struct edit *e, int member, const char *bytes, size_t n)
{
	char *p = begin(e, member, n);

	if (p == NULL)
		return;
	memcpy(p, bytes, n);
	end(e, member, n);
}

void
edit_null(struct edit *e, int member)
{
	put(e, member, "null", 4);
}

void
edit_raw(struct edit *e, int member, struct value v)
{
	if (v.kind == V_MISSING)
		edit_null(e, member);
	else
		put(e, member, v.p, v.len);
}

void
edit_bool(struct edit *e, int member, bool is)
{
	put(e, member, is ? "true" : "false", is ? 4 : 5);
}

void
edit_i64(struct edit *e, int member, int64_t x)
{
	char *p = begin(e, member, NUM_MAX);

	if (p != NULL)
		end(e, member, num_write_i64(p, x));
}

void
edit_f64(struct edit *e, int member, double x)
{
	char *p;

	if (!isfinite(x)) {
		e->not_finite++;
		edit_null(e, member);
		return;
	}
	p = begin(e, member, NUM_MAX);
	if (p != NULL)
		end(e, member, num_write_f64(p, x));
}

void
edit_string(struct edit *e, int member, const char *utf8, size_t n)
{
	if (begin(e, member, 0) == NULL)
		return;
	if (buf_put_json(&e->text, utf8, n) == -1)
		e->short_of_memory = true;
	end(e, member, 0);
}

void
edit_time(struct edit *e, int member, int64_t ns, bool as_number, enum unit unit)
{
	char *p = begin(e, member, INSTANT_MAX + 2);
	size_t n;

	if (p == NULL)
		return;
	if (as_number) {
		end(e, member, instant_write_number(p, ns, unit));
		return;
	}
	n = instant_write(p + 1, ns);
	p[0] = p[n + 1] = '"';
	end(e, member, n + 2);
}

static void
clear(struct edit *e)
{
	e->text.len = 0;
	for (int i = 0; i < e->count; i++)
		e->member[i].len = 0;
}

/*
 * Returns the name of a member that the record already has, or NULL.  all: look at all
 * declared members, not only at those that are set.
 */
static const char *
name_taken(const struct edit *e, const struct record *r, bool all)
{
	if (e->nest_slot != -1)
		return record_own(r, e->nest_slot).kind != V_MISSING ? e->nest_name : NULL;
	for (int i = 0; i < e->count; i++) {
		if (e->member[i].slot != -1 && (all || e->member[i].len > 0) &&
		    record_own(r, e->member[i].slot).kind != V_MISSING)
			return e->member[i].name;
	}
	return NULL;
}

bool
edit_replaces(const struct edit *e, int member, const struct record *r)
{
	int slot = e->member[member].slot;

	return slot != -1 && record_own(r, slot).kind != V_MISSING;
}

static int
refuse(const struct record *r, const char *name, struct err *err)
{
	return err_set(err, r->object.p,
	    "the record has a member \"%s\" "
	    "already: --overwrite replaces it, --as names the new one",
	    name);
}

int
edit_check(struct edit *e, const struct record *r, struct err *err)
{
	const char *taken = e->overwrite ? NULL : name_taken(e, r, true);

	clear(e);
	return taken != NULL ? refuse(r, taken, err) : 0;
}

/* Writes the members that are set as one object, the value of --nest. */
static void
write_nest(const struct edit *e, struct out *out)
{
	out_write(out, "{", 1);
	if (e->text.len > 0)
		out_write(out, e->text.p + 1, e->text.len - 1);
	out_write(out, "}", 1);
}

/* Returns the member whose old value is the first after p, or NULL. */
static const struct edit_member *
next_replaced(const struct edit *e, const struct record *r, const char *p)
{
	const struct edit_member *next = NULL;

	for (int i = 0; i < e->count; i++) {
		const struct edit_member *m = &e->member[i];

		if (m->len == 0 || m->slot == -1 || record_own(r, m->slot).kind == V_MISSING ||
		    record_own(r, m->slot).p < p)
			continue;
		if (next == NULL || record_own(r, m->slot).p < record_own(r, next->slot).p)
			next = m;
	}
	return next;
}

/* Writes the record with old values replaced in place, and new members at the end. */
static void
write_replacing(struct edit *e, const struct record *r, struct out *out)
{
	const char *p = r->object.p, *last = p + r->object.len - 1;
	const struct edit_member *m;
	struct value old;

	if (e->nest_slot != -1) {
		old = record_own(r, e->nest_slot);
		out_write(out, p, (size_t)(old.p - p));
		write_nest(e, out);
		p = old.p + old.len;
	}
	while (e->nest_slot == -1 && (m = next_replaced(e, r, p)) != NULL) {
		old = record_own(r, m->slot);
		out_write(out, p, (size_t)(old.p - p));
		out_write(out, e->text.p + m->start + m->prefix.len, m->len - m->prefix.len);
		p = old.p + old.len;
	}
	out_write(out, p, (size_t)(last - p));
	for (int i = 0; e->nest_slot == -1 && i < e->count; i++) {
		m = &e->member[i];
		if (m->len > 0 && record_own(r, m->slot).kind == V_MISSING)
			out_write(out, e->text.p + m->start, m->len);
	}
	out_write(out, "}\n", 2);
}

/* Returns whether this object has no member. */
static bool
empty(struct value object)
{
	const char *p = object.p + 1;

	while (*p == ' ' || *p == '\t' || *p == '\r')
		p++;
	return *p == '}';
}

int
edit_write(struct edit *e, const struct record *r, struct out *out, struct err *err)
{
	const char *taken = r == NULL ? NULL : name_taken(e, r, false);
	size_t comma = r == NULL || empty(r->object) ? 1 : 0;
	int result = 0;

	if (e->short_of_memory) {
		e->short_of_memory = false;
		result = err_memory(err);
	} else if (taken != NULL && !e->overwrite) {
		result = refuse(r, taken, err);
	} else if (taken != NULL) {
		write_replacing(e, r, out);
	} else {
		if (r != NULL)
			out_write(out, r->object.p, r->object.len - 1);
		else
			out_write(out, "{", 1);
		if (e->nest.len > 0) {
			out_write(out, e->nest.p + comma, e->nest.len - 1 - comma);
			write_nest(e, out);
		} else if (e->text.len > 0) {
			out_write(out, e->text.p + comma, e->text.len - comma);
		}
		out_write(out, "}\n", 2);
	}
	clear(e);
	return result;
}

uint64_t
edit_not_finite(const struct edit *e)
{
	return e->not_finite;
}
