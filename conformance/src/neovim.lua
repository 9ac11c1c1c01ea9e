-- What the scripts of the tests say in one word.

local WAIT = 60000 -- milliseconds

-- Runs `script`, writes down what it returns, and ends Neovim.
function finish(script)
  local done, answer = xpcall(script, debug.traceback)
  if not done then
    io.stderr:write(answer, "\n")
    vim.cmd("cquit 1")
  end
  vim.fn.writefile({ vim.json.encode(answer) }, "answer.json")
  vim.cmd("qall!")
end

function wait_until(what, condition)
  assert(vim.wait(WAIT, condition, 10), "waited in vain until " .. what)
end

-- The only server, once it is ready and owes no answer: Neovim waits a second at most when it lays out a file.
function server()
  wait_until("the server is there", function()
    local client = vim.lsp.get_clients({ bufnr = 0 })[1]
    return client and client.initialized and next(client.requests) == nil
  end)
  return vim.lsp.get_clients({ bufnr = 0 })[1]
end

-- The diagnostics of the file, once there are `count`, in the order of their places.
function diagnostics(count)
  wait_until("there are " .. count .. " diagnostics", function()
    return #vim.diagnostic.get(0) == count
  end)
  local all = vim.diagnostic.get(0)
  table.sort(all, function(one, other)
    return one.lnum < other.lnum or (one.lnum == other.lnum and one.col < other.col)
  end)
  return all
end

-- The text of the file as it is being edited.
function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n") .. "\n"
end
