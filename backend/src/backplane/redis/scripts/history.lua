-- Functions of scripts that read histories. An entry is {"<offset>-0", {"t", milliseconds, "p", payload}}.

local function entry_offset(entry)
  return tonumber(string.match(entry[1], '^%d+'))
end

local function entry_time(entry)
  return tonumber(entry[2][2])
end

local function first_entry(stream_key)
  return redis.call('XRANGE', stream_key, '-', '+', 'COUNT', 1)[1]
end

-- Removes the messages from before `cutoff`, in milliseconds. Identifiers are offsets, so XTRIM cannot do it by age.
-- Offsets are contiguous and times ascend, so the first message to keep is found by bisection.
local function drop_expired(stream_key, cutoff)
  local first = first_entry(stream_key)
  if not first or entry_time(first) >= cutoff then
    return
  end
  local last = redis.call('XREVRANGE', stream_key, '+', '-', 'COUNT', 1)[1]
  if entry_time(last) < cutoff then
    redis.call('DEL', stream_key)
    return
  end
  local expired, kept = entry_offset(first), entry_offset(last)
  while kept - expired > 1 do
    local middle = math.floor((expired + kept) / 2)
    local entry = redis.call('XRANGE', stream_key, integer(middle), '+', 'COUNT', 1)[1]
    if entry_time(entry) < cutoff then
      expired = middle
    else
      kept = middle
    end
  end
  redis.call('XTRIM', stream_key, 'MINID', integer(kept))
end
