-- workspace: upgrade
-- An old training script: the finding, its hover, its fix, and everything else fixed at once.
local t = require('harness')

local OLD = '`evaluation_strategy` was removed from `TrainingArguments`'

t.run(function()
  vim.cmd.edit('train.py')
  local client = t.wait('the server to attach', function()
    return vim.lsp.get_clients({ bufnr = 0, name = 'hf_lsp' })[1]
  end)
  assert(client.server_info.name == 'hf-lsp', vim.inspect(client.server_info))
  assert(vim.fs.basename(client.root_dir) == vim.fs.basename(vim.uv.cwd()), client.root_dir)

  local finding = t.wait('the removed argument to be reported', function()
    return t.findings(OLD)[1]
  end)
  local row, column = t.position('evaluation_strategy')
  assert(finding.lnum == row and finding.col == column, vim.inspect(finding))
  assert(finding.end_col == column + #'evaluation_strategy', vim.inspect(finding))
  assert(finding.code == 'HF103' and finding.source == 'hf-lsp', vim.inspect(finding))
  assert(finding.severity == vim.diagnostic.severity.ERROR, vim.inspect(finding))

  t.go_to('evaluation_strategy')
  vim.lsp.buf.hover()
  local hover = t.wait('the hover', t.floating_text)
  assert(hover:find('eval_strategy', 1, true), hover)

  t.go_to('evaluation_strategy')
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == 'Rename to `eval_strategy`'
    end,
  })
  t.wait('the argument to be renamed', function()
    return vim.api.nvim_buf_get_lines(0, row, row + 1, true)[1] == '    eval_strategy="epoch",'
  end)
  t.wait('that finding to be gone', function()
    return #t.findings(OLD) == 0
  end)

  assert(#t.findings('`tokenizer`') == 1, vim.inspect(vim.diagnostic.get(0)))
  vim.lsp.buf.code_action({ apply = true, context = { only = { 'source.fixAll.hf-lsp' }, diagnostics = {} } })
  t.wait('everything else to be fixed', function()
    return #vim.diagnostic.get(0) == 0
  end)
  t.position('processing_class=tokenizer,')
end)
