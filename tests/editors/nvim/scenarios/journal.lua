-- workspace: journal
-- A plan that differs from its script: the finding, lenses, a step done, an id renamed, a command that is typed.
local t = require('harness')

local function text_of(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n')
end

--- The words that stand beside the line of `text`.
local function beside(text)
  local row = t.position(text)
  local words = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, -1, { row, 0 }, { row, -1 }, { details = true })) do
    if (vim.api.nvim_get_namespaces()['nvim.lsp.codelens:1'] or -1) == mark[4].ns_id then
      for _, chunk in ipairs(mark[4].virt_text) do
        table.insert(words, chunk[1])
      end
    end
  end
  return table.concat(words)
end

t.run(function()
  vim.cmd.edit('dev-journal/OUR-PLAN.md')
  local client = t.wait('the server to attach', function()
    return vim.lsp.get_clients({ bufnr = 0, name = 'hf_lsp' })[1]
  end)
  local finding = t.wait('the difference to be reported', function()
    return t.findings('`learning_rate` is 2e-4 here, and 1e-4 in `src/train.py`')[1]
  end)
  assert(finding.code == 'HFP303', vim.inspect(finding))
  t.wait('how far the plan is', function()
    return beside('# OUR-PLAN'):find('2 of 4 done · next 3.1', 1, true)
  end)

  t.go_to('3.1 The base model')
  vim.cmd('HfLspPlan done')
  t.wait('the box to be ticked', function()
    return text_of(0):find('- [x] 3.1 The base model alone', 1, true)
  end)
  t.wait('the entry of the changelog', function()
    local log = vim.fn.bufnr('dev-journal/CHANGELOG.md')
    return log > 0 and text_of(log):find('- evaluation: The base model alone (step 3.1)', 1, true)
  end)
  t.wait('how far the plan is now', function()
    return beside('# OUR-PLAN'):find('3 of 4 done · next 4.1', 1, true)
  end)

  vim.cmd('1')
  vim.cmd('HfLspPlan next')
  t.wait('the cursor at the next step', function()
    return vim.api.nvim_get_current_line() == '- [ ] 4.1 Draw the curves'
  end)

  t.go_to('2.1 Write the training script')
  vim.lsp.buf.rename('2.3')
  t.wait('the id to be another one, wherever it is named', function()
    local text = text_of(0)
    local log = text_of(vim.fn.bufnr('dev-journal/CHANGELOG.md'))
    return text:find('- [x] 2.3 Write', 1, true) and text:find('Depends: 2.3', 1, true) and log:find('(step 2.3)', 1, true)
  end)

  client:exec_cmd({ title = 'Copy', command = 'hf-lsp.copy', arguments = { 'uv sync --locked' } })
  assert(vim.fn.getreg('"') == 'uv sync --locked', vim.fn.getreg('"'))

  -- One line, however many it was: the second word `touch` is a file then, and nothing ran before Enter.
  client:exec_cmd({ title = 'Run', command = 'hf-lsp.terminal', arguments = { 'touch a\ntouch b\n', vim.uv.cwd() } })
  assert(vim.bo.buftype == 'terminal', vim.bo.buftype)
  t.wait('the command to be typed', function()
    return text_of(0):find('touch a touch b', 1, true)
  end)
  vim.api.nvim_chan_send(vim.bo.channel, '\r')
  t.wait('the command to run', function()
    return vim.uv.fs_stat('b')
  end)
  assert(vim.uv.fs_stat('touch'), 'a line break was typed')
  vim.cmd('bdelete!')
end)
