#ifndef SML_MD5_BUCKET_H
#define SML_MD5_BUCKET_H

#include <md5.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The number of buckets into which ids are split: one for each percent, or each hundredth of a
 * percent.
 */
enum { BUCKETS_COARSE = 100, BUCKETS_FINE = 10000 };

/*
 * The classic split: an id's bucket is int(md5(id), 16) % buckets, where the digest (RFC 1321)
 * is one integer of 128 bits, its first byte the highest.  With a salt, it is the md5 of
 * "salt:id"; the prefix is hashed only once for all ids.
 */
struct salt {
	MD5_CTX begun; /* "salt:" has been hashed */
};

/*
 * Prepares a salt of up to two parts, each followed by a colon; a part may be NULL (left out).
 */
void md5_salt(struct salt *, const char *part, const char *second);

/* Returns the bucket of an id of n bytes; buckets is BUCKETS_COARSE or BUCKETS_FINE. */
uint32_t md5_bucket(const struct salt *, const void *id, size_t n, uint32_t buckets);

/*
 * Returns the lowest 64 bits of the same integer as in md5_bucket, as a key for jump_bucket.
 */
uint64_t md5_key(const struct salt *, const void *id, size_t n);

#endif
