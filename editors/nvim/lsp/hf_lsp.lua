---@brief
--- Finds Hugging Face calls that the library versions of a project no longer accept, and fixes them.
---
--- Compares a plan in `dev-journal/` with the project, and helps to write it. Estimates memory and time of a training.
---
--- `settings['hf-lsp']` takes `python`, `targets`, `select`, `ignore`, `inlayHints`, `codeLens`, `gpu` and `journal`; `init_options` takes
--- `network`, `trusted`, `endpoint` and `privateNamespaces`. The README one folder up describes them.

-- The first of these that exists in a folder above the file decides; a file without any is checked on its own. A plan stands
-- for its whole project, that has a `pyproject.toml` for each of its environments.
local markers = { 'dev-journal', 'hf-lsp.toml', 'uv.lock', 'poetry.lock', 'pdm.lock', 'pyproject.toml', 'requirements.txt', '.git' }

-- What else holds commands, configuration and examples.
local others = { 'sh', 'bash', 'zsh', 'dockerfile', 'make', 'yaml', 'json', 'jsonc', 'markdown' }

--- Of all TOML files only the project's own ones concern the server.
local function is_foreign_toml(bufnr)
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(bufnr))
  return vim.bo[bufnr].filetype == 'toml' and name ~= 'pyproject.toml' and name ~= 'hf-lsp.toml'
end

--- A command of a plan as one line that does nothing until somebody presses Enter, in the order in which it is read.
local function typed(text)
  local controls = { '%c+', '\xc2[\x80-\x9f]', '\xe2\x80[\x8e\x8f\xa8-\xae]', '\xe2\x81[\xa6-\xa9]', '\xd8\x9c' }
  for _, control in ipairs(controls) do
    text = text:gsub(control, ' ')
  end
  return vim.trim(text)
end

--- Shows a page in Markdown in a window of its own, which `q` closes; what was shown there before goes.
local function show_page(name, text)
  local buffer = vim.fn.bufnr('^' .. vim.fn.escape(name, '*?[]{},\\') .. '$')
  local window = buffer > 0 and vim.fn.bufwinid(buffer) or -1
  if window > 0 then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd(vim.o.columns >= 200 and 'botright vnew' or 'botright new')
    buffer = vim.api.nvim_get_current_buf()
    vim.bo[buffer].buftype, vim.bo[buffer].bufhidden, vim.bo[buffer].swapfile = 'nofile', 'wipe', false
    vim.api.nvim_buf_set_name(buffer, name)
    vim.bo[buffer].filetype = 'markdown'
    vim.wo.wrap, vim.wo.spell, vim.wo.number, vim.wo.list = false, false, false, false
    vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, nowait = true, desc = 'Close this page' })
  end
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, true, vim.split(vim.trim(text), '\n'))
  vim.bo[buffer].modifiable, vim.bo[buffer].modified = false, false
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
end

--- Has the server estimate memory and time of what a document trains, and shows it.
local function show_estimate(client, uri, bufnr)
  local command = { title = 'Estimate memory and time', command = 'hf-lsp.estimate', arguments = { { uri = uri } } }
  client:exec_cmd(command, { bufnr = bufnr }, function(err, page)
    if err then
      vim.notify(err.message, vim.log.levels.WARN)
    elseif type(page) == 'string' then
      show_page('hf-lsp-estimate://' .. vim.fs.basename(vim.uri_to_fname(uri)), page)
    end
  end)
end

--- What lenses do in this editor; the server offers them to clients that have these.
local lens_commands = {
  ['hf-lsp.copy'] = function(command)
    local text = command.arguments[1]
    vim.fn.setreg('"', text)
    if vim.fn.has('clipboard') == 1 then
      vim.fn.setreg('+', text)
    end
    vim.notify('Copied: ' .. text)
  end,
  -- Types the command into a new terminal, and leaves it to the person to press Enter.
  ['hf-lsp.terminal'] = function(command)
    local text, folder = unpack(command.arguments)
    vim.cmd('botright new')
    vim.cmd.lcd({ folder, magic = { file = false } })
    vim.cmd.terminal()
    vim.api.nvim_chan_send(vim.bo.channel, typed(text))
    vim.cmd.startinsert()
  end,
  ['hf-lsp.showEstimate'] = function(command, context)
    show_estimate(assert(vim.lsp.get_client_by_id(context.client_id)), command.arguments[1], context.bufnr)
  end,
  ['hf-lsp.show'] = function(command, context)
    local uri, range = unpack(command.arguments)
    local client = assert(vim.lsp.get_client_by_id(context.client_id))
    vim.lsp.util.show_document({ uri = uri, range = range }, client.offset_encoding, { focus = true })
  end,
}

--- Runs a command of the server for the cursor; `done` gets its answer. A refusal is shown as the server says it.
local function ask(client, bufnr, name, more, done)
  local place = { uri = vim.uri_from_bufnr(bufnr), version = vim.lsp.util.buf_versions[bufnr] }
  local position = vim.lsp.util.make_position_params(0, client.offset_encoding).position
  local command = { title = name, command = name, arguments = vim.list_extend({ place, position }, more) }
  client:exec_cmd(command, { bufnr = bufnr }, function(err, answer)
    if err then
      vim.notify(err.message, vim.log.levels.WARN)
    elseif done then
      done(answer)
    end
  end)
end

