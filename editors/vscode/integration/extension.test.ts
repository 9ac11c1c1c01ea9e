import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { CodeServer } from "./code_server.ts";
import { DOMAIN, RIGHT, UNFINISHED, UNTIDY, WRONG } from "./topologies.ts";
import { until, Workbench } from "./workbench.ts";

const program = process.env["IOMMULINT"] ?? "iommulint";
const server = new CodeServer(program, {
  "domain.xml": DOMAIN,
  "mended.kdl": WRONG,
  "renamed.kdl": RIGHT,
  "right.kdl": RIGHT,
  "unfinished.kdl": UNFINISHED,
  "untidy.kdl": UNTIDY,
  "wrong.kdl": WRONG,
});
let workbench: Workbench;

before(async () => {
  workbench = await Workbench.open(await server.start(resolve("../iommulint.vsix")));
});

afterEach(async () => {
  await workbench.press("Escape");
  await workbench.command("View: Close All Editors");
});

after(async () => {
  await workbench?.close();
  await server.stop();
});

test("the findings of the command line are in the Problems panel", async () => {
  await workbench.openFile("wrong.kdl");
  const problems = await workbench.problems(2);
  console.log(problems);
});

test("quick fix", async () => {
  await workbench.openFile("mended.kdl");
  await workbench.goTo(9, 20);
  const fixes = await workbench.quickFixes();
  console.log(await fixes.allInnerTexts());
  await workbench.page.screenshot({ path: ".cache/fix.png" });
});

test("completion", async () => {
  await workbench.openFile("unfinished.kdl");
  await workbench.goTo(2, 1);
  const suggestions = await workbench.suggestions();
  console.log(await suggestions.allInnerTexts());
  await workbench.type("vsm");
  await new Promise((r) => setTimeout(r, 1000));
  console.log(await suggestions.allInnerTexts());
  await workbench.page.screenshot({ path: ".cache/completion.png" });
  await workbench.press("Enter");
  await workbench.type("smmu0");
  await workbench.save();
  console.log(readFileSync(join(server.folder, "unfinished.kdl"), "utf8"));
});

test("hover", async () => {
  await workbench.openFile("right.kdl");
  await workbench.goTo(6, 6);
  console.log(await workbench.hover());
  await workbench.page.screenshot({ path: ".cache/hover.png" });
});

test("rename", async () => {
  await workbench.openFile("renamed.kdl");
  await workbench.goTo(4, 16);
  await workbench.rename("fd");
  await workbench.save();
  console.log(readFileSync(join(server.folder, "renamed.kdl"), "utf8"));
});

test("format", async () => {
  await workbench.openFile("untidy.kdl");
  await workbench.command("Format Document");
  await workbench.save();
  console.log(readFileSync(join(server.folder, "untidy.kdl"), "utf8"));
});

test("preview", async () => {
  await workbench.openFile("right.kdl");
  await workbench.command("iommulint: Preview as libvirt XML");
  await new Promise((r) => setTimeout(r, 3000));
  await workbench.page.screenshot({ path: ".cache/preview.png" });
});

test("xml", async () => {
  await workbench.openFile("domain.xml");
  console.log(await workbench.problems(1));
});

test("restart", async () => {
  await workbench.openFile("wrong.kdl");
  await workbench.problems(2);
  await workbench.command("iommulint: Restart the language server");
  await new Promise((r) => setTimeout(r, 3000));
  console.log(await workbench.problems(2));
});
