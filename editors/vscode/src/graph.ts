import * as vscode from "vscode";

import { atCursor, type Previews } from "./preview";

/** Panels which draw what the guest will see, and follow as one types. */
export class Graphs implements vscode.Disposable {
  private readonly panels = new Map<string, vscode.WebviewPanel>();
  private readonly following: vscode.Disposable;

  constructor(private readonly previews: Previews) {
    this.following = previews.onDidChange((uri) => this.draw(uri));
  }

  /** Draws beside the active editor what the guest of the vm at its cursor will see. */
  async showAtCursor(): Promise<void> {
    const argument = atCursor("graph");
    const preview = argument && (await this.previews.of(argument));
    if (preview === undefined) {
      return;
    }
    const uri = vscode.Uri.parse(preview.uri);
    const key = uri.toString();
    const shown = this.panels.get(key);
    if (shown !== undefined) {
      shown.reveal(undefined, true);
    } else {
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      const panel = vscode.window.createWebviewPanel("iommulint.graph", preview.title, column);
      panel.onDidDispose(() => this.panels.delete(key));
      this.panels.set(key, panel);
    }
    await this.draw(uri);
  }

  /** Draws everything that is shown anew. */
  refresh(): void {
    for (const key of this.panels.keys()) {
      void this.draw(vscode.Uri.parse(key));
    }
  }

  dispose(): void {
    this.following.dispose();
    for (const panel of this.panels.values()) {
      panel.dispose();
    }
  }

  private async draw(uri: vscode.Uri): Promise<void> {
    const panel = this.panels.get(uri.toString());
    if (panel !== undefined) {
      panel.webview.html = page(await this.previews.provideTextDocumentContent(uri));
    }
  }
}

/** A page with a picture, or with the words that stand for it. */
function page(text: string): string {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
</head>
<body>${text.startsWith("<svg") ? text : `<pre>${escaped}</pre>`}</body>
</html>`;
}
