import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";

import { lower } from "../src/lowering";

/** What cargo built, unless something else is named. */
const program = process.env["IOMMULINT"] ?? resolve("../../target/debug/iommulint");
const skip = existsSync(program) ? false : `no ${program}: run cargo build, or set IOMMULINT`;

const RIGHT = 'vm "a" machine="virt" {\n    pxb bus-nr=252\n}\n';

test("a right file is lowered", { skip }, async () => {
  const xml = await lower(program, "libvirt", RIGHT, ".");
  assert.equal(xml.refused, false, xml.text);
  assert.match(xml.text, /model=['"]pcie-expander-bus['"]/);
  const argv = await lower(program, "qemu", RIGHT, ".");
  assert.equal(argv.refused, false, argv.text);
  assert.match(argv.text, /pxb-pcie/);
});

test("of a wrong file, the findings are shown", { skip }, async () => {
  const refused = await lower(program, "libvirt", RIGHT.replace("252", "255"), ".");
  assert.equal(refused.refused, true);
  assert.match(refused.text, /pci\/bus-nr-range/);
});

test("a program that is not there is an error", async () => {
  await assert.rejects(lower("./no-such-program", "qemu", RIGHT, "."), { code: "ENOENT" });
});
