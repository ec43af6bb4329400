#ifndef SML_CLIENT_PARTS_H
#define SML_CLIENT_PARTS_H

#include "client/client.h"

/* A client from within: what client.c and settings.c share, and nobody else. */

/* Has librdkafka tell its errors and logs to the client. */
void client_watch(struct client *);

#endif
