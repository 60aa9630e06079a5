-- One report of one replica about one portal, and the answer. Everything that is
-- known of the portal is one value, so that a report is one step for all others.
-- Times are milliseconds of this server's clock; what replicas tell and are told
-- is always a length of time, so that no two clocks are compared.
--
-- KEYS[1]  the portal's value
-- KEYS[2]  since when this server has had all that it was told, of any portal
-- ARGV[1]  the report, JSON
-- ARGV[2]  the channel that asks the other replicas to report at once
-- ARGV[3]  what is said there
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local req = cjson.decode(ARGV[1])
local N = req.replicas

local raw = redis.call('GET', KEYS[1])
local s = raw and cmsgpack.unpack(raw)
local whole = math.min(tonumber(redis.call('GET', KEYS[2]) or '') or now, now)
if req.epoch ~= '' and (not s or s.epoch == req.epoch and req.seen > s.seq) then
  s, whole = nil, now -- the server came back empty, or with older data than it had: they are worth nothing
end
if redis.call('EXISTS', KEYS[2]) == 0 or whole == now then
  redis.call('SET', KEYS[2], now)
end
if not s then -- nobody has held anything for a long time, unless the server has lost it
  s = { epoch = req.nonce, seq = 0, born = whole, members = {}, spent = 0, budgets = {} }
  for i, c in ipairs(req.claims) do
    s.budgets[i] = { learned = 0, closed = 0, cooling = {}, foreign = {} }
  end
end
local me = s.members[req.id]
if me and req.n <= me.n then
  return cjson.encode({ stale = true }) -- a report that was overtaken on its way
end
s.seq = s.seq + 1
local news = false

-- Whoever says nothing for a lease has lost it, and may have used it to its end.
local function cool(id, m, i, count, from)
  if count > 0 then
    table.insert(s.budgets[i].cooling, { count, from + m.claims[i].window + m.claims[i].slack + req.grace, id })
  end
end
for id, m in pairs(s.members) do
  if not m.silent and m.expires <= now then
    m.silent = true
    for i, c in ipairs(m.claims) do
      cool(id, m, i, c.held, m.expires)
      c.held, c.own, c.need = 0, 0, 0
    end
  end
  if m.silent and id ~= req.id and m.expires + req.forget <= now then
    s.members[id] = nil
  end
end

-- Only what still counts, other than what is of one replica.
local function alive(entries, except)
  local left, count = {}, 0
  for _, e in ipairs(entries) do
    if e[2] > now and (not except or e[3] ~= except) then
      table.insert(left, e)
      count = count + e[1]
    end
  end
  return left, count
end

-- What this replica says.
local before = me
me = { n = req.n, expires = now + req.ttl, silent = false, claims = req.claims }
s.members[req.id] = me
for i, c in ipairs(me.claims) do
  local b, old = s.budgets[i], before and before.claims[i]
  b.cooling = alive(b.cooling, req.id) -- its claim holds all that it has in the window
  if c.learned and b.learned ~= c.limit then
    b.learned, news = c.limit, true
  end
  if c.closed > 0 and now + c.closed > b.closed then
    b.closed, news = now + c.closed, true
  end
  c.since = old and old.held > 0 and old.since or now
  c.hungry = old and old.hungry or 0
end
if req.spent > 0 and now + req.spent > s.spent + 1000 then
  s.spent, news = now + req.spent, true
end
if req.bye then
  for i, c in ipairs(me.claims) do
    cool(req.id, me, i, c.own, now)
  end
  s.members[req.id] = nil
end

-- Who is there, and who may be without our knowing.
local live, silent, known = {}, {}, 0
for id, m in pairs(s.members) do
  known = known + 1
  if m.silent then
    table.insert(silent, { id = id, expires = m.expires })
  else
    table.insert(live, { id = id, m = m })
  end
end
table.sort(silent, function(a, b) return a.expires > b.expires end)

