-- The language server of iommulint, for Neovim 0.11 and later.

local FILETYPES = { qemu = "sh", libvirt = "xml", map = "text" }

-- The buffer with a preview; none when it is shown no more.
local function buffer_of(uri)
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.b[buffer].iommulint_preview == uri then
      return buffer
    end
  end
end

-- Fills the buffer of a preview. The server says when it has to be filled again.
local function fill(client, uri)
  client:request("workspace/textDocumentContent", { uri = uri }, function(_, result)
    local buffer = buffer_of(uri)
    if result and buffer then
      vim.bo[buffer].modifiable = true
      vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(result.text:gsub("\n$", ""), "\n"))
      vim.bo[buffer].modifiable = false
    end
  end)
end

-- Shows a preview beside the file.
local function show(client, preview, kind)
  local buffer = buffer_of(preview.uri)
  if not buffer then
    buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, preview.uri)
    vim.b[buffer].iommulint_preview = preview.uri
    vim.bo[buffer].bufhidden = "wipe"
    vim.bo[buffer].filetype = FILETYPES[kind]
  end
  if vim.fn.bufwinid(buffer) == -1 then
    vim.api.nvim_open_win(buffer, false, { split = "right" })
  end
  fill(client, preview.uri)
end

-- Shows what the argument of a lens says, or of the vm at a position.
local function preview(client, argument, buffer)
  local params = { command = "iommulint.previewText", arguments = { argument } }
  client:request("workspace/executeCommand", params, function(_, result)
    if result then
      show(client, result, argument.kind)
    end
  end, buffer)
end

vim.lsp.config("iommulint", {
  cmd = { "iommulint", "lsp" },
  -- Of XML files and shell scripts, the server looks at those only which hold a domain or start QEMU; of KDL files,
  -- at those which are not of other programs.
  filetypes = { "kdl", "xml", "sh" },
  root_markers = { "iommulint.toml", ".git" },
  capabilities = { workspace = { textDocumentContent = { dynamicRegistration = false } } },
  commands = {
    ["iommulint.preview"] = function(command, context)
      local client = vim.lsp.get_client_by_id(context.client_id)
      preview(client, command.arguments[1], context.bufnr)
    end,
  },
  handlers = {
    ["workspace/textDocumentContent/refresh"] = function(_, params, context)
      if buffer_of(params.uri) then
        fill(vim.lsp.get_client_by_id(context.client_id), params.uri)
      end
      return vim.NIL
    end,
  },
  on_attach = function(client, buffer)
    vim.api.nvim_buf_create_user_command(buffer, "IommulintPreview", function(command)
      local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
      local argument = { uri = place.textDocument.uri, position = place.position, kind = command.args }
      preview(client, argument, buffer)
    end, {
      nargs = 1,
      complete = function()
        return { "qemu", "libvirt", "map" }
      end,
      desc = "Show beside the file what comes of the vm at the cursor",
    })
  end,
})
vim.lsp.enable("iommulint")

-- QEMU command lines.
vim.filetype.add({ extension = { args = "sh" } })
