/**
 * `decide` of window.ts in Lua, with the same text of hits: reads, decides and writes in one step of the server.
 *
 * KEYS are the counters. ARGV: now; for each key its window and its span (ms); for each limit the place of its key, its
 * max, its window (ms), its cost. Gives the seconds to wait, 0 where the call is allowed.
 */
export const script = `local now = tonumber(ARGV[1])
local counters, moved, planned = {}, {}, {}
for i, key in ipairs(KEYS) do
  local hits, ahead = {}, 0
  for _, hit in ipairs(cjson.decode(redis.call('GET', key) or '[]')) do
    if hit[2] > now then moved[i] = true end
    if hit[1] > now then
      ahead = ahead + hit[3]
    else
      hits[#hits + 1] = { hit[1], math.min(hit[2], now), hit[3] }
    end
  end
  if ahead > 0 then hits[#hits + 1] = { now, now, ahead } end
  counters[i], planned[i] = hits, 0
end

local function wait(i, max, window)
  local excess = planned[i] + 1 - max
  for _, hit in ipairs(counters[i]) do
    if hit[2] + window > now then excess = excess + hit[3] end
  end
  if excess <= 0 then return 0 end
  for _, hit in ipairs(counters[i]) do
    if hit[2] + window > now then
      excess = excess - hit[3]
      if excess <= 0 then return hit[2] + window - now end
    end
  end
  return window
end

local seconds = 0
for at = 2 + 2 * #KEYS, #ARGV, 4 do
  local i = tonumber(ARGV[at])
  seconds = math.ceil(wait(i, tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])) / 1000)
  if seconds > 0 then break end
  planned[i] = planned[i] + tonumber(ARGV[at + 3])
end

for i, key in ipairs(KEYS) do
  local hits, kept, texts = counters[i], {}, {}
  local window, span = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local hit = seconds == 0 and planned[i] > 0
  if hit then hits[#hits + 1] = { now, now, planned[i] } end
  for _, one in ipairs(hits) do
    local last = kept[#kept]
    if one[2] + window > now then
      if last and one[2] - last[1] < span then
        last[2], last[3] = one[2], last[3] + one[3]
      else
        kept[#kept + 1] = one
      end
    end
  end
  for n, one in ipairs(kept) do texts[n] = string.format('[%.17g,%.17g,%.17g]', one[1], one[2], one[3]) end
  if hit or moved[i] then
    local ttl = string.format('%.0f', math.ceil(window) + 3600000)
    redis.call('SET', key, '[' .. table.concat(texts, ',') .. ']', 'PX', ttl)
  end
end
return seconds
`;
