-- workspace: upgrade
-- Somebody types: proposals come by themselves, are taken, and bring their imports. Only an editor in insert
-- mode completes, so a second one is started and typed into.
local t = require('harness')

local init = vim.fs.normalize(vim.env.HF_LSP_NVIM .. '/../../tests/editors/nvim/init.lua')
local attach = [[
  vim.api.nvim_create_autocmd('LspAttach', { callback = function(event)
    vim.lsp.completion.enable(true, event.data.client_id, event.buf, { autotrigger = true })
  end })
  vim.o.completeopt = 'menuone,noselect,popup'
  vim.cmd.edit('train.py')
]]

t.run(function()
  local command = { vim.v.progpath, '-n', '-i', 'NONE', '--clean', '--embed', '--headless', '-u', init }
  local editor = vim.fn.jobstart(command, { rpc = true })
  local function lua(code, ...)
    return vim.rpcrequest(editor, 'nvim_exec_lua', code, { ... })
  end
  local function type(keys)
    vim.rpcrequest(editor, 'nvim_input', keys)
  end
  local function line(row)
    return lua('return vim.api.nvim_buf_get_lines(0, ...)[1]', row - 1, row, false) or ''
  end
  --- The words in the menu, or nil while there is none.
  local function menu()
    local words = lua([[
      if vim.fn.pumvisible() == 0 then return {} end
      return vim.tbl_map(function(item) return item.abbr .. '|' .. item.word end, vim.fn.complete_info({ 'matches' }).matches)
    ]])
    return #words > 0 and words or nil
  end
  local function offered(label)
    return t.wait(label .. ' to be offered', function()
      return vim.iter(menu() or {}):find(function(entry)
        return vim.startswith(entry, label .. '|')
      end)
    end)
  end

  lua(attach)
  t.wait('the server to attach', function()
    return lua([[return #vim.lsp.get_clients({ bufnr = 0, name = 'hf_lsp' }) > 0]])
  end)
  type('Goargs = TrainingArguments(')
  offered('learning_rate=')
  type('learning_r')
  t.wait('one proposal', function()
    return #(menu() or {}) == 1
  end)
  type('<C-n><C-y>')
  local last = lua('return vim.fn.line("$")')
  t.wait('the argument to be written', function()
    return line(last) == 'args = TrainingArguments(learning_rate='
  end)
  type('3, eval_strategy="')
  offered('epoch')
  type('epoch")<Esc>oTrainerC<C-x><C-o>')
  offered('TrainerCallback')
  type('<C-n><C-y>')
  t.wait('the import', function()
    local text = table.concat(lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)'), '\n')
    return text:find('TrainingArguments, TrainerCallback,\n%).*\nTrainerCallback')
  end)
  vim.fn.jobstop(editor)
end)
