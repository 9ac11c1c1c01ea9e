import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

import { Previews } from "./preview";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const previews = new Previews(program);
  context.subscriptions.push(
    previews,
    vscode.commands.registerCommand("iommulint.restart", restart),
    vscode.commands.registerCommand("iommulint.previewLibvirt", () => previews.show("libvirt")),
    vscode.commands.registerCommand("iommulint.previewQemu", () => previews.show("qemu")),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("iommulint.path")) {
        await restart();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}

function program(): string {
  return vscode.workspace.getConfiguration("iommulint").get("path", "iommulint");
}

async function start(): Promise<void> {
  const server: ServerOptions = { command: program(), args: ["lsp"] };
  const options: LanguageClientOptions = {
    // What is shown of a lowered file is not checked again.
    documentSelector: ["kdl", "xml", "shellscript"].flatMap((language) => [
      { scheme: "file", language },
      { scheme: "untitled", language },
    ]),
  };
  client = new LanguageClient("iommulint", "iommulint", server, options);
  try {
    await client.start();
  } catch (error) {
    const choice = await vscode.window.showErrorMessage(
      `iommulint: cannot start \`${program()} lsp\`: ${(error as Error).message}`,
      "Open settings",
    );
    if (choice !== undefined) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "iommulint.path");
    }
  }
}

async function restart(): Promise<void> {
  const old = client;
  client = undefined;
  // One that never started has nothing to be stopped.
  await old?.dispose().catch(() => undefined);
  await start();
}
