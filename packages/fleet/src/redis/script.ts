import type { Script } from './run-script.ts'

// The transition function of ../store/transition.ts in Lua, which Redis runs atomically. A test
// compares the two and covers each branch. The text is short because applications ship it.
//
// KEYS, for each report: the record, `seen`, `votes`, `failed`. The record is JSON. Three sorted sets
// hold the times of the instances, so that a report costs the same in a fleet of a thousand.
// ARGV: the deadline (0 for none), the instance, the channel, then each report as JSON.
// Returns the time, then for each report its answer as JSON, or the text of its error. After the
// deadline, or without reports, it changes nothing and returns the time only. A damaged record is
// replaced by a new one.

/** Reads the clock. The property test replaces it. */
export const TIME = "call('TIME')"

// r is the record, q the report, me the instance that reports. `due` is the field `until` of
// FleetRecord, because `until` is a keyword of Lua.
const BEGIN = `local call, max, min, floor = redis.call, math.max, math.min, math.floor
local time = ${TIME}
local now = time[1] * 1000 + floor(time[2] / 1000)
local me, result = ARGV[2], { now }
if tonumber(ARGV[1]) > 0 and now > tonumber(ARGV[1]) then return result end
local states = { closed = 1, open = 1, recovering = 1, forced_open = 1, disabled = 1, metrics_only = 1 }
local function count(value) assert(value >= -1 and value < 9e15) end
local function read(text)
  local r = cjson.decode(text)
  for name in ('version due delayMs reopens fence leaseUntil leaseMs probed succeeded'):gmatch('%a+') do count(r[name]) end
  for name in ('incarnation by reason holder'):gmatch('%a+') do assert(#r[name] <= 1000 and r[name] .. '') end
  for length, buckets in pairs(r.windows) do
    assert(tonumber(length))
    for _, b in ipairs(buckets) do for i = 1, 3 do count(b[i]) end end
  end
  assert(states[r.state])
  return r
end
local function apply(i)
local q = cjson.decode(ARGV[i])
local key, seen, votes, failed = unpack(KEYS, i * 4 - 15, i * 4 - 12)
local event, delayMs, liveMs, windowMs = q.event, q.delayMs, q.liveMs, q.windowMs
local text = redis.pcall('GET', key)
local err = type(text) == 'table' and text.err
assert(not err or err:find('WRONGTYPE'), err)
local ok, r = pcall(read, text)
local function release()
  r.holder = ''
  r.leaseUntil = 0
end
local function enter(state, reopens, due, delayMs)
  r.state = state
  r.reopens = reopens
  r.due = due
  r.delayMs = delayMs
  r.version = r.version + 1
  r.by = me
  r.reason = q.reason
  r.probed = 0
  r.succeeded = 0
  release()
end
local function recover(state, reopens)
  enter(state, reopens, 0, 0)
  r.windows = {}
  call('DEL', votes, failed)
end
if not ok then
  r = { incarnation = time[1] .. '-' .. time[2], version = -1, fence = now, leaseMs = 0 }
  recover('closed', 0)
  r.by = ''
  r.reason = ''
  call('DEL', seen)
end
`

// As in recordAt: removes the entries of instances that are not live.
const EXPIRE = `r.due = min(r.due, now + r.delayMs)
r.leaseUntil = min(r.leaseUntil, max(now, r.due) + r.leaseMs)
local function remove(id)
  for _, set in ipairs({ seen, votes, failed }) do call('ZREM', set, id) end
end
for _, range in ipairs({ { '-inf', now - liveMs }, { '(' .. now, '+inf' } }) do
  for _, id in ipairs(call('ZRANGEBYSCORE', seen, unpack(range))) do remove(id) end
end
call('ZREMRANGEBYSCORE', votes, '-inf', now)
call('ZREMRANGEBYSCORE', failed, '-inf', now - liveMs)
call('ZADD', seen, now, me)
local version, fence, leaseUntil = r.version, r.fence, r.leaseUntil
`

