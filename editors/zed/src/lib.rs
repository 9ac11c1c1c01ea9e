//! Tells Zed how the language server is started.

use zed_extension_api::settings::{CommandSettings, LspSettings};
use zed_extension_api::{Command, Extension, LanguageServerId, Result, Worktree};

struct Iommulint;

impl Extension for Iommulint {
    fn new() -> Self {
        Self
    }

    /// What `lsp.iommulint.binary` says in Zed's settings, else `iommulint lsp` with the program on the `PATH`.
    fn language_server_command(
        &mut self,
        server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Command> {
        let said = LspSettings::for_worktree(server.as_ref(), worktree)?.binary;
        let CommandSettings { path, arguments, env } =
            said.unwrap_or(CommandSettings { path: None, arguments: None, env: None });
        let command = path.or_else(|| worktree.which("iommulint")).ok_or(
            "`iommulint` is not on the PATH; install it, or say where it is in `lsp.iommulint.binary.path`",
        )?;
        let mut variables = worktree.shell_env();
        variables.extend(env.unwrap_or_default());
        let args = arguments.unwrap_or_else(|| vec!["lsp".to_owned()]);
        Ok(Command { command, args, env: variables })
    }
}

zed_extension_api::register_extension!(Iommulint);
