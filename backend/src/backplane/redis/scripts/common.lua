-- Functions of all scripts.
--
-- Keys of rooms that are not in KEYS are made from the prefix of the partition. They have its hash tag and
-- therefore are in the slot of KEYS[1], as Redis Cluster demands of a script.
--
-- Numbers go to Redis through `integer`: the conversion of Lua would write 1e+15 for large ones.

local MISSING = -1
local MISMATCH = 0
local DONE = 1
local DUPLICATE = 2
local CONFLICT = 3

local function integer(number)
  return string.format('%.0f', number)
end

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Returns epoch and offset of a room; nil if the room does not exist or is of another generation.
local function position_of(meta_key, generation)
  local meta = redis.call('HMGET', meta_key, 'epoch', 'offset', 'generation')
  if meta[3] ~= generation then
    return nil
  end
  return meta[1], tonumber(meta[2])
end

-- Creates a room, or replaces one of an older generation. The generation is a part of the epoch, so that no epoch is
-- used in two generations, even if two nodes propose the same one.
local function begin_room(meta_key, stream_key, rooms_key, room, epoch, generation)
  epoch = epoch .. '.' .. generation
  redis.call('HSET', meta_key, 'epoch', epoch, 'offset', '0', 'generation', generation)
  redis.call('DEL', stream_key)
  redis.call('ZADD', rooms_key, 0, room)
  return epoch, 0
end
