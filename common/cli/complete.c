/*
 * The completion for bash.  Where COMPREPLY stays empty, "-o default" offers
 * files; for an argument that is no file that is switched off.
 */
#include <stdio.h>
#include <string.h>

#include "face.h"

static void
print_spellings(const struct opt *o, const char *between)
{
	if (o->letter != 0)
		(void)printf("-%c%s", o->letter, between);
	(void)printf("--%s", o->name);
}

static void
print_options(const struct face_options *all)
{
	(void)printf("\tlocal options='");
	for (size_t i = 0; i < all->count; i++) {
		if (i > 0)
			(void)putchar(' ');
		print_spellings(&all->opt[i], " ");
	}
	(void)printf("'\n");
}

/* The options of which only a text is known, which no completion helps to type. */
static bool
takes_text(const struct opt *o)
{
	return o->arg != NULL && o->kind != OPT_CHOICE && (o->flags & OPT_IS_FILE) == 0;
}

static void
print_arguments(const struct face_options *all)
{
	const char *before = "\t";

	(void)printf("\tcase $previous in\n");
	for (size_t i = 0; i < all->count; i++) {
		const struct opt *o = &all->opt[i];

		if (o->kind != OPT_CHOICE)
			continue;
		(void)putchar('\t');
		print_spellings(o, "|");
		(void)printf(")\n\t\tmapfile -t COMPREPLY < <(compgen -W '");
		for (const char *p = o->arg; *p != '\0'; p++)
			(void)putchar(*p == '|' ? ' ' : *p);
		(void)printf("' -- \"$current\")\n\t\treturn ;;\n");
	}
	for (size_t i = 0; i < all->count; i++)
		if ((all->opt[i].flags & OPT_IS_FILE) != 0) {
			(void)fputs(before, stdout);
			print_spellings(&all->opt[i], "|");
			before = "|";
		}
	(void)printf(")\n\t\treturn ;;\n"); /* every tool has --rejects */
	before = "\t";
	for (size_t i = 0; i < all->count; i++)
		if (takes_text(&all->opt[i])) {
			(void)fputs(before, stdout);
			print_spellings(&all->opt[i], "|");
			before = "|";
		}
	(void)printf(")\n\t\tcompopt +o default\n\t\treturn ;;\n\tesac\n");
}

bool
help_complete(const struct face *face, const struct face_options *all)
{
	static const char *const head[] = {
		"",
		"\tCOMPREPLY=()",
		"\t# --name=value comes as three words",
		"\tif [[ $current == = ]]; then",
		"\t\tcurrent=",
		"\telif [[ $previous == = ]]; then",
		"\t\tprevious=${COMP_WORDS[COMP_CWORD-2]}",
		"\tfi",
	};
	const char *tool = face->tool;

	(void)printf("# bash completion for %s, as printed by %s --completion\n", tool, tool);
	(void)printf("_%s()\n{\n\tlocal current=${COMP_WORDS[COMP_CWORD]}\n", tool);
	(void)printf("\tlocal previous=${COMP_WORDS[COMP_CWORD-1]}\n");
	print_options(all);
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		(void)puts(head[i]);
	print_arguments(all);
	(void)puts("\tif [[ $current == -* ]]; then");
	(void)puts("\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")");
	if (face->operands[0] == '\0')
		(void)printf("\telse\n\t\tcompopt +o default\n");
	(void)printf("\tfi\n}\ncomplete -o default -F _%s %s\n", tool, tool);
	return help_flush();
}
