-- workspace: upgrade
-- The README's configuration for older Neovims, taken from the README itself.
local t = require('harness')

t.run(function()
  vim.lsp.enable('hf_lsp', false)
  local readme = table.concat(vim.fn.readfile(vim.env.HF_LSP_NVIM .. '/README.md'), '\n')
  local code = readme:match('## Neovim 0%.8.-```lua\n(.-)\n```')
  assert(load(code, 'README.md'))()

  vim.cmd.edit('train.py')
  local client = t.wait('the server to attach', function()
    return vim.lsp.get_clients({ bufnr = 0, name = 'hf_lsp' })[1]
  end)
  assert(vim.fs.basename(client.root_dir) == 'upgrade', client.root_dir)
  t.wait('the removed argument to be reported', function()
    return t.findings('`evaluation_strategy` was removed')[1]
  end)
end)
