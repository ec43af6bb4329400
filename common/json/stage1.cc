/* The one file that knows simdjson. */
#include <cerrno>
#include <memory>
#include <new>

#include <simdjson.h>

#include "json/stage1.h"

struct stage1 {
	std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

/* Depth belongs to simdjson's second stage, which is not used. */
static constexpr size_t depth = 1;

/*
 * Creates the parser early: if memory runs out while simdjson picks its implementation for
 * this CPU, it aborts, so this must happen before any record is read.
 */
struct stage1 *
stage1_new(void)
{
	auto *s = new (std::nothrow) stage1;

	if (s == nullptr)
		return nullptr;
	if (simdjson::get_active_implementation()->create_dom_parser_implementation(1, depth,
		s->parser) != simdjson::SUCCESS) {
		delete s;
		return nullptr;
	}
	return s;
}

void
stage1_free(struct stage1 *s)
{
	delete s;
}

static int
grow(struct stage1 *s, size_t n)
{
	size_t capacity = 4096;

	while (capacity < n)
		capacity *= 2;
	if (s->parser->set_capacity(capacity) == simdjson::SUCCESS)
		return 0;
	errno = ENOMEM;
	return -1;
}

int
stage1_index(struct stage1 *s, const char *text, size_t n, const uint32_t **index,
    size_t *count)
{
	errno = 0;
	if (s->parser->capacity() < n && grow(s, n) == -1)
		return -1;
	if (s->parser->stage1(reinterpret_cast<const uint8_t *>(text), n,
		simdjson::stage1_mode::regular) != simdjson::SUCCESS)
		return -1;
	*index = s->parser->structural_indexes.get();
	*count = s->parser->n_structural_indexes;
	return 0;
}
