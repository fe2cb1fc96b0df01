-- KEYS: state of the partition
-- Returns {MISSING} or {DONE, generation}.
local generation = redis.call('HGET', KEYS[1], 'generation')
if not generation then
  return { MISSING }
end
return { DONE, generation }