--- What `:HfLspPlan` takes.
local plan = {
  done = function(client, bufnr)
    ask(client, bufnr, 'hf-lsp.plan.done', {})
  end,
  start = function(client, bufnr)
    ask(client, bufnr, 'hf-lsp.plan.start', {})
  end,
  skip = function(client, bufnr, reason)
    local function skip(given)
      if given then
        ask(client, bufnr, 'hf-lsp.plan.skip', { vim.trim(given) })
      end
    end
    if reason ~= '' then
      skip(reason)
    else
      vim.ui.input({ prompt = 'Why is this step not needed? ' }, skip)
    end
  end,
  insert = function(client, bufnr)
    ask(client, bufnr, 'hf-lsp.plan.insertStep', {})
  end,
  project = function(client, bufnr, use_case)
    ask(client, bufnr, 'hf-lsp.plan.project', { use_case ~= '' and { useCase = use_case } or vim.empty_dict() })
  end,
  script = function(client, bufnr)
    ask(client, bufnr, 'hf-lsp.plan.script', {})
  end,
  update = function(client, bufnr)
    ask(client, bufnr, 'hf-lsp.plan.update', {})
  end,
  write = function(client, bufnr)
    ask(client, bufnr, 'hf-lsp.plan.write', {})
  end,
  next = function(client, bufnr)
    ask(client, bufnr, 'hf-lsp.plan.next', {}, function(place)
      if type(place) == 'table' and place.uri then
        vim.lsp.util.show_document(place, client.offset_encoding, { focus = true })
      else
        vim.notify('No step of the plan is left that can be started')
      end
    end)
  end,
}

local function run_plan_command(client, bufnr, line)
  local name, rest = line:match('^(%S*)%s*(.-)%s*$')
  if plan[name] then
    plan[name](client, bufnr, rest)
  else
    vim.notify(':HfLspPlan takes ' .. table.concat(vim.fn.sort(vim.tbl_keys(plan)), ', '), vim.log.levels.ERROR)
  end
end

--- Shows the lenses of this server, and again whenever they may differ; newer Neovims do that themselves.
local function show_lenses(client, bufnr)
  if vim.lsp.codelens.enable then
    return vim.lsp.codelens.enable(true, { client_id = client.id })
  end
  local function refresh()
    if not vim.lsp.buf_is_attached(bufnr, client.id) then
      return true
    end
    local params = { textDocument = vim.lsp.util.make_text_document_params(bufnr) }
    client:request('textDocument/codeLens', params, vim.lsp.codelens.on_codelens, bufnr)
  end
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged', 'DiagnosticChanged' }, {
    group = vim.api.nvim_create_augroup(('hf_lsp_lenses_%d_%d'):format(client.id, bufnr), {}),
    buffer = bufnr,
    desc = 'Ask hf-lsp for its code lenses',
    callback = refresh,
  })
  refresh()
end

local function show_versions(client, bufnr)
  local command = { title = 'Show resolved versions', command = 'hf-lsp.showVersions', arguments = { vim.uri_from_bufnr(bufnr) } }
  client:exec_cmd(command, { bufnr = bufnr }, function(err, versions)
    local lines = vim.tbl_map(function(entry)
      return ('%s %s  (%s)'):format(entry.library, entry.version, entry.source)
    end, versions or {})
    local text = err and err.message or #lines == 0 and 'No Hugging Face library found' or table.concat(lines, '\n')
    vim.notify(text, err and vim.log.levels.ERROR or vim.log.levels.INFO)
  end)
end

---@type vim.lsp.Config
return {
  cmd = { 'hf-lsp', 'server' },
  filetypes = vim.list_extend({ 'python', 'requirements', 'toml' }, others),
  root_dir = function(bufnr, start)
    if is_foreign_toml(bufnr) then
      return
    end
    for _, marker in ipairs(markers) do
      local root = vim.fs.root(bufnr, marker)
      if root then
        return start(root)
      end
    end
    -- What is no Python concerns the server in projects alone.
    if not vim.list_contains(others, vim.bo[bufnr].filetype) then
      start(nil)
    end
  end,
  settings = { ['hf-lsp'] = vim.empty_dict() },
  -- The server reads the same settings at its start, before it can ask for them.
  before_init = function(params, config)
    local settings = (config.settings or {})['hf-lsp'] or vim.empty_dict()
    params.initializationOptions = vim.tbl_extend('force', config.init_options or {}, {
      settings = settings,
      commands = vim.tbl_keys(lens_commands),
    })
  end,
  commands = lens_commands,
  on_attach = function(client, bufnr)
    vim.api.nvim_buf_create_user_command(bufnr, 'LspHfVersions', function()
      show_versions(client, bufnr)
    end, { desc = 'Show which library versions hf-lsp checks against' })
    vim.api.nvim_buf_create_user_command(bufnr, 'HfLspEstimate', function()
      show_estimate(client, vim.uri_from_bufnr(bufnr), bufnr)
    end, { desc = 'Show the memory and the time that this script takes' })
    vim.api.nvim_buf_create_user_command(bufnr, 'HfLspPlan', function(options)
      run_plan_command(client, bufnr, options.args)
    end, {
      nargs = '+',
      desc = 'Make a plan: project, script, update, write; change it: done, start, skip, insert; or go to its next step',
      complete = function(typed_so_far)
        return vim.tbl_filter(function(name)
          return vim.startswith(name, typed_so_far)
        end, vim.fn.sort(vim.tbl_keys(plan)))
      end,
    })
    show_lenses(client, bufnr)
  end,
}
