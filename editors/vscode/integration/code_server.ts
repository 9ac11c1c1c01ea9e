import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ENTRY = resolve("node_modules/code-server/out/node/entry.js");

/** Keeps out of the way what a first start greets with. */
const SETTINGS = {
  "chat.disableAIFeatures": true,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "telemetry.telemetryLevel": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};

/** A VS Code with nothing but the packaged extension, and a folder to open in it. */
export class CodeServer {
  /** The folder that is open. */
  readonly folder: string;
  /** The program as the extension knows it: by a name that no other process goes by. */
  readonly program: string;
  private readonly home: string;
  private process: ChildProcess | undefined;
  private printed = "";

  /**
   * @param program what `iommulint.path` is to lead to.
   * @param files what is in the folder: texts by their names.
   * @param settings the user's.
   */
  constructor(program: string, files: Record<string, string>, settings: object = {}) {
    this.home = realpathSync(mkdtempSync(join(tmpdir(), "iommulint-vscode-")));
    this.folder = join(this.home, "topologies");
    this.program = join(this.home, "iommulint");
    symlinkSync(realpathSync(program), this.program);
    mkdirSync(this.folder);
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(this.folder, name), text);
    }
    mkdirSync(join(this.home, "data/User"), { recursive: true });
    writeFileSync(join(this.home, "data/User/settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
    this.setProgram(this.program);
  }

  /** What `iommulint.path` is from now on. */
  setProgram(program: string): void {
    mkdirSync(join(this.home, "data/Machine"), { recursive: true });
    writeFileSync(join(this.home, "data/Machine/settings.json"), JSON.stringify({ "iommulint.path": program }));
  }

  /**
   * Installs the extension and starts the editor.
   *
   * @param vsix the packaged extension.
   * @returns where a browser finds the editor.
   */
  async start(vsix: string): Promise<string> {
    execFileSync(process.execPath, [ENTRY, ...this.folders(), "--install-extension", vsix], { stdio: "pipe" });
    const child = spawn(
      process.execPath,
      [ENTRY, ...this.folders(), "--auth", "none", "--bind-addr", "127.0.0.1:0", "--config", join(this.home, "none.yaml"),
        "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    this.process = child;
    return new Promise((found, failed) => {
      const read = (part: Buffer): void => {
        this.printed += part.toString();
        const address = /HTTP server listening on (http:\S+)/.exec(this.printed)?.[1];
        if (address !== undefined) {
          found(`${address}?folder=${encodeURIComponent(this.folder)}`);
        }
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.on("error", failed);
      child.on("exit", (code) => failed(new Error(`code-server ended with ${code}:\n${this.printed}`)));
    });
  }

  /** Everything that it printed. */
  log(): string {
    return this.printed;
  }

  async stop(): Promise<void> {
    const child = this.process;
    if (child !== undefined && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 10 });
  }

  private folders(): string[] {
    return ["--user-data-dir", join(this.home, "data"), "--extensions-dir", join(this.home, "extensions")];
  }
}
