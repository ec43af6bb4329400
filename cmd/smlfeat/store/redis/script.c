/* The Lua scripts that run on a Redis server. */
#include "store/redis/script.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <sha1.h>

/*
 * later(a, b) returns whether a is above b; both are integers in their shortest spelling.
 * Redis compares strings by its locale; all locales keep the order of digits.
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

/*
 * Sets when the server drops the key: the latest time that was asked for.  left: the time left
 * until now.
 */
#define KEEP \
	"if ttl == '' then\n" \
	"  if left >= 0 then call('PERSIST', key) end\n" \
	"elseif left == -2 or (left >= 0 and left < tonumber(ttl)) then\n" \
	"  call('PEXPIRE', key, ttl)\n" \
	"end\n"

/*
 * SCRIPT_PUT is made of these pieces.  Between them go pieces that depend on whether the
 * names are among the arguments.  Those define old (what the fields of the mark and of the
 * features hold), n (how many features there are), put_all, names, and first and step, which
 * find the stamp of the i-th feature.
 */
static const char put_begin[] =
    "local call, sub, byte, args = redis.call, string.sub, string.byte, ARGV\n"
    "local key, time, ttl = KEYS[1], args[1], args[2]\n";

/*
 * Look for the usual case first: the stored features, too, have times of 19 digits, and none
 * is newer.
 */
static const char put_look[] =
    "local left = call('PTTL', key)\n"
    "local fresh, odd, newer = 0, time == '', false\n"
    "for i = 1, n do\n"
    "  local there = old[i]\n"
    "  if not there then\n"
    "    fresh = fresh + 1\n"
    "  elseif odd or byte(there, 25) ~= 44 or byte(there, 6) == 45 then\n"
    "    odd = true\n"
    "  elseif sub(there, 6, 24) > time then\n"
    "    newer = true\n"
    "  end\n"
    "end\n"
    "if fresh > 1 and call('HLEN', key) + fresh > 65536 then\n"
    "  return { err = 'SMLFEAT the entity would have more than 65535 features' }\n"
    "end\n"
    "if not odd and not newer then\n";

static const char put_else[] = "else\n";
static const char put_some[] = LATER TIME_OF
    "  local mark, put, size = old[1], {}, 0\n"
    "  if odd then mark = mark and time_of(mark) else mark = mark and sub(mark, 6, 24) end\n"
    "  for i = 2, n do\n"
    "    local there, stamp, stays = old[i], args[first + step * i]\n"
    "    if odd then\n"
    "      local new = time_of(stamp)\n"
    "      stays = (mark and later(mark, new)) or (there and later(time_of(there), new))\n"
    "    else\n"
    "      stays = (mark and mark > time) or (there and sub(there, 6, 24) > time)\n"
    "    end\n"
    "    if not stays then\n"
    "      put[size + 1], put[size + 2], size = names[i], stamp, size + 2\n"
    "    end\n"
    "  end\n"
    "  if size == 0 then return 0 end\n"
    "  call('HSET', key, unpack(put))\n"
    "  n = size / 2 + 1\n"
    "end\n" KEEP "return n - 1\n";

static const char put_named[] =
    "local names, n = { '\\255deleted' }, 1\n"
    "for i = 3, #args, 2 do\n"
    "  n = n + 1\n"
    "  names[n] = args[i]\n"
    "end\n"
    "local first, step, old = 0, 2, call('HMGET', key, unpack(names))\n";
static const char put_all[] = "  call('HSET', key, unpack(args, 3))\n";

static const char delete_text[] =
    "local call, key, ttl, stamp = redis.call, KEYS[1], ARGV[1], ARGV[2]\n" LATER TIME_OF
    "local new, left, foreign = time_of(stamp), call('PTTL', key), ARGV[3] == '1'\n"
    "if foreign and call('TYPE', key).ok ~= 'hash' then call('DEL', key) end\n"
    "local all, gone = call('HGETALL', key), {}\n"
    "for i = 1, #all, 2 do\n"
    "  local ours = not foreign or string.find(all[i + 1], '^{\"t\":%-?%d+,')\n"
    "  local newer = ours and later(time_of(all[i + 1]), new)\n"
    "  local mark = all[i] == '\\255deleted'\n"
    "  if newer and mark then return 0 end\n"
    "  if not newer and not mark then gone[#gone + 1] = all[i] end\n"
    "end\n"
    /* In this order the key is never empty; an empty key would lose its expiry. */
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

const char *
script_text(enum script script)
{
	static const char *const text[SCRIPT_COUNT] = { NULL, delete_text, sweep_text,
		raise_text };

	return text[script];
}

/* Writes a name as a string in Lua. */
static int
put_name(struct buf *b, const struct feature *f)
{
	int result = buf_putc(b, '\'');

	for (uint32_t i = 0; i < f->name_len && result == 0; i++) {
		unsigned char c = (unsigned char)f->name[i];
		char code[5];

		if (isalnum(c) || c == '_') {
			result = buf_putc(b, (char)c);
		} else {
			(void)snprintf(code, sizeof(code), "\\%03u", c);
			result = buf_puts(b, code);
		}
	}
	return result == 0 ? buf_putc(b, '\'') : -1;
}

/*
 * Writes each name as `, 'a'`; if args is true, each is followed by the argument that is put
 * under it.
 */
static int
put_names(struct buf *b, const struct feature *f, size_t n, bool args)
{
	char arg[32];

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(arg, sizeof(arg), ", args[%zu]", i + 3);
		if (buf_puts(b, ", ") == -1 || put_name(b, &f[i]) == -1 ||
		    (args && buf_puts(b, arg) == -1))
			return -1;
	}
	return 0;
}

/* Writes the parts of the script that contain the names. */
static int
put_fixed(struct buf *b, const struct feature *f, size_t n)
{
	char count[64];

	(void)snprintf(count, sizeof(count), "local first, step, n = 1, 1, %zu\n", n + 1);
	return buf_puts(b, count) == -1 ||
		buf_puts(b, "local old = call('HMGET', key, '\\255deleted'") == -1 ||
		put_names(b, f, n, false) == -1 || buf_puts(b, ")\n") == -1 ||
		buf_puts(b, put_look) == -1 || buf_puts(b, "  call('HSET', key") == -1 ||
		put_names(b, f, n, true) == -1 || buf_puts(b, ")\n") == -1 ||
		buf_puts(b, put_else) == -1 ||
		buf_puts(b, "  local names = { '\\255deleted'") == -1 ||
		put_names(b, f, n, false) == -1 || buf_puts(b, " }\n") == -1 ?
	    -1 :
	    0;
}

int
script_put(struct buf *b, const struct feature *f, size_t n)
{
	if (buf_puts(b, put_begin) == -1)
		return -1;
	if (n > 0 ? put_fixed(b, f, n) == -1 :
		    buf_puts(b, put_named) == -1 || buf_puts(b, put_look) == -1 ||
		    buf_puts(b, put_all) == -1 || buf_puts(b, put_else) == -1)
		return -1;
	return buf_puts(b, put_some) == -1 ? -1 : buf_putc(b, '\0');
}

void
script_sha1(const char *text, char sha1[SCRIPT_SHA1 + 1])
{
	SHA1Data((const uint8_t *)text, strlen(text), sha1);
}
