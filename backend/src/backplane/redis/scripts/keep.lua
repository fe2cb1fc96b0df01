-- Extends the lifetime of positions and of presence.
--
-- KEYS: state of the partition, which only says where the script runs
-- ARGV: lifetime in milliseconds, prefix of metas, prefix of presence, rooms
for index = 4, #ARGV do
  redis.call('PEXPIRE', ARGV[2] .. ARGV[index], ARGV[1])
  redis.call('PEXPIRE', ARGV[3] .. ARGV[index], ARGV[1])
end
return { DONE }
