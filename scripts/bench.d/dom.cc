/* dom FILE - simdjson's own parser over a file of lines, each written out again when it parsed. */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <simdjson.h>

int
main(int argc, char **argv)
{
	simdjson::dom::parser parser;
	simdjson::padded_string text;

	if (argc != 2 || simdjson::padded_string::load(argv[1]).get(text) != simdjson::SUCCESS)
		return 1;
	const char *line = text.data(), *end = line + text.size();
	while (line < end) {
		const char *newline =
		    static_cast<const char *>(memchr(line, '\n', end - line));
		size_t length = (newline ? newline : end) - line;
		simdjson::dom::element record;
		if (parser.parse(line, length, false).get(record) != simdjson::SUCCESS)
			return 1;
		fwrite(line, 1, length + 1, stdout);
		line += length + 1;
	}
	return fclose(stdout) == 0 ? 0 : 1;
}
