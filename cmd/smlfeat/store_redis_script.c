#include "store_redis_script.h"

#include <stdint.h>
#include <string.h>

#include <sha1.h>

/*
 * later(a, b): is a above b?  Both are integers in their shortest spelling; Redis compares
 * strings by its locale, which all keep digits in their order.
 * left, kept: the server's own expiry of the key, the latest of all that were asked for.
 */
#define LATER \
	"local function later(a, b)\n" \
	"  local minus = string.byte(a) == 45\n" \
	"  if minus ~= (string.byte(b) == 45) then return not minus end\n" \
	"  if #a ~= #b then return (#a > #b) ~= minus end\n" \
	"  if minus then return a < b end\n" \
	"  return a > b\n" \
	"end\n"
#define TIME_OF \
	"local function time_of(stamp)\n" \
	"  local time = string.match(stamp, '^{\"t\":(%-?%d+),')\n" \
	"  if not time then\n" \
	"    error('SMLFEAT there is something that smlfeat did not write', 0)\n" \
	"  end\n" \
	"  return time\n" \
	"end\n"
#define KEEP \
	"if ttl == '' then\n" \
	"  if left >= 0 then call('PERSIST', key) end\n" \
	"elseif left == -2 or (left >= 0 and left < tonumber(ttl)) then\n" \
	"  call('PEXPIRE', key, ttl)\n" \
	"end\n"

static const char put_text[] =
    "local call, sub, byte = redis.call, string.sub, string.byte\n"
    "local key, time, ttl, count = KEYS[1], ARGV[1], ARGV[2], #ARGV\n"
    "local names, n = { '\\255deleted' }, 1\n"
    "for i = 3, count, 2 do\n"
    "  n = n + 1\n"
    "  names[n] = ARGV[i]\n"
    "end\n"
    "local old = call('HMGET', key, unpack(names))\n"
    "local left = call('PTTL', key)\n"
    /* What is there mostly has a time of 19 digits, and is older than all that is new. */
    "local fresh, plain = 0, time ~= ''\n"
    "for i = 1, n do\n"
    "  local there = old[i]\n"
    "  if not there then\n"
    "    fresh = fresh + 1\n"
    "  elseif not plain or byte(there, 25) ~= 44 or byte(there, 6) == 45 or\n"
    "      sub(there, 6, 24) > time then\n"
    "    plain = false\n"
    "  end\n"
    "end\n"
    "if fresh > 1 and call('HLEN', key) + fresh > 65536 then\n"
    "  return { err = 'SMLFEAT the entity would have more than 65535 features' }\n"
    "end\n"
    "if plain then\n"
    "  call('HSET', key, unpack(ARGV, 3))\n"
    "else\n" LATER TIME_OF "  local mark, put, size = old[1] and time_of(old[1]), {}, 0\n"
    "  for i = 2, n do\n"
    "    local stamp = ARGV[2 * i]\n"
    "    local new = time_of(stamp)\n"
    "    if not (mark and later(mark, new)) and\n"
    "        not (old[i] and later(time_of(old[i]), new)) then\n"
    "      put[size + 1], put[size + 2], size = names[i], stamp, size + 2\n"
    "    end\n"
    "  end\n"
    "  n = size / 2 + 1\n"
    "  if size == 0 then return 0 end\n"
    "  call('HSET', key, unpack(put))\n"
    "end\n" KEEP "return n - 1\n";

static const char delete_text[] =
    "local call, key, ttl, stamp = redis.call, KEYS[1], ARGV[1], ARGV[2]\n" LATER TIME_OF
    "local new, left = time_of(stamp), call('PTTL', key)\n"
    "local all, gone = call('HGETALL', key), {}\n"
    "for i = 1, #all, 2 do\n"
    "  local newer, mark = later(time_of(all[i + 1]), new), all[i] == '\\255deleted'\n"
    "  if newer and mark then return 0 end\n"
    "  if not newer and not mark then gone[#gone + 1] = all[i] end\n"
    "end\n"
    /* In this order the key is never empty, which would end its expiry. */
    "call('HSET', key, '\\255deleted', stamp)\n"
    "for i = 1, #gone, 1000 do\n"
    "  call('HDEL', key, unpack(gone, i, math.min(i + 999, #gone)))\n"
    "end\n" KEEP "return 1\n";

static const char sweep_text[] =
    "local call, key, now = redis.call, KEYS[1], ARGV[1]\n" LATER
    "local all, gone = call('HGETALL', key), {}\n"
    "for i = 1, #all, 2 do\n"
    "  local expires = string.match(all[i + 1], '^{\"t\":%-?%d+,\"x\":(%-?%d+),')\n"
    "  if expires and not later(expires, now) then gone[#gone + 1] = all[i] end\n"
    "end\n"
    "for i = 1, #gone, 1000 do\n"
    "  call('HDEL', key, unpack(gone, i, math.min(i + 999, #gone)))\n"
    "end\n"
    "return { #gone, #all / 2 - #gone }\n";

static const char raise_text[] = LATER "local there = redis.call('GET', KEYS[1])\n"
				       "if not there or later(ARGV[1], there) then\n"
				       "  redis.call('SET', KEYS[1], ARGV[1])\n"
				       "end\n"
				       "return 1\n";

static const char *const text[SCRIPT_COUNT] = { put_text, delete_text, sweep_text,
	raise_text };

const char *
script_text(enum script script)
{
	return text[script];
}

void
script_name(enum script script, char name[SCRIPT_NAME + 1])
{
	SHA1Data((const uint8_t *)text[script], strlen(text[script]), name);
}
