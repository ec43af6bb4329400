/* The classic split by MD5. */
#include <endian.h>
#include <string.h>

#include "split/md5_bucket.h"

/* The digest as one integer: its upper and its lower 64 bits. */
struct digest {
	uint64_t high, low;
};

static struct digest
digest(const struct salt *salt, const void *id, size_t n)
{
	MD5_CTX md5 = salt->begun;
	unsigned char bytes[MD5_DIGEST_LENGTH];
	struct digest d;

	MD5Update(&md5, id, n);
	MD5Final(bytes, &md5);
	memcpy(&d.high, bytes, sizeof d.high);
	memcpy(&d.low, bytes + sizeof d.high, sizeof d.low);
	d.high = be64toh(d.high);
	d.low = be64toh(d.low);
	return d;
}

static void
begin(struct salt *salt, const char *part)
{
	static const unsigned char colon = ':';

	if (part == NULL)
		return;
	MD5Update(&salt->begun, (const unsigned char *)part, strlen(part));
	MD5Update(&salt->begun, &colon, 1);
}

void
md5_salt(struct salt *salt, const char *part, const char *second)
{
	MD5Init(&salt->begun);
	begin(salt, part);
	begin(salt, second);
}

/* 2^64 is 16 modulo 100, and 1616 modulo 10,000; division by a constant is cheap. */
uint32_t
md5_bucket(const struct salt *salt, const void *id, size_t n, uint32_t buckets)
{
	struct digest d = digest(salt, id, n);

	if (buckets == BUCKETS_COARSE)
		return (d.high % BUCKETS_COARSE * 16 + d.low % BUCKETS_COARSE) %
		    BUCKETS_COARSE;
	return (d.high % BUCKETS_FINE * 1616 + d.low % BUCKETS_FINE) % BUCKETS_FINE;
}

uint64_t
md5_key(const struct salt *salt, const void *id, size_t n)
{
	return digest(salt, id, n).low;
}
