-- workspace: upgrade
-- The user command names the versions and where they were found; TOML files of others are left alone.
local t = require('harness')

t.run(function()
  vim.cmd.edit('train.py')
  local said = t.versions()
  assert(said:find('transformers 5.23.0', 1, true) and said:find('requirements.txt', 1, true), said)

  vim.cmd.edit('requirements.txt')
  assert(vim.bo.filetype == 'requirements', vim.bo.filetype)
  t.wait('the server on the requirements', function()
    return vim.lsp.get_clients({ bufnr = 0, name = 'hf_lsp' })[1]
  end)
  assert(#vim.lsp.get_clients({ name = 'hf_lsp' }) == 1, 'one project, one server')

  vim.cmd.edit('Cargo.toml')
  assert(vim.bo.filetype == 'toml', vim.bo.filetype)
  assert(#vim.lsp.get_clients({ bufnr = 0, name = 'hf_lsp' }) == 0, 'attached to a foreign TOML file')
end)