const COUNT = `local total, failures = 0, 0
if windowMs > 0 then
  if q.failures > 0 then call('ZADD', failed, now, me) end
  local current, length, kept = floor(now * 20 / windowMs), tostring(windowMs), {}
  for _, bucket in ipairs(r.windows[length] or {}) do
    if bucket[1] > current - 20 and bucket[1] <= current then table.insert(kept, bucket) end
  end
  if q.total > 0 then
    local lengths = {}
    for other in pairs(r.windows) do table.insert(lengths, tonumber(other)) end
    table.sort(lengths)
    if not r.windows[length] and lengths[4] then r.windows[tostring(lengths[1])] = nil end
    local last = kept[#kept]
    if not last or last[1] < current then
      last = { current, 0, 0 }
      table.insert(kept, last)
    end
    last[2] = last[2] + q.total
    last[3] = last[3] + q.failures
    r.windows[length] = kept
  end
  for _, bucket in ipairs(kept) do
    total = total + bucket[2]
    failures = failures + bucket[3]
  end
end
`

const EVENTS = `local function holds() return r.holder == me and r.fence == q.fence and now < r.leaseUntil end
local function open(reopens) enter('open', reopens, delayMs < 0 and -1 or now + delayMs, delayMs) end
local prober, opened = holds(), r.state == 'open'
if prober then
  r.probed = r.probed + q.probed
  r.succeeded = r.succeeded + q.succeeded
end
if event == 'opened' or event == 'opened_fleet_wide' then
  if not opened then
    call('ZADD', votes, now + (delayMs < 0 and liveMs or delayMs), me)
    local needed = q.quorum < 1 and math.ceil(q.quorum * call('ZCARD', seen)) or q.quorum
    if call('ZCARD', event == 'opened' and votes or failed) >= needed then
      if r.state == 'closed' then open(q.reopens)
      elseif r.state == 'recovering' then open(r.reopens + 1) end
    end
  elseif prober then open(r.reopens + 1) end
elseif event == 'healthy' then
  if opened and prober then recover('recovering', r.reopens) end
elseif event == 'closed' then
  call('ZREM', votes, me)
  if opened and prober or r.state == 'recovering' and q.incarnation == r.incarnation and q.version == r.version then recover('closed', 0) end
elseif event == 'vote_withdrawn' then call('ZREM', votes, me)
elseif event == 'left' then
  remove(me)
  if r.holder == me then release() end
elseif event == 'trip' then open(q.reopens)
elseif event == 'reset' then recover('closed', 0)
elseif event == 'force_open' then enter('forced_open', 0, 0, 0)
elseif event == 'disable' then enter('disabled', 0, 0, 0)
elseif event == 'metrics_only' then enter('metrics_only', 0, 0, 0) end
if q.requestsLease and r.state == 'open' and r.due > 0 and now + q.leadMs >= r.due and (r.holder == '' or r.holder == me or now >= r.leaseUntil) then
  if not holds() then r.fence = r.fence + 1 end
  r.holder = me
  r.leaseMs = q.leaseMs
  r.leaseUntil = max(now, r.due) + q.leaseMs
end
`

// A record is kept for 31 days, longer than any delay. The sets are useless when no instance has
// reported for the times in a report.
const END = `call('SET', key, cjson.encode(r), 'PX', 2678400000)
for _, set in ipairs({ seen, votes, failed }) do call('PEXPIRE', set, liveMs + windowMs + 86400000) end
local hasChanged = r.version > version or r.fence > fence or r.leaseUntil ~= leaseUntil
r.windows = nil
r.format = 1
r.name = q.name
r.forMs = r.due < 0 and -1 or max(0, r.due - now)
r.leaseMs = max(0, r.leaseUntil - now)
if r.leaseMs == 0 then r.holder = '' end
r.reporters = call('ZCARD', votes)
r.instances = call('ZCARD', seen)
r.failing = call('ZCARD', failed)
r.total = total
r.failures = failures
local answer = cjson.encode(r)
if hasChanged then call('PUBLISH', ARGV[3], answer) end
return answer
end
for i = 4, #ARGV do
  local ok, answer = pcall(apply, i)
  -- Redis 7 raises tables
  table.insert(result, ok and answer or answer.err or answer)
end
return result
`

export const SCRIPT: Script = {
  source: BEGIN + EXPIRE + COUNT + EVENTS + END,
  sha: '0c5cb3a0c41d8f1274f0d2d98c761221d708345a',
}
