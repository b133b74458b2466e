-- workspace: planner
-- A plan made around a script, and its files written.
local t = require('harness')

local function text_of(name)
  local buffer = vim.fn.bufnr(name)
  return buffer > 0 and table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n') or ''
end

t.run(function()
  vim.cmd.edit('train.py')
  t.wait('the server to attach', function()
    return vim.lsp.get_clients({ bufnr = 0, name = 'hf_lsp' })[1]
  end)
  vim.cmd('HfLspPlan script')
  t.wait('the plan', function()
    local plan = text_of('dev-journal/OUR-PLAN.md')
    return plan:find('`Qwen/Qwen3-4B`', 1, true) and plan:find('data/chats.jsonl', 1, true) and plan:find('acme/helper', 1, true)
  end)
  vim.cmd('wall')
  t.wait('the plan on disk', function()
    return vim.fn.filereadable('dev-journal/OUR-PLAN.md') == 1 and vim.fn.filereadable('dev-journal/.our-plan.json') == 1
  end)
  vim.cmd('HfLspPlan write')
  t.wait('the files of the plan', function()
    return text_of('src/train.py'):find('MODEL = "Qwen/Qwen3-4B"', 1, true)
  end)
end)
