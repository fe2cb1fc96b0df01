-- Replaces the list of a node in the connections of a user, if there are further arguments, and reads those of all nodes.
-- Lists of nodes without a valid lease are removed, except that of the node itself, which may be about to get its lease.
--
-- KEYS: state of the partition, which only says where the script runs; connections of the user; leases
-- ARGV: lifetime in milliseconds, [node, list, or "" to remove it]
-- Returns {DONE, lists}; lists are node, list and so on.
if ARGV[2] then
  if ARGV[3] == '' then
    redis.call('HDEL', KEYS[2], ARGV[2])
  else
    redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
    redis.call('PEXPIRE', KEYS[2], ARGV[1])
  end
end

local now = now_ms()
local all = redis.call('HGETALL', KEYS[2])
local lists = {}
for index = 1, #all, 2 do
  local lease = redis.call('ZSCORE', KEYS[3], all[index])
  if all[index] == ARGV[2] or lease and tonumber(lease) >= now then
    lists[#lists + 1] = all[index]
    lists[#lists + 1] = all[index + 1]
  else
    redis.call('HDEL', KEYS[2], all[index])
  end
end
return { DONE, lists }
