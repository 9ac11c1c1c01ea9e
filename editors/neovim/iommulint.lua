-- The language server of iommulint, for Neovim 0.11 and later.

vim.lsp.config("iommulint", {
  cmd = { "iommulint", "lsp" },
  -- Of XML files and shell scripts, the server looks at those only which hold a domain or start QEMU.
  filetypes = { "kdl", "xml", "sh" },
  root_markers = { "iommulint.toml", ".git" },
})
vim.lsp.enable("iommulint")

-- QEMU command lines.
vim.filetype.add({ extension = { args = "sh" } })
