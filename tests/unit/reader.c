/* Lines of a descriptor, compared with a simple model, however the input is cut into reads. */
#include <sys/mman.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fewer.h"
#include "base/buf.h"
#include "json/reader.h"

/* An input that grows by `piece` bytes before each read, and the lines that were made of it. */
struct source {
	struct reader *reader;
	struct line line;
	int fd;
	const char *input;
	size_t size, fed, piece;
	struct buf told;
};

static void
source_open(struct source *s, const char *input, size_t size, size_t piece, size_t max_line)
{
	*s = (struct source){ .input = input, .size = size, .piece = piece };
	s->fd = memfd_create("input", 0);
	assert_return_code(s->fd, 0);
	s->reader = reader_new(max_line, NULL);
	assert_non_null(s->reader);
	reader_start(s->reader, s->fd, 0, 1);
}

static void
source_close(struct source *s)
{
	reader_free(s->reader);
	close(s->fd);
	buf_free(&s->told);
}

static void
fill(struct source *s)
{
	size_t n = s->size - s->fed < s->piece ? s->size - s->fed : s->piece;

	assert_int_equal(pwrite(s->fd, s->input + s->fed, n, (off_t)s->fed), n);
	s->fed += n;
	assert_int_equal(reader_fill(s->reader), n);
}

/* Notes a line as "NUMBER@OFFSET:bytes|", with ! instead of the colon if it is too long. */
static void
tell(struct buf *told, uint64_t line, uint64_t offset, char mark, const char *p, size_t n)
{
	char head[64];

	snprintf(head, sizeof head, "%llu@%lld%c", (unsigned long long)line, (long long)offset,
	    mark);
	assert_return_code(buf_puts(told, head), 0);
	assert_return_code(buf_put(told, p, n), 0);
	assert_return_code(buf_putc(told, '|'), 0);
}

static void
tell_long(struct source *s)
{
	struct buf line = { 0 };
	bool last = false;
	const char *p;
	size_t n;

	s->line = (struct line){ 0 };
	while (!last) {
		if (reader_piece(s->reader, &p, &n, &last) == READER_MORE)
			fill(s);
		else
			assert_return_code(buf_put(&line, p, n), 0);
	}
	tell(&s->told, reader_line(s->reader), reader_offset(s->reader), '!', line.p,
	    line.len);
	buf_free(&line);
}

/* Reads until `until` bytes were fed and their lines handed out, or to the end of the input. */
static void
read_lines(struct source *s, size_t until)
{
	for (;;) {
		switch (reader_next(s->reader, &s->line)) {
		case READER_LINE:
			tell(&s->told, reader_line(s->reader), reader_offset(s->reader), ':',
			    s->line.at, s->line.size);
			break;
		case READER_LONG:
			tell_long(s);
			break;
		case READER_MORE:
			if (s->fed >= until)
				return;
			fill(s);
			break;
		case READER_END:
			return;
		}
	}
}

