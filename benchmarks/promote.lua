-- What wrk asks of the server while benchmarks/promote.py promotes and rolls back, and what it checks:
-- every answer is a fresh page, and a title has one score by a bundle for a profile, on every page.
-- Arguments after `--` are profile ids. Each thread prints what it saw as `key=value` words at the end.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(profiles)
  paths, turn = {}, 0
  asked, failed, stale, mixed, bundles = 0, 0, 0, 0, ""
  scores, by_bundle = {}, {}
  for _, profile in ipairs(profiles) do
    local path = "/v1/home?profile=" .. profile .. "&columns=10&rows=6&include=scores"
    table.insert(paths, wrk.format("GET", path))
  end
end

function request()
  turn = turn % #paths + 1
  return paths[turn]
end

function response(status, headers, body)
  asked = asked + 1
  if status < 200 or status > 299 then
    failed = failed + 1
    return
  end
  local bundle = body:match('"bundle":"([^"]+)"')
  if bundle == nil or not body:find('"rung":"fresh"', 1, true) then
    stale = stale + 1
    return
  end
  by_bundle[bundle] = (by_bundle[bundle] or 0) + 1
  local whose = bundle .. " " .. body:match('"profile_id":"([^"]+)"') .. " "
  local strange = false
  for title, score in body:gmatch('"title_id":"([^"]+)".-"score":([^,}]+)') do
    local key = whose .. title
    if scores[key] == nil then
      scores[key] = score
    elseif scores[key] ~= score then
      strange = true
    end
  end
  if strange then mixed = mixed + 1 end
  bundles = ""
  for name, count in pairs(by_bundle) do
    bundles = bundles .. (bundles == "" and "" or ",") .. name .. ":" .. count
  end
end

function done(summary, latency, requests)
  for _, thread in ipairs(threads) do
    local words = {}
    for _, name in ipairs({ "asked", "failed", "stale", "mixed" }) do
      table.insert(words, name .. "=" .. thread:get(name))
    end
    print("THREAD " .. table.concat(words, " ") .. " bundles=" .. thread:get("bundles"))
  end
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write
  print("WRK lost=" .. lost + summary.errors.timeout .. " p50=" .. latency:percentile(50) / 1000
    .. " p99=" .. latency:percentile(99) / 1000 .. " seconds=" .. summary.duration / 1e6)
end
