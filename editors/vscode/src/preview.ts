import * as vscode from "vscode";
import {
  ExecuteCommandRequest,
  type ClientCapabilities,
  type FeatureState,
  type LanguageClient,
  type StaticFeature,
} from "vscode-languageclient/node";

import { CONTENT, PREVIEW_TEXT, REFRESH, SCHEME, type Argument, type Kind, type Preview } from "./protocol";

/** Documents which show what comes of a vm, and follow as one types: the server says when they have changed. */
export class Previews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  // Looks at `onDidChange` at once.
  private readonly provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  private client: LanguageClient | undefined;

  /** Has `client`, which does not run yet, show previews from now on. */
  serve(client: LanguageClient): void {
    this.client = client;
    client.registerFeature(new ContentFeature(client, (uri) => this.changed.fire(uri)));
  }

  /** Asks for everything that is shown anew. */
  refresh(): void {
    for (const document of vscode.workspace.textDocuments) {
      if (document.uri.scheme === SCHEME) {
        this.changed.fire(document.uri);
      }
    }
  }

  /** Shows beside the active editor what comes of the vm at its cursor. */
  async showAtCursor(kind: Kind): Promise<void> {
    const argument = atCursor(kind);
    if (argument !== undefined) {
      await this.show(argument);
    }
  }

  /** What comes of a vm; whoever asks for its text is told when that changes. */
  async of(argument: Argument): Promise<Preview | undefined> {
    const preview = await this.client?.sendRequest<Preview | null>(ExecuteCommandRequest.method, {
      command: PREVIEW_TEXT,
      arguments: [argument],
    });
    if (preview == null) {
      void vscode.window.showErrorMessage("iommulint: the language server has no preview of this file");
    }
    return preview ?? undefined;
  }

  /** Shows a preview beside the active editor. */
  async show(argument: Argument): Promise<void> {
    const preview = await this.of(argument);
    if (preview === undefined) {
      return;
    }
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(preview.uri));
    if (document.languageId !== preview.languageId) {
      await vscode.languages.setTextDocumentLanguage(document, preview.languageId);
    }
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    if (this.client?.isRunning() !== true) {
      return "The language server does not run.\n";
    }
    return (await this.client.sendRequest<{ text: string }>(CONTENT, { uri: uri.toString() })).text;
  }

  dispose(): void {
    this.provider.dispose();
    this.changed.dispose();
  }
}

/** What asks for what comes of the vm at the cursor; nothing when the cursor is in no file of ours. */
export function atCursor(kind: Kind): Argument | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "kdl") {
    void vscode.window.showInformationMessage("iommulint: open a KDL file to see what comes of it");
    return undefined;
  }
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), kind, position: { line, character } };
}

/** `workspace/textDocumentContent` of LSP 3.18, which vscode-languageclient does not know before version 10. */
class ContentFeature implements StaticFeature {
  private refreshing: vscode.Disposable | undefined;

  constructor(
    private readonly client: LanguageClient,
    private readonly changed: (uri: vscode.Uri) => void,
  ) {}

  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.workspace = Object.assign(capabilities.workspace ?? {}, {
      textDocumentContent: { dynamicRegistration: false },
    });
  }

  initialize(): void {
    this.refreshing = this.client.onRequest(REFRESH, ({ uri }: { uri: string }) => {
      this.changed(vscode.Uri.parse(uri));
      return null;
    });
  }

  getState(): FeatureState {
    return { kind: "static" };
  }

  clear(): void {
    this.refreshing?.dispose();
  }
}