-- fill raises the targets of the listed up to their cap, evenly. The last in order
-- get what does not divide.
local function fill(list, left)
  for k, e in ipairs(list) do
    local give = math.min(math.max(e.cap - e.target, 0), math.floor(left / (#list - k + 1)))
    e.target, left = e.target + give, left - give
  end
  return left
end
local function by(list, key)
  table.sort(list, function(a, b)
    if a.cap ~= b.cap then return a.cap < b.cap end
    if key and a[key] ~= b[key] then return a[key] < b[key] end
    return a.id < b.id
  end)
end

local answer, nudge = {}, false
for i, claim in ipairs(req.claims) do
  local b = s.budgets[i]
  local limit, ceiling = b.learned, math.huge
  for _, e in ipairs(live) do
    local c = e.m.claims[i]
    if b.learned == 0 then limit = math.max(limit, c.limit) end
    if c.ceiling > 0 then ceiling = math.min(ceiling, c.ceiling) end
  end
  if limit == 0 then limit = claim.limit end
  limit = math.min(limit, ceiling)
  local share = math.max(math.floor(limit / N), 1)
  if req.lapsed and not req.bye then
    claim.held = math.max(claim.held, math.min(share, limit)) -- until it has heard otherwise
  end

  local cooling, foreign
  b.cooling, cooling = alive(b.cooling)
  b.foreign, foreign = alive(b.foreign)
  if claim.foreign > foreign then
    table.insert(b.foreign, { claim.foreign - foreign, now + claim.window })
    foreign, news = claim.foreign, true
  end

  -- A replica that is not heard of may be cut off from here, and not from HubSpot:
  -- its share stays its own.
  local reserved, missing = 0, math.max(N - #live, 0)
  for k = 1, math.min(#silent, missing) do
    local own = 0
    for _, e in ipairs(b.cooling) do
      if e[3] == silent[k].id then own = own + e[1] end
    end
    reserved = reserved + math.max(share - own, 0)
  end
  local settled = claim.window + claim.slack + req.grace + 3 * req.ttl
  if now < s.born + settled + req.breaker then
    reserved = reserved + share * math.max(missing - #silent, 0)
  end
  local capacity = math.max(limit - cooling - foreign - reserved, 0)

  local held, own = 0, 0
  for _, e in ipairs(live) do
    local c = e.m.claims[i]
    held, own = held + c.held, own + c.own
    if c.held > 0 or c.need == 0 then
      c.hungry = 0
    elseif c.hungry == 0 then
      c.hungry = now
    end
  end

  -- Targets: what is needed, evenly where that is too much; what is left lifts all
  -- to their share, and then goes to whoever is busy.
  local fair = math.ceil(capacity / math.max(#live, 1))
  local all, busy, tenure = {}, {}, 2 * claim.window
  local ready = math.floor(limit / 50 / math.max(N - 1, 1)) -- for the first call of the idle; 2 % in all
  for _, e in ipairs(live) do
    local c = e.m.claims[i]
    local want = math.max(c.need, ready)
    local t = { id = e.id, c = c, target = 0, cap = want, held = c.held, rank = c.held }
    if capacity < #live then -- not one each: in turn
      t.cap = math.min(want, fair)
      if c.hungry > 0 then
        t.rank = 1e13 - c.hungry
      elseif now - c.since < tenure then
        t.rank = 2e13
      else
        t.rank = c.since - now
      end
    end
    table.insert(all, t)
    if c.need > 0 then table.insert(busy, t) end
  end
  by(all, 'rank')
  local left = fill(all, capacity)
  for _, t in ipairs(all) do t.cap = share end
  by(all, 'rank')
  left = fill(all, left)
  for _, t in ipairs(busy) do t.cap = limit end
  by(busy, 'rank')
  fill(busy, left)

  -- Nothing new is given out while somebody may hold what is not known here; what
  -- the missing may use all the same is taken from those who are there at once.
  local mine, wait, short, over = nil, nil, 0, 0
  local open = known >= N or now >= s.born + settled
  local first = req.fresh and now >= s.born + req.hear
  for _, t in ipairs(all) do
    if t.id == req.id then
      mine = t
      if not open then t.target = math.min(t.target, first and math.max(share, t.held) or t.held) end
    elseif open and t.target > t.held then
      short = short + t.target - t.held
    elseif open and t.target < t.held then
      over = over + t.held - t.target
      wait = math.min(wait or math.huge, t.c.nextFree)
    end
  end
  local part = { grant = 0, target = 0, others = own - claim.own, limit = limit, closed = math.max(b.closed - now, 0), within = 0 }
  if mine then
    local free = math.max(capacity - held, 0)
    part.target = mine.target
    part.grant = math.max(math.min(mine.target - mine.held, free), 0)
    if part.grant > 0 and claim.held == 0 then claim.since = now end
    held, claim.held = held + part.grant, claim.held + part.grant
    if mine.target > claim.held then
      part.within = wait or 0
      nudge = nudge or over > 0
    end
  end
  nudge = nudge or short > 0 and capacity > held
  answer[i] = part
end

redis.call('SET', KEYS[1], cmsgpack.pack(s), 'PX', req.forget + 60000)
if nudge or news then
  redis.call('PUBLISH', ARGV[2], ARGV[3])
end
return cjson.encode({ epoch = s.epoch, seq = s.seq, spent = math.max(s.spent - now, 0), parts = answer })
