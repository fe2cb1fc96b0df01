-- Lists rooms by name, and removes those that no longer exist.
--
-- KEYS: state of the partition, rooms, leases
-- ARGV: bounds in the notation of ZRANGEBYLEX, number of rooms, lifetime of messages in milliseconds, prefixes of metas,
--       streams and presence, node whose connections are not counted
-- Returns {MISSING} or {DONE, rooms}; rooms are name, epoch, offset, number of messages, number of connections and so on.
local generation = redis.call('HGET', KEYS[1], 'generation')
if not generation then
  return { MISSING }
end

local now = now_ms()
-- The generation of a presence, then the number of connections of each node.
local fields = { '' }
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], integer(now), '+inf')) do
  if node ~= ARGV[8] then
    fields[#fields + 1] = node .. '\n'
  end
end

local function connections(presence_key)
  local counts = redis.call('HMGET', presence_key, unpack(fields))
  local sum = 0
  if counts[1] == generation then
    for index = 2, #fields do
      sum = sum + (tonumber(counts[index]) or 0)
    end
  end
  return sum
end

local limit = tonumber(ARGV[3])
local cutoff = now - tonumber(ARGV[4])
local bound, rooms, count = ARGV[1], {}, 0
while count < limit do
  local names = redis.call('ZRANGEBYLEX', KEYS[2], bound, ARGV[2], 'LIMIT', 0, integer(limit - count))
  if #names == 0 then
    break
  end
  for _, name in ipairs(names) do
    local epoch, offset = position_of(ARGV[5] .. name, generation)
    if epoch then
      drop_expired(ARGV[6] .. name, cutoff)
      local messages = redis.call('XLEN', ARGV[6] .. name)
      local members = connections(ARGV[7] .. name)
      for _, value in ipairs({ name, epoch, integer(offset), integer(messages), integer(members) }) do
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
