---@brief
--- Finds Hugging Face calls that the library versions of a project no longer accept, and fixes them.
---
--- `settings['hf-lsp']` takes `python`, `targets`, `select`, `ignore` and `inlayHints`; `init_options` takes `network`, `trusted`,
--- `endpoint` and `privateNamespaces`. The README one folder up describes them.

-- The first of these that exists in a folder above the file decides; a file without any is checked on its own.
local markers = { 'hf-lsp.toml', 'uv.lock', 'poetry.lock', 'pdm.lock', 'pyproject.toml', 'requirements.txt', '.git' }

-- What else holds commands, configuration and examples.
local others = { 'sh', 'bash', 'zsh', 'dockerfile', 'make', 'yaml', 'json', 'jsonc', 'markdown' }

--- Of all TOML files only the project's own ones concern the server.
local function is_foreign_toml(bufnr)
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(bufnr))
  return vim.bo[bufnr].filetype == 'toml' and name ~= 'pyproject.toml' and name ~= 'hf-lsp.toml'
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
    params.initializationOptions = vim.tbl_extend('force', config.init_options or {}, { settings = settings })
  end,
  on_attach = function(client, bufnr)
    vim.api.nvim_buf_create_user_command(bufnr, 'LspHfVersions', function()
      show_versions(client, bufnr)
    end, { desc = 'Show which library versions hf-lsp checks against' })
  end,
}
