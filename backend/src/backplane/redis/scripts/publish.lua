-- Publishes a message.
--
-- KEYS: state of the partition, meta of the room, stream of the room, changes, rooms, [idempotency key]
-- ARGV: generation, proposed epoch, room, payload, channel, number of messages to retain, lifetimes in milliseconds
--       of messages, position and idempotency key, [digest]
-- Returns {MISSING}, {MISMATCH, generation}, {DONE, epoch, offset}, {DUPLICATE, epoch, offset} or {CONFLICT}.
local state_key, meta_key, stream_key, changes_key, rooms_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local generation, room = ARGV[1], ARGV[3]
-- Rooms in the log of changes; older ones go, and the floor says up to which number.
local MAX_CHANGES = 10000

local current = redis.call('HGET', state_key, 'generation')
if not current then
  return { MISSING }
end
if current ~= generation then
  return { MISMATCH, current }
end

if KEYS[6] then
  local known = redis.call('GET', KEYS[6])
  if known then
    local digest, offset, epoch = string.match(known, '^(%d+) (%d+) (.*)$')
    if digest ~= ARGV[10] then
      return { CONFLICT }
    end
    return { DUPLICATE, epoch, offset }
  end
end

local epoch, offset = position_of(meta_key, generation)
if not epoch then
  epoch = begin_room(meta_key, stream_key, rooms_key, room, ARGV[2], generation)
end
offset = integer(redis.call('HINCRBY', meta_key, 'offset', 1))
redis.call('PEXPIRE', meta_key, ARGV[8])

if ARGV[6] == '0' then
  -- Another node may be configured to retain messages. A stream with gaps must not remain.
  redis.call('DEL', stream_key)
else
  redis.call('XADD', stream_key, 'MAXLEN', ARGV[6], offset .. '-0', 't', integer(now_ms()), 'p', ARGV[4])
  redis.call('PEXPIRE', stream_key, ARGV[7])
end

local number = integer(redis.call('HINCRBY', state_key, 'number', 1))
if redis.call('ZADD', changes_key, number, room) == 1 and redis.call('ZCARD', changes_key) > MAX_CHANGES then
  redis.call('HSET', state_key, 'floor', redis.call('ZPOPMIN', changes_key)[2])
end

if KEYS[6] then
  redis.call('SET', KEYS[6], ARGV[10] .. ' ' .. offset .. ' ' .. epoch, 'PX', ARGV[9])
end
redis.call('SPUBLISH', ARGV[5], 'm' .. offset .. '\n' .. epoch .. '\n' .. ARGV[4])
return { DONE, epoch, offset }
