/** Makes docs/vscode.png: a wrong file and what is said of it. */
import assert from "node:assert/strict";
import { resolve } from "node:path";

import { CodeServer } from "./code_server.ts";
import { WRONG } from "./topologies.ts";
import { Workbench } from "./workbench.ts";

const FILE = "no-room.kdl";

const server = new CodeServer(
  process.env["IOMMULINT"] ?? "iommulint",
  { [FILE]: WRONG },
  {
    "breadcrumbs.enabled": false,
    "editor.minimap.enabled": false,
    "editor.occurrencesHighlight": "off",
    "window.commandCenter": false,
    "workbench.colorTheme": "Dark Modern",
    "workbench.layoutControl.enabled": false,
  },
);
let workbench: Workbench | undefined;
try {
  workbench = await Workbench.open(await server.start(resolve("../iommulint.vsix")), 1000, 715, 1.5);
  await workbench.openProblems();
  await workbench.openFile(FILE);
  assert.equal((await workbench.problems(2)).length, 2);
  await workbench.command("View: Toggle Primary Side Bar Visibility");
  await workbench.growPanel(75);
  await workbench.goTo(9, 20);
  await workbench.page.locator(".lightbulb-glyph, .codicon-light-bulb").first().waitFor();
  await workbench.screenshot("../../../docs/vscode.png");
} finally {
  await workbench?.close();
  await server.stop();
}
