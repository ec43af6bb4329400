/* Compiles paths into a tree of member names. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digit.h"
#include "base/grow.h"
#include "json/path.h"

/* path_hash reads eight bytes whatever the name's length. */
enum { NAME_SLACK = 8 };

static void
node_free(struct path_node *node)
{
	for (uint32_t i = 0; i < node->count; i++)
		node_free(node->child[i]);
	free(node->table);
	free(node->child);
	free(node->name);
	free(node);
}

struct fields *
fields_new(void)
{
	struct fields *f = calloc(1, sizeof *f);

	if (f == NULL)
		return NULL;
	f->root.slot = f->root.item = -1;
	f->nodes = 1;
	return f;
}

void
fields_free(struct fields *f)
{
	if (f == NULL)
		return;
	for (uint32_t i = 0; i < f->root.count; i++)
		node_free(f->root.child[i]);
	free(f->root.table);
	free(f->root.child);
	for (int i = 0; i < f->count; i++)
		free(f->slot[i].path);
	free(f->slot);
	for (int i = 0; i < f->defaults; i++)
		free(f->given[i].text);
	free(f->given);
	free(f->whole);
	free(f);
}

/* Returns which index a name is: "0", or digits that do not begin with 0; else -1. */
static int
item_of(const char *name, size_t n)
{
	int item = 0;

	if (n == 0 || n > 9 || (name[0] == '0' && n > 1))
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!is_digit(name[i]))
			return -1;
		item = 10 * item + (name[i] - '0');
	}
	return item;
}

static struct path_node *
node_new(const char *name, size_t n)
{
	struct path_node *node = calloc(1, sizeof *node);

	if (node == NULL)
		return NULL;
	node->name = calloc(1, n + NAME_SLACK);
	if (node->name == NULL) {
		free(node);
		return NULL;
	}
	if (n > 0)
		memcpy(node->name, name, n);
	node->length = (uint32_t)n;
	node->slot = -1;
	node->item = item_of(name, n);
	return node;
}

/* Makes the hash table at least twice as large as the number of children. */
static int
table_fit(struct path_node *node, uint32_t children)
{
	uint32_t size = 4, i, j;
	struct path_node **table;

	if (node->table != NULL && 2 * children <= node->mask + 1)
		return 0;
	while (size < 2 * children)
		size *= 2;
	table = calloc(size, sizeof(struct path_node *));
	if (table == NULL)
		return -1;
	for (i = 0; i < node->count; i++) {
		j = path_hash(node->child[i]->name, node->child[i]->length);
		while (table[j & (size - 1)] != NULL)
			j++;
		table[j & (size - 1)] = node->child[i];
	}
	free(node->table);
	node->table = table;
	node->mask = size - 1;
	return 0;
}

static int
node_adopt(struct path_node *node, struct path_node *child)
{
	struct path_node **more;
	uint32_t i;

	if (table_fit(node, node->count + 1) == -1)
		return -1;
	more = realloc(node->child, (node->count + 1) * sizeof(struct path_node *));
	if (more == NULL)
		return -1;
	node->child = more;
	for (i = node->count; i > 0 && more[i - 1]->item > child->item; i--)
		more[i] = more[i - 1];
	more[i] = child;
	node->count++;
	i = path_hash(child->name, child->length);
	while (node->table[i & node->mask] != NULL)
		i++;
	node->table[i & node->mask] = child;
	return 0;
}

/* Returns the child of this name, or NULL. */
static struct path_node *
child_find(const struct path_node *node, const struct buf *name)
{
	for (uint32_t i = 0; i < node->count; i++) {
		struct path_node *child = node->child[i];

		if (child->length == name->len && memcmp(child->name, name->p, name->len) == 0)
			return child;
	}
	return NULL;
}

/* Returns the child of this name; makes it if there is none.  name must have NAME_SLACK. */
static struct path_node *
child_make(struct fields *f, struct path_node *node, const struct buf *name)
{
	struct path_node *child = child_find(node, name);

	if (child != NULL)
		return child;
	child = node_new(name->p, name->len);
	if (child == NULL)
		return NULL;
	if (node_adopt(node, child) == -1) {
		node_free(child);
		return NULL;
	}
	child->number = f->nodes++;
	return child;
}

static const char *
skip_blanks(const char *p)
{
	return p + strspn(p, " \t");
}

/* Returns whether the path ends here, apart from blanks. */
static bool
ends(const char *p)
{
	p = skip_blanks(p);
	return *p == '\0' || strchr(",=()", *p) != NULL;
}

/*
 * Reads one name of a path into buf.  Returns where it ends: at a dot or slash before the
 * next name, or at the end of the path; NULL on error.
 */
static const char *
segment(const char *p, bool pointer, struct buf *name, struct err *err)
{
	const char *start = p;
	char c;

	name->len = 0;
	if (buf_reserve(name, NAME_SLACK) == -1)
		goto memory;
	for (; !ends(p); p++) {
		if (*p == (pointer ? '/' : '.'))
			break;
		c = *p;
		if (c == '\\') {
			c = *++p;
			if (c == '\0') {
				err_set(err, p - 1,
				    "nothing follows the \\ in the field \"%s\"", start);
				return NULL;
			}
		} else if (pointer && c == '~') {
			c = *++p == '0' ? '~' : '/';
			if (*p != '0' && *p != '1') {
				err_set(err, p,
				    "a JSON Pointer has ~ only in ~0 and ~1: \"%s\"", start);
				return NULL;
			}
		}
		if (buf_putc(name, c) == -1)
			goto memory;
	}
	if (name->len == 0 && !pointer) {
		err_set(err, start, "a name is missing in the field list");
		return NULL;
	}
	return p;
memory:
	err_memory(err);
	return NULL;
}

