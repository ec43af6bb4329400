/* Makes and frees the tasks of a run. */
#include <stdlib.h>

#include "tasks.h"

static struct task *
new_task(struct job *j, int32_t partition, struct err *err)
{
	struct task *t = calloc(1, sizeof *t);

	if (t == NULL) {
		err_memory(err);
		return NULL;
	}
	if (task_open(t, j, partition, err) == -1) {
		task_close(t);
		free(t);
		return NULL;
	}
	t->committed = j->base;
	return t;
}

void
tasks_free(struct job *j)
{
	for (size_t i = 0; i < j->tasks; i++) {
		task_close(j->task[i]);
		free(j->task[i]);
	}
	free(j->task);
	j->task = NULL;
	j->tasks = 0;
}

int
tasks_set(struct job *j, const int32_t *partitions, size_t count, struct err *err)
{
	tasks_free(j);
	j->task = calloc(count > 0 ? count : 1, sizeof(struct task *));
	if (j->task == NULL)
		return err_memory(err);
	while (j->tasks < count) {
		struct task *t = new_task(j, partitions[j->tasks], err);

		if (t == NULL)
			return -1;
		j->task[j->tasks++] = t;
	}
	return 0;
}
