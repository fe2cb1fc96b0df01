-- Renews the lease of a node, and returns what has changed in the partition.
--
-- KEYS: state of the partition, leases, changes, rooms
-- ARGV: node, duration of the lease in milliseconds, number of the last check, prefix of metas
-- Returns {MISSING} or {DONE, generation, number, nodes, changes}; changes are room, epoch, offset and so on, or false
-- if not all of them are known.
local state_key, leases_key, changes_key, rooms_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
-- Rooms examined for whether they still exist. As Redis itself does with expired keys: a few random ones each time,
-- so that rooms that nobody lists do not add up.
local SAMPLE = 32

local state = redis.call('HMGET', state_key, 'generation', 'number', 'floor')
local generation = state[1]
if not generation then
  return { MISSING }
end
local number, floor = tonumber(state[2]), tonumber(state[3])

local now = now_ms()
redis.call('ZADD', leases_key, integer(now + tonumber(ARGV[2])), ARGV[1])
redis.call('ZREMRANGEBYSCORE', leases_key, '-inf', '(' .. integer(now))
local nodes = redis.call('ZRANGE', leases_key, 0, -1)

for _, room in ipairs(redis.call('ZRANDMEMBER', rooms_key, SAMPLE)) do
  if redis.call('EXISTS', ARGV[4] .. room) == 0 then
    redis.call('ZREM', rooms_key, room)
  end
end

local since = tonumber(ARGV[3])
local changes = false
if since >= floor and since <= number then
  changes = {}
  for _, room in ipairs(redis.call('ZRANGEBYSCORE', changes_key, '(' .. ARGV[3], '+inf')) do
    local epoch, offset = position_of(ARGV[4] .. room, generation)
    if epoch then
      changes[#changes + 1] = room
      changes[#changes + 1] = epoch
      changes[#changes + 1] = integer(offset)
    end
  end
end
return { DONE, generation, integer(number), nodes, changes }