static int
slot_make(struct fields *f, struct path_node *node, const char *path, size_t n)
{
	if (node->slot >= 0)
		return node->slot;
	if (grow(&f->slot, &f->room, (size_t)f->count + 1, sizeof *f->slot) == -1 ||
	    (f->slot[f->count].path = strndup(path, n)) == NULL)
		return -1;
	f->slot[f->count].read = false;
	node->slot = f->count++;
	return node->slot;
}

/*
 * Returns the node of the path at *p, which it makes if there is none, and moves *p to the
 * path's end; NULL on error.  shown: receives the names, joined.
 */
static struct path_node *
path_make(struct fields *f, const char **p, struct buf *shown, struct err *err)
{
	bool pointer = **p == '/';
	char joint = pointer ? '/' : '.';
	struct path_node *node = &f->root;
	struct buf name = { 0 };

	if (!pointer)
		--*p;
	do {
		*p = segment(*p + 1, pointer, &name, err);
		if (*p == NULL) {
			node = NULL;
			break;
		}
		node = child_make(f, node, &name);
		if (node == NULL ||
		    ((pointer || shown->len > 0) && buf_putc(shown, joint) == -1) ||
		    buf_put(shown, name.p, name.len) == -1) {
			err_memory(err);
			node = NULL;
			break;
		}
	} while (**p == joint);
	buf_free(&name);
	return node;
}

/*
 * Adds the record's own member that is named as the whole path: it is used if the path leads
 * nowhere.  Its slot is hidden (below 0), unless this member was also asked for as a field.
 */
static int
whole_add(struct fields *f, int slot, const struct buf *shown)
{
	struct buf name = { 0 };
	struct path_node *member = NULL;

	for (size_t i = 0; i < f->wholes; i++)
		if (f->whole[i].slot == slot)
			return 0;
	if (grow(&f->whole, &f->whole_room, f->wholes + 1, sizeof *f->whole) == 0 &&
	    buf_reserve(&name, shown->len + NAME_SLACK) == 0 &&
	    buf_put(&name, shown->p, shown->len) == 0)
		member = child_make(f, &f->root, &name);
	buf_free(&name);
	if (member == NULL)
		return -1;
	if (member->slot == -1)
		member->slot = -2 - f->hidden++;
	f->whole[f->wholes++] = (struct path_whole){ slot, member };
	return 0;
}

int
fields_add(struct fields *f, const char *path, const char **end, struct err *err)
{
	const char *p = path = skip_blanks(path), *after;
	struct buf shown = { 0 };
	struct path_node *node = path_make(f, &p, &shown, err);
	bool pointer = *path == '/', own;
	int slot = -1;

	if (node == NULL)
		goto out;
	after = p;
	p = skip_blanks(p);
	if (end == NULL && *p != '\0') {
		err_set(err, p, "\"%s\" is no single field: '%c' ends it", path, *p);
		goto out;
	}
	own = child_find(&f->root, &shown) == node;
	slot = pointer ? slot_make(f, node, path, (size_t)(after - path)) :
			 slot_make(f, node, shown.p, shown.len);
	if (slot == -1 || (!pointer && !own && whole_add(f, slot, &shown) == -1)) {
		slot = err_memory(err);
		goto out;
	}
	f->slot[slot].read = true;
	if (end != NULL)
		*end = p;
out:
	buf_free(&shown);
	return slot;
}

int
fields_add_name(struct fields *f, const char *name, size_t n, struct err *err)
{
	struct buf text = { 0 };
	struct path_node *node;
	int slot = -1;

	/* An empty name needs its slack too. */
	if (buf_reserve(&text, n + NAME_SLACK) == 0 && buf_put(&text, name, n) == 0) {
		node = child_make(f, &f->root, &text);
		if (node != NULL)
			slot = slot_make(f, node, name, n);
	}
	if (slot == -1)
		err_memory(err);
	buf_free(&text);
	return slot;
}

int
fields_list(struct fields *f, const char *list, int *slots, int max, struct err *err)
{
	const char *p = list;
	int n = 0;

	for (;;) {
		if (n == max)
			return err_set(err, p, "more than %d fields", max);
		slots[n] = fields_add(f, p, &p, err);
		if (slots[n] == -1)
			return -1;
		for (int i = 0; i < n; i++) {
			if (slots[i] == slots[n])
				return err_set(err, p, "the field \"%s\" is given twice",
				    f->slot[slots[n]].path);
		}
		n++;
		if (*p == '\0')
			return n;
		if (*p != ',')
			return err_set(err, p,
			    "'%c' in the field list \"%s\"; fields are separated by commas",
			    *p, list);
		p++;
	}
}

int
fields_count(const struct fields *f)
{
	return f->count;
}

const char *
fields_path(const struct fields *f, int slot)
{
	return f->slot[slot].path;
}

bool
fields_is_read(const struct fields *f, int slot)
{
	return f->slot[slot].read;
}
