import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { INITIAL, Registry, parseRawGrammar, type IGrammar } from "vscode-textmate";

async function grammar(): Promise<IGrammar> {
  const path = "syntaxes/kdl.tmLanguage.json";
  const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  const registry = new Registry({
    onigLib: loadWASM(wasm).then(() => ({ createOnigScanner, createOnigString })),
    loadGrammar: async () => parseRawGrammar(readFileSync(path, "utf8"), path),
  });
  return (await registry.loadGrammar("source.kdl"))!;
}

const loaded = grammar();

/** The innermost scope of the first place where `part` stands in the text. */
async function scope(text: string, part: string): Promise<string> {
  const it = await loaded;
  let state = INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = it.tokenizeLine(line, state);
    const at = line.indexOf(part);
    const token = tokens.find((token) => token.startIndex <= at && at < token.endIndex);
    if (token !== undefined) {
      return token.scopes.at(-1)!;
    }
    state = ruleStack;
  }
  throw new Error(`\`${part}\` is not in the text`);
}

const VM = [
  'vm "a" machine="virt" {',
  "    // iommulint: allow pci/bus-window -- reason",
  "    pxb bus-nr=252 numa-node=0x1 { root-port chassis=7 }",
  "    smmuv3 accel=#true oas=44 { bypass; }",
  '    /- hostdev "0009:01:00.0"',
  '    note #"no "end" yet"# \\',
  "      after=1.5e3",
  "    hot-plug yes",
  "}",
].join("\n");

const EXPECTED: [string, string][] = [
  ["vm", "entity.name.tag.kdl"],
  ["machine", "entity.other.attribute-name.kdl"],
  ["virt", "string.quoted.double.kdl"],
  ["allow", "keyword.control.directive.kdl"],
  ["reason", "comment.line.double-slash.kdl"],
  ["pxb", "entity.name.tag.kdl"],
  ["252", "constant.numeric.decimal.kdl"],
  ["0x1", "constant.numeric.hex.kdl"],
  ["root-port", "entity.name.tag.kdl"],
  ["#true", "constant.language.kdl"],
  ["bypass", "entity.name.tag.kdl"],
  ["/-", "keyword.operator.slashdash.kdl"],
  ["hostdev", "entity.name.tag.kdl"],
  ["end", "string.quoted.double.raw.kdl"],
  ["after", "entity.other.attribute-name.kdl"],
  ["1.5e3", "constant.numeric.decimal.kdl"],
  ["yes", "string.unquoted.kdl"],
];

for (const [part, expected] of EXPECTED) {
  test(`\`${part}\` is ${expected}`, async () => assert.equal(await scope(VM, part), expected));
}

test("comments nest", async () => {
  const text = "/* a /* b */ still */ node";
  assert.equal(await scope(text, "still"), "comment.block.kdl");
});

test("a string may be of several lines", async () => {
  const text = 'node """\n  a "quoted" word\n  """\nnext';
  assert.equal(await scope(text, "quoted"), "string.quoted.triple.kdl");
  assert.equal(await scope(text, "next"), "entity.name.tag.kdl");
});

test("every example ends outside of strings and children", async () => {
  const it = await loaded;
  const folder = "../../examples";
  const names = readdirSync(folder, { recursive: true }).map(String);
  const examples = names.filter((name) => name.endsWith(".kdl"));
  assert.notEqual(examples.length, 0);
  for (const name of examples) {
    let state = INITIAL;
    for (const line of readFileSync(`${folder}/${name}`, "utf8").split("\n")) {
      state = it.tokenizeLine(line, state).ruleStack;
    }
    const end = it.tokenizeLine("after", state).tokens.map((token) => token.scopes);
    assert.deepEqual(end, [["source.kdl", "entity.name.tag.kdl"]], name);
  }
});
