/*
 * lmdb - puts and gets by a plain loop over LMDB, to compare smlfeat with
 *
 * usage: lmdb put|get FOLDER sync|nosync RECORDS FILE
 *
 * A line of FILE is a key, a tab and a value.  put commits every RECORDS lines; get
 * writes the values.
 */
#include <sys/stat.h>

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
check(int code)
{
	if (code == 0)
		return;
	(void)fprintf(stderr, "lmdb: %s\n", mdb_strerror(code));
	exit(1);
}

static void
put(MDB_env *env, MDB_txn **txn, MDB_dbi tree, MDB_val key, MDB_val value, long last)
{
	check(mdb_put(*txn, tree, &key, &value, 0));
	if (last != 0)
		return;
	check(mdb_txn_commit(*txn));
	check(mdb_txn_begin(env, NULL, 0, txn));
}

static void
get(MDB_txn *txn, MDB_dbi tree, MDB_val key)
{
	MDB_val value;

	check(mdb_get(txn, tree, &key, &value));
	(void)fwrite(value.mv_data, 1, value.mv_size, stdout);
	(void)putchar('\n');
}

int
main(int argc, char **argv)
{
	int puts = argc == 6 && strcmp(argv[1], "put") == 0;
	long batch, count = 0;
	char *line = NULL, *tab;
	size_t room = 0;
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi tree;
	ssize_t n;
	FILE *file;

	if (argc != 6 || (file = fopen(argv[5], "r")) == NULL)
		return 2;
	batch = atol(argv[4]);
	(void)mkdir(argv[2], 0777);
	check(mdb_env_create(&env));
	check(mdb_env_set_mapsize(env, (size_t)8 << 30));
	check(mdb_env_open(env, argv[2],
	    (puts ? 0u : MDB_RDONLY) | (strcmp(argv[3], "sync") == 0 ? 0u : MDB_NOSYNC),
	    0666));
	check(mdb_txn_begin(env, NULL, puts ? 0 : MDB_RDONLY, &txn));
	check(mdb_dbi_open(txn, NULL, 0, &tree));
	while ((n = getline(&line, &room, file)) > 0) {
		tab = memchr(line, '\t', (size_t)n);
		if (tab == NULL)
			return 2;
		if (puts)
			put(env, &txn, tree, (MDB_val){ (size_t)(tab - line), line },
			    (MDB_val){ (size_t)(line + n - tab) - 2, tab + 1 },
			    ++count % batch);
		else
			get(txn, tree, (MDB_val){ (size_t)(tab - line), line });
	}
	if (puts)
		check(mdb_txn_commit(txn));
	return fclose(stdout) == 0 ? 0 : 1;
}
