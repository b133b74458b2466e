-- workspace: journal/sound
-- A plan that differs from its script: findings, lenses, a step done, an id renamed in all files, a command that is typed.
local t = require('harness')

local PLAN, LOG = 'dev-journal/OUR-PLAN.md', 'dev-journal/CHANGELOG.md'

local function text_of(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n')
end

--- The titles of the lenses at the line of `text`.
local function lenses(text)
  local row = t.position(text)
  local titles = {}
  for _, lens in ipairs(vim.lsp.codelens.get(0)) do
    if lens.range.start.line == row then
      table.insert(titles, lens.command.title)
    end
  end
  return table.concat(titles, ' | ')
end

t.run(function()
  local script = table.concat(vim.fn.readfile('src/train.py'), '\n')
  -- The plan says 2e-4.
  local changed = script:gsub('learning_rate=2e%-4', 'learning_rate=1e-4')
  vim.fn.writefile(vim.split(changed, '\n'), 'src/train.py')

  vim.cmd.edit(PLAN)
  local client = t.wait('the server to attach', function()
    return vim.lsp.get_clients({ bufnr = 0, name = 'hf_lsp' })[1]
  end)
  local finding = t.wait('the difference to be reported', function()
    return t.findings('learning_rate')[1]
  end)
  assert(finding.code == 'HFP303', vim.inspect(finding))
  t.wait('how far the plan is', function()
    return lenses('# OUR-PLAN'):find('%d+ of %d+ done')
  end)

  t.go_to('9.1 Draw the curves')
  vim.cmd('HfLspPlan done')
  t.wait('the box to be ticked', function()
    return text_of(0):find('- [x] 9.1 Draw the curves', 1, true)
  end)
  t.wait('the entry in the changelog', function()
    return text_of(vim.fn.bufadd(LOG)):find('%- experiment: [^\n]*%(step 9%.1%)')
  end)

  t.go_to('4.2 Smoke test')
  vim.lsp.buf.rename('4.7')
  t.wait('the id to be another one, wherever it is named', function()
    local text = text_of(0)
    return text:find('- [ ] 4.7 Smoke test', 1, true) and text:find('Depends: 4.7, 5.1, 9.1', 1, true)
      and not text:find('4.2', 1, true)
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
