-- Replaces entries of a node in the presence of a room.
--
-- KEYS: state of the partition, presence of the room
-- ARGV: lifetime in milliseconds, channel, bytes to send, then "+", field, value or "-", field, "" of each entry
-- Returns {MISSING} or {DONE}.
--
-- The empty field holds the generation. Of an older one, removals may be lost, and the entry of a node that runs would
-- stay for ever; nodes set their entries again when the generation changes.
local generation = redis.call('HGET', KEYS[1], 'generation')
if not generation then
  return { MISSING }
end
if redis.call('HGET', KEYS[2], '') ~= generation then
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[2], '', generation)
end
for index = 4, #ARGV, 3 do
  if ARGV[index] == '+' then
    redis.call('HSET', KEYS[2], ARGV[index + 1], ARGV[index + 2])
  else
    redis.call('HDEL', KEYS[2], ARGV[index + 1])
  end
end
if redis.call('HLEN', KEYS[2]) == 1 then
  redis.call('DEL', KEYS[2])
else
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
end
redis.call('SPUBLISH', ARGV[2], ARGV[3])
return { DONE }
