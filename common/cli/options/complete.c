/*
 * Prints the completion for bash.  If COMPREPLY stays empty, "-o default" offers files; for an
 * argument that is not a file this is switched off.
 */
#include <stdio.h>
#include <string.h>

#include "cli/options/cli.h"

static void
print_spellings(const struct opt *o, const char *between)
{
	if (o->letter != 0)
		(void)printf("-%c%s", o->letter, between);
	(void)printf("--%s", o->name);
}

static void
print_options(const struct cli_options *all)
{
	(void)printf("\tlocal options='");
	for (size_t i = 0; i < all->count; i++) {
		if (i > 0)
			(void)putchar(' ');
		print_spellings(&all->opt[i], " ");
	}
	(void)printf("'\n");
}

static bool
takes_file(const struct opt *o)
{
	return (o->flags & OPT_IS_FILE) != 0;
}

/* Returns whether an option takes a text that completion cannot offer. */
static bool
takes_text(const struct opt *o)
{
	return o->arg != NULL && o->kind != OPT_CHOICE && !takes_file(o);
}

/* Prints a branch for the arguments of some options; nothing if there are no such options. */
static void
print_branch(const struct cli_options *all, bool (*takes)(const struct opt *),
    const char *action)
{
	bool any = false;

	for (size_t i = 0; i < all->count; i++) {
		if (!takes(&all->opt[i]))
			continue;
		(void)fputs(any ? "|" : "\t", stdout);
		print_spellings(&all->opt[i], "|");
		any = true;
	}
	if (any)
		(void)printf(")\n%s\t\treturn ;;\n", action);
}

static void
print_arguments(const struct cli_options *all)
{
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
	print_branch(all, takes_file, "");
	print_branch(all, takes_text, "\t\tcompopt +o default\n");
	(void)printf("\tesac\n");
}

/*
 * Prints the shell's case for a command, which calls the function that completes its
 * arguments.
 */
static void
print_dispatch(const struct program *program)
{
	(void)printf("\tif ((COMP_CWORD > 1)); then\n\t\tcase ${COMP_WORDS[1]} in\n");
	for (const struct cli *const *f = program->commands; *f != NULL; f++)
		if ((*f)->command != NULL)
			(void)printf("\t\t%s)\n\t\t\t_%s_%s\n\t\t\treturn ;;\n", (*f)->command,
			    program->tool, (*f)->command);
	(void)printf("\t\tesac\n\tfi\n");
}

static void
print_commands(const struct program *program)
{
	(void)printf("\telif ((COMP_CWORD == 1)); then\n"
		     "\t\tmapfile -t COMPREPLY < <(compgen -W '");
	for (const struct cli *const *f = program->commands; *f != NULL; f++)
		if ((*f)->command != NULL)
			(void)printf("%s ", (*f)->command);
	(void)printf("' -- \"$current\")\n");
}

static void
print_function(const struct cli *cli)
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
	struct cli_options all;

	cli_list(cli, &all);
	(void)printf("_%s%s%s()\n{\n", cli->tool, cli->command != NULL ? "_" : "",
	    cli->command != NULL ? cli->command : "");
	if (cli->program != NULL)
		print_dispatch(cli->program);
	(void)printf("\tlocal current=${COMP_WORDS[COMP_CWORD]}\n");
	(void)printf("\tlocal previous=${COMP_WORDS[COMP_CWORD-1]}\n");
	print_options(&all);
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		(void)puts(head[i]);
	print_arguments(&all);
	(void)puts("\tif [[ $current == -* ]]; then");
	(void)puts("\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")");
	if (cli->program != NULL)
		print_commands(cli->program);
	if (cli->operands[0] == '\0')
		(void)printf("\telse\n\t\tcompopt +o default\n");
	(void)printf("\tfi\n}\n");
}

/* Prints the completion of all commands. */
static void
print_functions(const struct program *program)
{
	for (const struct cli *const *f = program->commands; *f != NULL; f++)
		if ((*f)->command != NULL)
			print_function(*f);
}

bool
help_complete(const struct cli *cli)
{
	const char *tool = cli->tool;

	(void)printf("# bash completion for %s, as printed by %s --completion\n", tool, tool);
	if (cli->program != NULL)
		print_functions(cli->program);
	print_function(cli);
	(void)printf("complete -o default -F _%s %s\n", tool, tool);
	return help_flush();
}
