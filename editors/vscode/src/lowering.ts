import { spawn } from "node:child_process";

/** What a file can be lowered to. */
export type Target = "libvirt" | "qemu";

/** What `iommulint lower` printed: the result, or why there is none. */
export interface Lowered {
  text: string;
  refused: boolean;
}

/** The arguments which have `iommulint` lower what is on its standard input. */
export function lowerArguments(target: Target): string[] {
  return ["lower", `--${target}`, "-"];
}

/**
 * Lowers a text as it is in the editor, saved or not.
 *
 * @param folder where the program runs: it decides which `iommulint.toml` counts.
 * @throws when the program cannot be started.
 */
export function lower(program: string, target: Target, text: string, folder: string): Promise<Lowered> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, lowerArguments(target), { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
    let printed = "";
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (printed += part));
    child.stderr.setEncoding("utf8").on("data", (part: string) => (said += part));
    // A program that stops early does not read to the end.
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) => {
      const refused = code !== 0;
      resolve({ text: refused ? printed + said : printed, refused });
    });
    child.stdin.end(text);
  });
}
