-- wrk's traffic: one service after the other, with a breath between, so that a circuit which rejects
-- at once is not asked tens of thousands of times a second
local services = { "/catalog", "/payments", "/recommendations" }
local turn = 0

function request()
  turn = turn + 1
  return wrk.format("GET", services[turn % #services + 1])
end

function delay()
  return 25
end
