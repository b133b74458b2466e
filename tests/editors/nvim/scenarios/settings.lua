-- workspace: upgrade
-- A user's settings reach the server, at its start and when they change.
local t = require('harness')

t.run(function()
  vim.lsp.config('hf_lsp', { settings = { ['hf-lsp'] = { targets = { 'transformers==4.40.2' } } } })
  vim.cmd.edit('train.py')
  local said = t.versions()
  assert(said:find('transformers 4.40.2', 1, true), said)

  local client = vim.lsp.get_clients({ bufnr = 0, name = 'hf_lsp' })[1]
  client.settings['hf-lsp'] = { targets = { 'transformers==4.44.2' } }
  client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  t.wait('the changed version', function()
    return t.versions():find('transformers 4.44.2', 1, true)
  end)
end)
