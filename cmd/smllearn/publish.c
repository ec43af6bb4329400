/* Publishes the model as a control line. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/doc.h"
#include "publish.h"

int
publish_open(struct publication *p, uint64_t every, const char *name, const char *path,
    struct err *err)
{
	const char *slash, *dot;
	size_t n;

	*p = (struct publication){ .every = every };
	if (every == 0)
		return name == NULL ? 0 : err_set(err, NULL, "--publish-name needs --publish");
	if (name == NULL && path == NULL)
		return err_set(err, NULL, "--publish needs --publish-name, or -m");
	if (name == NULL) {
		slash = strrchr(path, '/');
		name = slash != NULL ? slash + 1 : path;
		dot = strrchr(name, '.');
		n = dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name);
	} else
		n = strlen(name);
	p->name = strndup(name, n);
	return p->name == NULL ? err_memory(err) : 0;
}

void
publish_close(struct publication *p)
{
	free(p->name);
	p->name = NULL;
}

int
publish(const struct publication *p, struct model *m, bool last, struct out *out,
    struct err *err)
{
	static const char head[] = "{\"$sml\":\"model\",\"name\":", middle[] = ",\"model\":";
	uint64_t steps = learner_steps(&m->predictor.learner);
	json_t *doc;

	if (p->every == 0 || steps == 0 || (steps % p->every == 0) == last)
		return 0;
	doc = model_json(m);
	if (doc == NULL)
		return err_memory(err);
	out_write(out, head, sizeof head - 1);
	text_write_json(out, p->name, strlen(p->name));
	out_write(out, middle, sizeof middle - 1);
	doc_write(out, doc);
	out_write(out, "}\n", 2);
	json_decref(doc);
	return 0;
}
