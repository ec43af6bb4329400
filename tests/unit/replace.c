/* Files replaced atomically. */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/replace.h"

#include "files.h"

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

/* Returns how many files match the pattern. */
static size_t
count(const char *pattern)
{
	glob_t found;
	size_t n = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;

	globfree(&found);
	return n;
}

/* Each test runs in an empty folder. */
static int
enter(void **state)
{
	static char folder[32];

	strcpy(folder, "/tmp/replace.XXXXXX");
	*state = folder;
	return mkdtemp(folder) == NULL ? -1 : chdir(folder);
}

static int
leave(void **state)
{
	static const char *const names[] = { "new", "new.tmp", "old", "old.sml-000000.tmp",
		"old.sml-111111.tmp", "link", "folder/old", "pipe" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(names[i]);
	rmdir("folder");
	return chdir("/") == -1 ? -1 : rmdir(*state);
}

static void
a_new_file_appears_with_the_commit(void **state)
{
	struct replace r;
	struct err err;

	(void)state;
	assert_int_equal(replace_begin(&r, "new", REPLACE_SHARED, &err), 0);
	out_write(&r.out, "text", 4);
	assert_int_equal(out_flush(&r.out), 0);
	assert_int_equal(access("new", F_OK), -1);
	assert_int_equal(replace_commit(&r, &err), 0);
	assert_file("new", "text");
	assert_int_equal(count("*.tmp"), 0);
}

static void
the_old_file_stands_until_the_commit(void **state)
{
	struct replace r;

	(void)state;
	write_file("old", "before");
	assert_int_equal(replace_begin(&r, "old", REPLACE_SHARED, NULL), 0);
	out_write(&r.out, "after", 5);
	assert_int_equal(out_flush(&r.out), 0);
	assert_file("old", "before");
	assert_int_equal(replace_commit(&r, NULL), 0);
	assert_file("old", "after");
}

static void
what_is_abandoned_leaves_no_trace(void **state)
{
	struct replace r = { 0 };

	(void)state;
	replace_abandon(&r);
	write_file("old", "before");
	assert_int_equal(replace_begin(&r, "old", REPLACE_SHARED, NULL), 0);
	out_write(&r.out, "after", 5);
	replace_abandon(&r);
	replace_abandon(&r);
	assert_file("old", "before");
	assert_int_equal(count("*.tmp"), 0);
}

static void
permissions_stay(void **state)
{
	struct replace r;
	mode_t mask = umask(022);

	(void)state;
	write_file("old", "before");
	assert_int_equal(chmod("old", 0620), 0);
	assert_int_equal(replace_begin(&r, "old", REPLACE_SHARED, NULL), 0);
	assert_int_equal(mode_of(r.temporary), 0620);
	assert_int_equal(replace_commit(&r, NULL), 0);
	assert_int_equal(mode_of("old"), 0620);
	assert_int_equal(replace_begin(&r, "new", REPLACE_SHARED, NULL), 0);
	assert_int_equal(replace_commit(&r, NULL), 0);
	assert_int_equal(mode_of("new"), 0644);
	unlink("new");
	umask(077);
	assert_int_equal(replace_begin(&r, "new", 0640, NULL), 0);
	assert_int_equal(replace_commit(&r, NULL), 0);
	assert_int_equal(mode_of("new"), 0640);
	umask(mask);
}

static void
a_link_is_followed(void **state)
{
	struct replace r;
	struct stat st;

	(void)state;
	assert_int_equal(mkdir("folder", 0777), 0);
	write_file("folder/old", "before");
	assert_int_equal(symlink("folder/old", "link"), 0);
	assert_int_equal(replace_begin(&r, "link", REPLACE_SHARED, NULL), 0);
	out_write(&r.out, "after", 5);
	assert_int_equal(replace_commit(&r, NULL), 0);
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_file("folder/old", "after");
}

static void
what_is_no_file_is_refused(void **state)
{
	struct replace r;
	struct err err;

	(void)state;
	assert_int_equal(mkfifo("pipe", 0666), 0);
	assert_int_equal(replace_begin(&r, "pipe", REPLACE_SHARED, &err), -1);
	assert_non_null(strstr(err.text, "pipe: "));
	assert_non_null(strstr(err.text, "not a regular file"));
	assert_int_equal(replace_begin(&r, "/dev/null", REPLACE_SHARED, NULL), -1);
	assert_int_equal(replace_begin(&r, ".", REPLACE_SHARED, NULL), -1);
	assert_int_equal(replace_begin(&r, "nowhere/new", REPLACE_SHARED, &err), -1);
	assert_int_equal(errno, ENOENT);
	assert_non_null(strstr(err.text, "No such file"));
}

static void
leftovers_go_and_other_files_stay(void **state)
{
	struct replace one, two;

	(void)state;
	write_file("new.tmp", "somebody's own");
	write_file("old.sml-000000.tmp", "a long text from a run that was killed");
	assert_int_equal(symlink("new.tmp", "old.sml-111111.tmp"), 0);
	assert_int_equal(replace_begin(&one, "old", REPLACE_SHARED, NULL), 0);
	assert_int_equal(access("old.sml-000000.tmp", F_OK), -1);
	/*
	 * Two replacements at the same time have temporary files of their own; the later
	 * commit counts.
	 */
	assert_int_equal(replace_begin(&two, "old", REPLACE_SHARED, NULL), 0);
	assert_int_equal(count("old.sml-*.tmp"), 3);
	out_write(&one.out, "one", 3);
	out_write(&two.out, "two", 3);
	assert_int_equal(replace_commit(&one, NULL), 0);
	assert_file("old", "one");
	assert_int_equal(replace_commit(&two, NULL), 0);
	assert_file("old", "two");
	assert_file("new.tmp", "somebody's own");
	assert_int_equal(access("old.sml-111111.tmp", F_OK), 0);
}

static void
several_are_written_before_the_first_is_renamed(void **state)
{
	struct replace one, two;
	struct err err;
	int full;

	(void)state;
	write_file("old", "before");
	assert_int_equal(replace_begin(&one, "old", REPLACE_SHARED, NULL), 0);
	assert_int_equal(replace_begin(&two, "new", REPLACE_SHARED, NULL), 0);
	out_write(&one.out, "after", 5);
	out_write(&two.out, "after", 5);
	full = open("/dev/full", O_WRONLY);
	assert_true(full >= 0);
	assert_int_equal(dup2(full, two.out.fd), two.out.fd);
	close(full);
	assert_int_equal(replace_sync(&one, NULL), 0);
	assert_file("old", "before");
	assert_int_equal(replace_sync(&two, &err), -1);
	replace_abandon(&one);
	assert_file("old", "before");
	assert_int_equal(count("*.tmp"), 0);
}

static void
a_full_disk_leaves_the_old_file(void **state)
{
	struct replace r;
	struct err err;
	int full;

	(void)state;
	write_file("old", "before");
	assert_int_equal(replace_begin(&r, "old", REPLACE_SHARED, NULL), 0);
	full = open("/dev/full", O_WRONLY);
	assert_true(full >= 0);
	assert_int_equal(dup2(full, r.out.fd), r.out.fd);
	close(full);
	out_write(&r.out, "after", 5);
	assert_int_equal(replace_commit(&r, &err), -1);
	assert_int_equal(errno, ENOSPC);
	assert_non_null(strstr(err.text, ".tmp: cannot be written: No space left"));
	assert_file("old", "before");
	assert_int_equal(count("*.tmp"), 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_new_file_appears_with_the_commit),
		IN_FOLDER(the_old_file_stands_until_the_commit),
		IN_FOLDER(what_is_abandoned_leaves_no_trace),
		IN_FOLDER(permissions_stay),
		IN_FOLDER(a_link_is_followed),
		IN_FOLDER(what_is_no_file_is_refused),
		IN_FOLDER(leftovers_go_and_other_files_stay),
		IN_FOLDER(several_are_written_before_the_first_is_renamed),
		IN_FOLDER(a_full_disk_leaves_the_old_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
