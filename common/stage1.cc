/* The one file that knows simdjson. */
#include <cerrno>
#include <memory>
#include <new>

#include <simdjson.h>

#include "stage1.h"

struct stage1 {
	std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

/* Depth belongs to simdjson's second stage, which is not used. */
static constexpr size_t depth = 1;

struct stage1 *
stage1_new(void)
{
	return new (std::nothrow) stage1;
}

void
stage1_free(struct stage1 *s)
{
	delete s;
}

/* simdjson may throw where it looks for the implementation of this machine. */
static bool
grow(struct stage1 *s, size_t n)
{
	size_t capacity = 4096;

	while (capacity < n)
		capacity *= 2;
	try {
		if (s->parser)
			return s->parser->set_capacity(capacity) == simdjson::SUCCESS;
		return simdjson::get_active_implementation()
			   ->create_dom_parser_implementation(capacity, depth, s->parser) ==
		    simdjson::SUCCESS;
	} catch (const std::bad_alloc &) {
		return false;
	}
}

int
stage1_index(struct stage1 *s, const char *text, size_t n, const uint32_t **index,
    size_t *count)
{
	errno = 0;
	if (!s->parser || s->parser->capacity() < n) {
		if (!grow(s, n)) {
			errno = ENOMEM;
			return -1;
		}
	}
	if (s->parser->stage1(reinterpret_cast<const uint8_t *>(text), n,
		simdjson::stage1_mode::regular) != simdjson::SUCCESS)
		return -1;
	*index = s->parser->structural_indexes.get();
	*count = s->parser->n_structural_indexes;
	return 0;
}
