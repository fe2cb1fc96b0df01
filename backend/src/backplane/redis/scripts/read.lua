-- Reads the position of a room and a part of its history; begins the room if there is none.
--
-- KEYS: state of the partition, meta of the room, stream of the room, rooms
-- ARGV: room, proposed epoch, lifetimes in milliseconds of messages and position, "after" or "before", first or last
--       identifier of the range, number of messages
-- Returns {MISSING} or {DONE, epoch, offset, 1 if there are earlier messages, offset of the first message, payloads}.
local state_key, meta_key, stream_key, rooms_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

local generation = redis.call('HGET', state_key, 'generation')
if not generation then
  return { MISSING }
end

local epoch, offset = position_of(meta_key, generation)
if not epoch then
  epoch, offset = begin_room(meta_key, stream_key, rooms_key, ARGV[1], ARGV[2], generation)
end
-- Who reads a position may depend on it. Not at every read: this writes.
if redis.call('PTTL', meta_key) * 2 < tonumber(ARGV[4]) then
  redis.call('PEXPIRE', meta_key, ARGV[4])
end

drop_expired(stream_key, now_ms() - tonumber(ARGV[3]))
local entries = {}
if ARGV[7] ~= '0' then
  if ARGV[5] == 'after' then
    entries = redis.call('XRANGE', stream_key, ARGV[6], '+', 'COUNT', ARGV[7])
  else
    local latest = redis.call('XREVRANGE', stream_key, ARGV[6], '-', 'COUNT', ARGV[7])
    for index = #latest, 1, -1 do
      entries[#entries + 1] = latest[index]
    end
  end
end

local payloads, more, first_offset = {}, 0, '0'
if entries[1] then
  first_offset = integer(entry_offset(entries[1]))
  if first_entry(stream_key)[1] ~= entries[1][1] then
    more = 1
  end
end
for index, entry in ipairs(entries) do
  payloads[index] = entry[2][4]
end
return { DONE, epoch, integer(offset), more, first_offset, payloads }
