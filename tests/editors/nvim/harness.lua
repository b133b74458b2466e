-- Small helpers for headless scenarios. A failed wait or assertion ends Neovim with status 1.
local M = {}

local function say(text)
  io.stdout:write(text .. '\n')
end

--- Waits until `condition()` gives a value and returns it; fails after 20 seconds, naming `what`.
function M.wait(what, condition)
  local value
  local in_time = vim.wait(20000, function()
    value = condition()
    return value ~= nil and value ~= false
  end, 20)
  assert(in_time, 'timed out waiting for ' .. what)
  say('ok: ' .. what)
  return value
end

--- The diagnostics of the current buffer whose message contains `text`, as plain text.
function M.findings(text)
  return vim.tbl_filter(function(finding)
    return finding.message:find(text, 1, true) ~= nil
  end, vim.diagnostic.get(0))
end

--- Line and column (both from 0, column in bytes) of the first occurrence of `text` in the current buffer.
function M.position(text)
  for row, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
    local column = line:find(text, 1, true)
    if column then
      return row - 1, column - 1
    end
  end
  error('not in the buffer: ' .. text)
end

--- Puts the cursor on the first occurrence of `text`.
function M.go_to(text)
  local row, column = M.position(text)
  vim.api.nvim_win_set_cursor(0, { row + 1, column + 1 })
end

--- Text of the first floating window, or nil while there is none.
function M.floating_text()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true), '\n')
    end
  end
end

--- What `:LspHfVersions` says in the current buffer.
function M.versions()
  M.wait('the user command', function()
    return vim.api.nvim_buf_get_commands(0, {}).LspHfVersions
  end)
  local said
  local notify = vim.notify
  vim.notify = function(text)
    said = text
  end
  vim.cmd.LspHfVersions()
  M.wait('the versions', function()
    return said
  end)
  vim.notify = notify
  return said
end

--- Runs the scenario and ends Neovim with its outcome.
function M.run(scenario)
  local passed, problem = xpcall(scenario, debug.traceback)
  if not passed then
    say(problem)
    say('messages: ' .. vim.api.nvim_exec2('messages', { output = true }).output)
    vim.cmd('cquit 1')
  end
  vim.cmd('qall!')
end

return M
