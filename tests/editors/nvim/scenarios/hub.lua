-- workspace: hub
-- Documentation of an installed package, a model of a Hub that the configuration names, the signature of a call, and
-- what a user may say about the network; as the README writes it.
local t = require('harness')

local STAND_IN = vim.fs.normalize(vim.env.HF_LSP_NVIM .. '/../../tests/editors/lib/stand-in-hub.mjs')

--- Starts a stand-in of the Hub; gives its address, and the paths that were asked for.
local function start_hub()
  local address
  local asked = {}
  local function read(_, lines)
    for _, line in ipairs(lines) do
      local said = line ~= '' and vim.json.decode(line) or {}
      address = said.address or address
      table.insert(asked, said.path)
    end
  end
  local job = vim.fn.jobstart({ 'node', STAND_IN }, { on_stdout = read })
  assert(job > 0, 'node did not start')
  t.wait('the stand-in to listen', function()
    return address
  end)
  return address, asked
end

--- What a hover at `text` says once it contains `wanted`; it may say less at first.
local function hover(text, wanted)
  return t.wait(('the hover at %s to say: %s'):format(text, wanted), function()
    t.go_to(text)
    local params = vim.lsp.util.make_position_params(0, 'utf-16')
    local answers = vim.lsp.buf_request_sync(0, 'textDocument/hover', params, 5000) or {}
    for _, answer in pairs(answers) do
      local said = answer.result and answer.result.contents.value or ''
      if said:find(wanted, 1, true) then
        return said
      end
    end
  end)
end

t.run(function()
  local address, asked = start_hub()
  -- The README's lines, with the address of the stand-in.
  local readme = table.concat(vim.fn.readfile(vim.env.HF_LSP_NVIM .. '/README.md'), '\n')
  local code = readme:match('## The Hub and the documentation.-```lua\n(.-)\n```')
  assert(load(code:gsub("'https://huggingface%.co'", "'" .. address .. "'"), 'README.md'))()
  vim.lsp.config('hf_lsp', { cmd_env = { HF_HUB_OFFLINE = '0' } })

  vim.cmd.edit('train.py')
  local client = t.wait('the server to attach', function()
    return vim.lsp.get_clients({ bufnr = 0, name = 'hf_lsp' })[1]
  end)
  assert(client.config.init_options.network == 'on-demand', vim.inspect(client.config.init_options))

  hover('dtype', 'transformers 5.23.0')
  assert(#asked == 0 or not vim.iter(asked):any(function(path)
    return path:find('/api/', 1, true)
  end), vim.inspect(asked))
  local said = hover('acme-labs/tiny-chat-1b', 'context 8,192 tokens')
  assert(said:find('1.10 B parameters', 1, true) and said:find('apache-2.0', 1, true), said)
  assert(vim.list_contains(asked, '/api/models/acme-labs/tiny-chat-1b'), vim.inspect(asked))

  vim.lsp.buf.hover()
  local shown = t.wait('the window', t.floating_text)
  assert(shown:find('tiny-chat-1b', 1, true), shown)
  vim.cmd('fclose!')

  t.go_to('split=')
  vim.lsp.buf.signature_help()
  local signature = t.wait('the signature', t.floating_text)
  assert(signature:find('load_dataset(', 1, true) and signature:find('split', 1, true), signature)
end)
