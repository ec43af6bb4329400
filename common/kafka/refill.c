/* Makes librdkafka fetch again after a queue was full. */
#include "kafka/client.h"
#include "kafka/refill.h"

bool
refill_due(size_t queued, size_t least, size_t *most)
{
	if (queued > *most)
		*most = queued;
	if (*most < least || queued > *most / 2)
		return false;
	*most = queued;
	return true;
}

void
refill_ask(rd_kafka_t *handle, rd_kafka_topic_partition_list_t *partitions)
{
	for (int i = 0; i < partitions->cnt; i++)
		partitions->elems[i].offset = CLIENT_END;
	if (partitions->cnt > 0)
		(void)rd_kafka_offsets_for_times(handle, partitions, 0);
}
