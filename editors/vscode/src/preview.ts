import { dirname } from "node:path";
import * as vscode from "vscode";

import { lower, type Target } from "./lowering";

const SCHEME = "iommulint-lowered";

const LANGUAGE: Record<Target, string> = { libvirt: "xml", qemu: "shellscript" };

/** Documents which show what a file is lowered to, and follow as one types. */
export class Previews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly disposables: vscode.Disposable[];
  readonly onDidChange = this.changed.event;

  constructor(private readonly program: () => string) {
    this.disposables = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument((event) => this.refresh(event.document.uri)),
    ];
  }

  /** Shows beside the active editor what its file is lowered to. */
  async show(target: Target): Promise<void> {
    const source = vscode.window.activeTextEditor?.document;
    if (source?.languageId !== "kdl") {
      void vscode.window.showInformationMessage("iommulint: open a KDL file to see what it is lowered to");
      return;
    }
    const preview = await vscode.workspace.openTextDocument(previewOf(source.uri, target));
    await vscode.languages.setTextDocumentLanguage(preview, LANGUAGE[target]);
    await vscode.window.showTextDocument(preview, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  async provideTextDocumentContent(preview: vscode.Uri): Promise<string> {
    const { source, target } = sourceOf(preview);
    const document = await vscode.workspace.openTextDocument(source);
    const folder =
      source.scheme === "file" ? dirname(source.fsPath) : (vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? ".");
    try {
      return (await lower(this.program(), target, document.getText(), folder)).text;
    } catch (error) {
      return `cannot run \`${this.program()}\`: ${(error as Error).message}\n`;
    }
  }

  dispose(): void {
    for (const disposable of this.disposables) {
      disposable.dispose();
    }
  }

  private refresh(source: vscode.Uri): void {
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === SCHEME && sourceOf(document.uri).source.toString() === source.toString()) {
        this.changed.fire(document.uri);
      }
    }
  }
}

function previewOf(source: vscode.Uri, target: Target): vscode.Uri {
  const extension = target === "libvirt" ? "xml" : "args";
  return vscode.Uri.from({
    scheme: SCHEME,
    path: `${source.path}.${extension}`,
    query: JSON.stringify({ source: source.toString(), target }),
  });
}

function sourceOf(preview: vscode.Uri): { source: vscode.Uri; target: Target } {
  const { source, target } = JSON.parse(preview.query) as { source: string; target: Target };
  return { source: vscode.Uri.parse(source), target };
}
