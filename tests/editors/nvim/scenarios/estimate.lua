-- workspace: estimate
-- Memory and time of a training that does not fit its card: above the configuration, under the cursor, on a page, and as a
-- change that makes it fit. The model's configuration lies in the project.
local t = require('harness')

local FINDING = 'the A10G it is meant for has 24'

local function lens(pattern)
  for _, it in ipairs(vim.lsp.codelens.get(0)) do
    if it.command and it.command.title:find(pattern) then
      return it
    end
  end
end

--- The text of the page, where there is one.
local function page()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local buffer = vim.api.nvim_win_get_buf(window)
    if vim.api.nvim_buf_get_name(buffer):find('hf-lsp-estimate://train.py', 1, true) then
      return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n'), window
    end
  end
end

t.run(function()
  vim.cmd.edit('train.py')
  local code = vim.api.nvim_get_current_win()
  t.wait('what it takes, above the configuration', function()
    return lens('^effective batch 4 · [%d.]+ of 24 GiB: does not fit · .+ on one A10G$')
  end)
  t.wait('the finding', function()
    return t.findings(FINDING)[1]
  end)
  t.go_to('SFTConfig(')
  vim.lsp.buf.hover()
  local hover = t.wait('what it is made of, under the cursor', function()
    local text = t.floating_text()
    return text and text:find('| weights |', 1, true) and text
  end)
  assert(hover:find('CUDA context and kernels', 1, true), hover)

  vim.cmd('HfLspEstimate')
  local text = t.wait('the page', function()
    return (page())
  end)
  for _, part in ipairs({ '# Memory and time of `train.py`', '## `trl.SFTTrainer`, line 5', 'default of transformers 5.23.0' }) do
    assert(text:find(part, 1, true), part .. ' is not in ' .. text)
  end
  local _, window = page()
  assert(vim.api.nvim_get_current_win() == window and not vim.bo.modifiable and vim.bo.filetype == 'markdown')
  vim.api.nvim_feedkeys('q', 'xt', false)
  assert(not page(), 'q closes the page')

  vim.api.nvim_set_current_win(code)
  t.go_to('SFTConfig(')
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:find('Set `model_init_kwargs={"dtype": "bfloat16"}`: saves ', 1, true) == 1
    end,
  })
  t.wait('the lighter setting', function()
    return vim.api.nvim_buf_get_lines(0, 9, 10, true)[1] == '    model_init_kwargs={"dtype": "bfloat16"},'
  end)
  t.wait('the finding to go', function()
    return #t.findings(FINDING) == 0
  end)
  local fits = t.wait('the line above to say that it fits', function()
    return lens('^effective batch 4 · 1%d%.%d of 24 GiB · .+ on one A10G$')
  end)
  vim.api.nvim_win_set_cursor(0, { fits.range.start.line + 1, 0 })
  vim.lsp.codelens.run()
  t.wait('the page of what was changed, from the lens', function()
    local now = page()
    return now and now:find('line 10', 1, true)
  end)
  -- Once more: the same window, what is there now.
  vim.api.nvim_set_current_win(code)
  local windows = #vim.api.nvim_list_wins()
  vim.api.nvim_buf_set_lines(0, 6, 7, true, { '    per_device_train_batch_size=1,' })
  vim.cmd('HfLspEstimate')
  t.wait('the page anew', function()
    local now = page()
    return now and now:find('**effective batch 1 · ', 1, true)
  end)
  assert(#vim.api.nvim_list_wins() == windows, 'one window for a page')
  vim.cmd.close()

  -- Where nothing is trained it says so.
  local said
  vim.notify = function(message)
    said = message
  end
  vim.cmd.edit({ 'requirements.txt', bang = true })
  t.wait('the command in another file', function()
    return vim.api.nvim_buf_get_commands(0, {}).HfLspEstimate
  end)
  vim.cmd('HfLspEstimate')
  t.wait('the refusal', function()
    return said and said:find('trains and runs no model that can be read', 1, true)
  end)
end)
