import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";

import { StreamMessageReader, StreamMessageWriter, createMessageConnection, type MessageConnection } from "vscode-jsonrpc/node";

import { CONTENT, PREVIEW, PREVIEW_TEXT, REFRESH, SCHEME, type Kind, type Preview } from "../src/protocol";

/** What cargo built, unless something else is named. */
const program = process.env["IOMMULINT"] ?? resolve("../../target/debug/iommulint");
const skip = existsSync(program) ? false : `no ${program}: run cargo build, or set IOMMULINT`;

const RIGHT = 'vm "a" machine="virt" {\n    pxb bus-nr=252\n}\n';
const SOURCE = "untitled:vm.kdl";

/** Speaks with the language server, to which one file is open. */
async function serving(work: (server: MessageConnection) => Promise<void>): Promise<void> {
  const child = spawn(program, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  const server = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  server.listen();
  try {
    const { capabilities } = await server.sendRequest<{ capabilities: Record<string, any> }>("initialize", {
      processId: null,
      rootUri: null,
      capabilities: { workspace: { textDocumentContent: {} } },
    });
    assert.deepEqual(capabilities["workspace"].textDocumentContent, { schemes: [SCHEME] });
    assert.ok(capabilities["executeCommandProvider"].commands.includes(PREVIEW));
    await server.sendNotification("initialized", {});
    const textDocument = { uri: SOURCE, languageId: "kdl", version: 1, text: RIGHT };
    await server.sendNotification("textDocument/didOpen", { textDocument });
    await work(server);
  } finally {
    server.dispose();
    child.kill();
  }
}

async function preview(server: MessageConnection, kind: Kind): Promise<Preview> {
  const argument = { uri: SOURCE, kind, position: { line: 1, character: 6 } };
  return server.sendRequest("workspace/executeCommand", { command: PREVIEW_TEXT, arguments: [argument] });
}

test("the server has every kind of preview", { skip }, () =>
  serving(async (server) => {
    const expected: [Kind, string, RegExp][] = [
      ["libvirt", "xml", /model='pcie-expander-bus'/],
      ["qemu", "shellscript", /pxb-pcie/],
      ["map", "plaintext", /^vm a\n/],
    ];
    for (const [kind, language, part] of expected) {
      const shown = await preview(server, kind);
      assert.ok(shown.uri.startsWith(`${SCHEME}:`), shown.uri);
      assert.equal(shown.languageId, language);
      assert.match(shown.text, part);
    }
  }),
);

test("the server says when a preview has changed", { skip }, () =>
  serving(async (server) => {
    const { uri } = await preview(server, "libvirt");
    const { text } = await server.sendRequest<{ text: string }>(CONTENT, { uri });
    assert.match(text, /busNr='252'/);
    const changed = new Promise<string>((done) => {
      server.onRequest(REFRESH, (params: { uri: string }) => {
        done(params.uri);
        return null;
      });
    });
    await server.sendNotification("textDocument/didChange", {
      textDocument: { uri: SOURCE, version: 2 },
      contentChanges: [{ text: RIGHT.replace("252", "255") }],
    });
    assert.equal(await changed, uri);
    const after = await server.sendRequest<{ text: string }>(CONTENT, { uri });
    assert.match(after.text, /^<!-- .*pci\/bus-nr-range/s);
  }),
);
