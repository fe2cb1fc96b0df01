-- Decides whether the data of a partition are those of before, and records which server has them.
--
-- KEYS: state of the partition
-- ARGV: run id, replication id, address, 1 if every write is on the disk before its answer, 1 if the server is a
--       master that was not promoted
-- Returns the generation.
--
-- * Same process with the same replication id: nothing was lost. The replication id changes when a server is promoted,
--   so a master that was a replica in between is not mistaken for one that was a master all the time.
-- * Another process at the same address that wrote everything to the disk, and was not promoted: a restart without
--   loss. What counts is how the old process wrote, therefore the recorded durability; and the new one has to write so
--   too, or its next restart would be judged wrongly.
--   The durability is that of the latest claim: a change of the settings counts from the next connection on. A server
--   that was restored from a backup at the same address looks the same; the key of the state has to be deleted then.
-- * Anything else: the latest writes may be lost, so the generation rises.
-- * No generation: the data are lost, or there never were any. The time of day instead of 1, so that a server that was
--   wiped does not repeat a generation.
local state = redis.call('HMGET', KEYS[1], 'generation', 'run_id', 'replication_id', 'address', 'durable')
local generation = state[1]
if not generation then
  generation = integer(now_ms())
  redis.call('HSET', KEYS[1], 'generation', generation, 'number', '0', 'floor', '0')
elseif state[2] ~= ARGV[1] or state[3] ~= ARGV[2] then
  local restarted = state[2] ~= ARGV[1] and state[4] == ARGV[3] and state[5] == '1' and ARGV[4] == '1'
    and ARGV[5] == '1'
  if not restarted then
    generation = integer(redis.call('HINCRBY', KEYS[1], 'generation', 1))
  end
end
redis.call('HSET', KEYS[1], 'run_id', ARGV[1], 'replication_id', ARGV[2], 'address', ARGV[3], 'durable', ARGV[4])
return generation
