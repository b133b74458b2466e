-- What a user writes to use hf-lsp, and nothing else that the tests would depend on.
vim.opt.runtimepath:prepend(vim.env.HF_LSP_NVIM)
vim.lsp.enable('hf_lsp')
vim.diagnostic.config({ virtual_text = true })
vim.o.winborder = 'rounded'
