-- KEYS: state of the partition, which only says where the script runs
-- ARGV: channel, bytes
redis.call('SPUBLISH', ARGV[1], ARGV[2])
return { DONE }
