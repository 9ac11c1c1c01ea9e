import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

import { Graphs } from "./graph";
import { Previews } from "./preview";
import { PREVIEW, type Argument } from "./protocol";

let client: LanguageClient | undefined;
let previews: Previews;
let graphs: Graphs;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  previews = new Previews();
  graphs = new Graphs(previews);
  context.subscriptions.push(
    previews,
    graphs,
    vscode.commands.registerCommand("iommulint.restart", restart),
    vscode.commands.registerCommand("iommulint.previewLibvirt", () => previews.showAtCursor("libvirt")),
    vscode.commands.registerCommand("iommulint.previewQemu", () => previews.showAtCursor("qemu")),
    vscode.commands.registerCommand("iommulint.previewMap", () => previews.showAtCursor("map")),
    vscode.commands.registerCommand("iommulint.graph", () => graphs.showAtCursor()),
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
    // What is shown of a vm is not checked again.
    documentSelector: ["kdl", "xml", "shellscript"].flatMap((language) => [
      { scheme: "file", language },
      { scheme: "untitled", language },
    ]),
    middleware: {
      // What a lens shows is shown by us: beside the file, and following it.
      executeCommand: (command, args, next) =>
        command === PREVIEW ? previews.show(args[0] as Argument) : next(command, args),
    },
  };
  client = new LanguageClient("iommulint", "iommulint", server, options);
  previews.serve(client);
  try {
    await client.start();
    previews.refresh();
    graphs.refresh();
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
