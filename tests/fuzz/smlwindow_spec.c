/*
 * Windows and functions as -w and -a have them. An error must point into the text; functions
 * that were read have names of their own and arguments within their bounds.
 */
#include "kinds/align.h"
#include "spec/spec.h"

#include "fuzz.h"

static void
need_place(const char *text, const struct err *err)
{
	need(err->text[0] != '\0');
	need(err->at == NULL || (err->at >= text && err->at <= text + strlen(text)));
}

static void
check_window(const char *text)
{
	struct err err = { 0 };
	struct window window;
	struct align align;

	if (window_read(text, &window, &err) == -1) {
		need_place(text, &err);
		return;
	}
	if (window.kind == WINDOW_COUNT)
		need(window.count > 0);
	if (window.kind != WINDOW_TUMBLING && window.kind != WINDOW_HOPPING)
		return;
	need(window.slide > 0 && window.slide <= window.size);
	align = align_make(window.size, window.slide);
	need(align.width * align.per_window == window.size);
	need(align.width * align.per_slide == window.slide);
	for (int64_t time = INT64_MIN + 1; time < INT64_MAX / 2; time += INT64_MAX / 5)
		if (align_within(&align, time))
			need(align_first(&align, align_pane(&align, time)) <=
			    align_last(&align, align_pane(&align, time)));
}

static void
check_functions(const char *text)
{
	struct fields *fields = fields_new();
	struct functions functions = { 0 };
	struct err err = { 0 };
	const struct function *f;

	if (fields == NULL)
		return;
	if (functions_read(&functions, fields, text, &err) == -1)
		need_place(text, &err);
	else
		need(functions.count > 0);
	for (size_t i = 0; i < functions.count; i++) {
		f = &functions.at[i];
		need(f->name[0] != '\0');
		need(f->slot < fields_count(fields));
		need(f->slot >= 0 || f->kind == FUNCTION_COUNT);
		need(f->kind != FUNCTION_LAG || f->n > 0);
		need(f->kind != FUNCTION_QUANTILE || (f->q >= 0 && f->q <= 1));
		for (size_t k = 0; k < i; k++)
			need(strcmp(f->name, functions.at[k].name) != 0);
	}
	functions_free(&functions);
	fields_free(fields);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	check_window(text);
	check_functions(text);
	free(text);
	return 0;
}