/* The simple model: cuts lines at newlines, one after the other. */
static void
model(struct buf *told, const char *input, size_t size, size_t max_line)
{
	const char *p = input, *end = input + size, *newline, *stop;

	if (size >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	for (uint64_t line = 1; p < end; line++, p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		if (newline == NULL)
			newline = end;
		stop = newline > p && newline[-1] == '\r' ? newline - 1 : newline;
		if ((size_t)(stop - p) > max_line)
			tell(told, line, (uint64_t)(p - input), '!', p, (size_t)(stop - p));
		else if (strspn(p, " \t\r") < (size_t)(stop - p))
			tell(told, line, (uint64_t)(p - input), ':', p, (size_t)(stop - p));
	}
}

static void
assert_told(const struct source *s, const struct buf *want)
{
	assert_int_equal(s->told.len, want->len);
	if (want->len > 0)
		assert_memory_equal(s->told.p, want->p, want->len);
}

/* Makes random bytes of a few kinds, most of which mean something to a reader. */
static size_t
random_input(unsigned int *seed, char *input, size_t most)
{
	static const char kinds[] = "\n\n\r {}\"x\\\t";
	size_t n = (size_t)rand_r(seed) % most;

	for (size_t i = 0; i < n; i++)
		input[i] = kinds[(size_t)rand_r(seed) % (sizeof kinds - 1)];
	if (rand_r(seed) % 4 == 0 && n >= 3)
		memcpy(input, "\xef\xbb\xbf", 3);
	input[n] = '\0';
	return n;
}

static void
lines_are_the_same_however_they_are_read(void **state)
{
	unsigned int seed = 1;
	char input[128];
	struct source s;

	(void)state;
	for (int i = 0; i < fewer(3000); i++) {
		size_t n = random_input(&seed, input, sizeof input);
		size_t max_line = 1 + (size_t)rand_r(&seed) % 12;
		struct buf want = { 0 };

		model(&want, input, n, max_line);
		source_open(&s, input, n, 1 + (size_t)rand_r(&seed) % 9, max_line);
		read_lines(&s, SIZE_MAX);
		assert_told(&s, &want);
		buf_free(&want);
		source_close(&s);
	}
}

/* A run stops within a line; the next one begins with that half line. */
static void
a_half_line_goes_on_in_another_reader(void **state)
{
	unsigned int seed = 2;
	char input[64];
	struct source s, t;

	(void)state;
	for (int i = 0; i < fewer(3000); i++) {
		size_t n = random_input(&seed, input, sizeof input), half, cut;
		struct buf want = { 0 };
		const char *rest;
		enum reader_event event;

		model(&want, input, n, 100);
		cut = n == 0 ? 0 : (size_t)rand_r(&seed) % n;
		source_open(&s, input, cut, 1 + (size_t)rand_r(&seed) % 9, 100);
		read_lines(&s, cut);
		half = reader_rest(s.reader, &rest);
		assert_int_equal(reader_reached(s.reader) + half, cut);
		assert_memory_equal(rest, input + cut - half, half);

		source_open(&t, input + cut, n - cut, 1 + (size_t)rand_r(&seed) % 9, 100);
		reader_start(t.reader, t.fd, cut, reader_line(s.reader) + 1);
		/* Then peek, as the stream does to find a restore line. */
		while ((event = reader_peek(t.reader, &rest, &(size_t){ 0 })) == READER_MORE)
			fill(&t);
		assert_int_equal(event, READER_LINE);
		if (half > 0)
			assert_return_code(reader_prepend(t.reader, input + cut - half, half,
					       half == cut, NULL),
			    0);
		read_lines(&t, SIZE_MAX);
		assert_return_code(buf_put(&s.told, t.told.p, t.told.len), 0);
		assert_told(&s, &want);
		buf_free(&want);
		source_close(&s);
		source_close(&t);
	}
}

static void
the_first_line_can_be_looked_at(void **state)
{
	static const struct {
		const char *input;
		enum reader_event event;
		const char *first;
	} cases[] = { { "", READER_LINE, "" }, { "ab\ncd", READER_LINE, "ab" },
		{ "ab", READER_LINE, "ab" }, { "\nab", READER_LINE, "" },
		{ "\357\273\277ab\r\n", READER_LINE, "ab\r" },
		{ "abcdefgh\n", READER_LINE, "abcdefgh" }, { "abcdefghi\n", READER_LONG, "" },
		{ "abcdefghijk", READER_LONG, "" } };
	enum reader_event event;
	const char *first;
	struct source s;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		source_open(&s, cases[i].input, strlen(cases[i].input), 2, 8);
		while ((event = reader_peek(s.reader, &first, &n)) == READER_MORE)
			fill(&s);
		assert_int_equal(event, cases[i].event);
		if (event == READER_LINE) {
			assert_int_equal(n, strlen(cases[i].first));
			assert_memory_equal(first, cases[i].first, n);
		}
		source_close(&s);
	}
}

/* The newline that a last line lacks does not count as input. */
static void
what_was_reached_is_no_more_than_there_is(void **state)
{
	struct source s;

	(void)state;
	source_open(&s, "{}\n{}", 5, 100, 10);
	read_lines(&s, SIZE_MAX);
	assert_int_equal(reader_reached(s.reader), 5);
	assert_true(reader_unended(s.reader));
	source_close(&s);

	source_open(&s, "{}\n{}\n", 6, 100, 10);
	read_lines(&s, SIZE_MAX);
	assert_int_equal(reader_reached(s.reader), 6);
	assert_false(reader_unended(s.reader));
	source_close(&s);
}

/* A line that cannot be indexed does not harm the other lines of its block. */
static void
each_line_has_its_own_tokens(void **state)
{
	static const char input[] = "{\"a\":1}\n\n  \r\n {\"a\":2} \r\n{\"a\":[3]}\n{}";
	struct fields *fields = fields_new();
	int a = fields_add(fields, "a", NULL, NULL), lines = 0;
	struct record record;
	struct source s;

	(void)state;
	assert_return_code(record_open(&record, fields, 10, NULL), 0);
	source_open(&s, input, sizeof input - 1, 100, 100);
	fill(&s);
	for (;;) {
		enum reader_event event = reader_next(s.reader, &s.line);

		if (event == READER_MORE)
			fill(&s);
		if (event == READER_END)
			break;
		if (event != READER_LINE)
			continue;
		assert_non_null(s.line.index);
		assert_return_code(record_parse(&record, fields, &s.line, NULL), 0);
		lines++;
		assert_int_equal(record_at(&record, a).kind,
		    lines < 3	   ? V_NUMBER :
			lines == 3 ? V_ARRAY :
				     V_MISSING);
	}
	assert_int_equal(lines, 4);
	source_close(&s);
	record_close(&record);
	fields_free(fields);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_the_same_however_they_are_read),
		cmocka_unit_test(a_half_line_goes_on_in_another_reader),
		cmocka_unit_test(the_first_line_can_be_looked_at),
		cmocka_unit_test(what_was_reached_is_no_more_than_there_is),
		cmocka_unit_test(each_line_has_its_own_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
