-- The language server of iommulint, for Neovim 0.11 and later.
-- As `lsp/iommulint.lua` in the configuration folder; `vim.lsp.enable("iommulint")` starts it.

---@type vim.lsp.Config
return {
  cmd = { "iommulint", "lsp" },
  -- Of XML files and shell scripts, the server looks at those only which hold a domain or start QEMU.
  filetypes = { "kdl", "xml", "sh" },
  root_markers = { "iommulint.toml", ".git" },
}
