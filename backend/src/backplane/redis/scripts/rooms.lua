-- Lists rooms by name, and removes those that no longer exist.
--
-- KEYS: state of the partition, rooms
-- ARGV: lower bound in the notation of ZRANGEBYLEX, number of rooms, lifetime of messages in milliseconds, prefix of
--       metas, prefix of streams
-- Returns {MISSING} or {DONE, rooms}; rooms are name, epoch, offset, number of messages and so on.
local generation = redis.call('HGET', KEYS[1], 'generation')
if not generation then
  return { MISSING }
end

local limit = tonumber(ARGV[2])
local cutoff = now_ms() - tonumber(ARGV[3])
local bound, rooms, count = ARGV[1], {}, 0
while count < limit do
  local names = redis.call('ZRANGEBYLEX', KEYS[2], bound, '+', 'LIMIT', 0, integer(limit - count))
  if #names == 0 then
    break
  end
  for _, name in ipairs(names) do
    local epoch, offset = position_of(ARGV[4] .. name, generation)
    if epoch then
      drop_expired(ARGV[5] .. name, cutoff)
      local messages = redis.call('XLEN', ARGV[5] .. name)
      for _, value in ipairs({ name, epoch, integer(offset), integer(messages) }) do
        rooms[#rooms + 1] = value
      end
      count = count + 1
    else
      -- A room of an older generation is listed again when it begins anew.
      redis.call('ZREM', KEYS[2], name)
    end
    bound = '(' .. name
  end
end
return { DONE, rooms }
