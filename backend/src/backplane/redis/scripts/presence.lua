-- Reads the presence of a room, and removes the entries of nodes without a valid lease.
--
-- KEYS: state of the partition, presence of the room, leases
-- Returns {MISSING} or {DONE, entries}; entries are field, value and so on.
local generation = redis.call('HGET', KEYS[1], 'generation')
if not generation then
  return { MISSING }
end
if redis.call('HGET', KEYS[2], '') ~= generation then
  redis.call('DEL', KEYS[2])
  return { DONE, {} }
end

local now = now_ms()
local valid = {}
local function is_valid(node)
  if valid[node] == nil then
    local lease = redis.call('ZSCORE', KEYS[3], node)
    valid[node] = lease and tonumber(lease) >= now or false
  end
  return valid[node]
end

local all = redis.call('HGETALL', KEYS[2])
local entries = {}
for index = 1, #all, 2 do
  local node = string.match(all[index], '^([^\n]+)\n')
  if node and is_valid(node) then
    entries[#entries + 1] = all[index]
    entries[#entries + 1] = all[index + 1]
  elseif node then
    redis.call('HDEL', KEYS[2], all[index])
  end
end
if #entries == 0 then
  redis.call('DEL', KEYS[2])
end
return { DONE, entries }
