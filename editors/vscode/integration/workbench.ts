import { chromium, type Browser, type Page } from "playwright-core";
import { resolve } from "node:path";

/** How long anything may take until it is seen, in milliseconds: the machine may have much else to do. */
const PATIENCE = 60_000;

/** How often the palette is opened at most, until it stays. */
const ATTEMPTS = 10;

/** The editor as who sits before it sees it and types into it. */
export class Workbench {
  readonly page: Page;
  private readonly browser: Browser;

  private constructor(browser: Browser, page: Page) {
    this.browser = browser;
    this.page = page;
  }

  /** Opens the editor at `url` in a window of `width` × `height`, each `scale` pixels of the screen. */
  static async open(url: string, width = 1280, height = 800, scale = 1): Promise<Workbench> {
    const browser = await chromium.launch({ executablePath: resolve(".cache/bin/browser"), args: ["--no-sandbox"] });
    const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
    page.setDefaultTimeout(PATIENCE);
    await page.goto(url);
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    return new Workbench(browser, page);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  /** Opens a file of the folder. */
  async openFile(name: string): Promise<void> {
    await this.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).dblclick();
    await this.page.locator(".tab.active", { hasText: name }).waitFor();
    await this.page.locator(".editor-instance .view-line").first().waitFor();
  }

  /** Chooses a command of the palette. */
  async command(title: string): Promise<void> {
    await this.choose("F1", `>${title}`, title);
  }

  /** Puts the cursor there; lines and columns count from one. */
  async goTo(line: number, column: number): Promise<void> {
    await this.choose("Control+G", `:${line}:${column}`, `Press 'Enter' to go to line ${line}`);
    await this.isAt(line, column);
  }

  /** Waits until the cursor is there. */
  async isAt(line: number, column: number): Promise<void> {
    await this.page.locator(".statusbar-item", { hasText: new RegExp(`Ln ${line}, Col ${column}\\b`) }).waitFor();
  }

  async press(key: string, times = 1): Promise<void> {
    for (let time = 0; time < times; time++) {
      await this.page.keyboard.press(key);
    }
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 20 });
  }

  /** Moves the upper edge of the panel up by so many pixels. */
  async growPanel(pixels: number): Promise<void> {
    const panel = await this.page.locator(".part.panel").boundingBox();
    const edges = await this.page.locator(".monaco-sash.horizontal:not(.disabled)").all();
    const boxes = await Promise.all(edges.map((edge) => edge.boundingBox()));
    const edge = boxes.find((box) => panel && box && Math.abs(box.y - panel.y) < 10 && box.width >= panel.width);
    if (edge == null) {
      throw new Error("the panel has no edge to be moved");
    }
    const [x, y] = [edge.x + edge.width / 3, edge.y + edge.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x, y - pixels, { steps: 5 });
    await this.page.mouse.up();
    // It shines under the mouse.
    await this.page.mouse.move(0, 0);
  }

  /** Makes a PNG of all that is seen. */
  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path, animations: "disabled", caret: "hide" });
  }

  /** Closes all editors; what was not saved is lost. */
  async closeEditors(): Promise<void> {
    await this.page.keyboard.press("Escape");
    while (await this.page.locator(".tab").count()) {
      await this.command("View: Revert and Close Editor");
    }
  }

  /** Waits for a message of the editor's which says this. */
  async notification(text: string): Promise<void> {
    await this.page.locator(".notification-list-item", { hasText: text }).waitFor();
  }

  /** Saves the file of the active editor, as soon as it has changed. */
  async save(): Promise<void> {
    const changed = this.page.locator(".tab.active.dirty");
    await changed.waitFor();
    await this.page.keyboard.press("Control+S");
    await changed.waitFor({ state: "detached" });
  }

  /** Opens the Problems panel. */
  async openProblems(): Promise<void> {
    await this.command("Problems: Focus on Problems View");
    await this.page.locator(".markers-panel").waitFor();
  }

  /** What the Problems panel says of the open files, once it says `count` things, `text` in one of them. */
  async problems(count: number, text = ""): Promise<string[]> {
    const rows = this.page.locator('.markers-panel .monaco-list-row[aria-level="2"]');
    return until(
      async () => await rows.evaluateAll((rows) => rows.map((row) => row.getAttribute("aria-label") ?? "")),
      (found) => found.length === count && (count === 0 || found.some((problem) => problem.includes(text))),
    );
  }

  /** Waits until the Problems panel counts so many in a file, which need not all be in view. */
  async counts(problems: number, file: string): Promise<void> {
    const row = `.markers-panel .monaco-list-row[aria-label^="${problems} problem"][aria-label*=" in file ${file}"]`;
    await this.page.locator(row).waitFor();
  }

  /** Chooses a quick fix at the cursor. */
  async quickFix(title: string): Promise<void> {
    await this.page.keyboard.press("Control+.");
    await this.page.locator(".action-widget .monaco-list-row", { hasText: title }).click();
    await this.page.locator(".action-widget .monaco-list-row").first().waitFor({ state: "hidden" });
  }

  /** Chooses a suggestion at the cursor, of what was typed so far. */
  async complete(label: string): Promise<void> {
    await this.page.keyboard.press("Control+Space");
    const suggestions = this.page.locator(".suggest-widget.visible .monaco-list-row");
    await suggestions.filter({ has: this.page.getByText(label, { exact: true }) }).first().waitFor();
    await this.page.locator(".suggest-widget.visible .monaco-list-row.focused", { hasText: label }).waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(".suggest-widget.visible").waitFor({ state: "hidden" });
  }

  /** Waits until a panel draws a picture in which these words stand. */
  async drawn(words: string): Promise<void> {
    const picture = this.page.frameLocator("iframe.webview").frameLocator("#active-frame").locator("svg");
    await picture.locator("text", { hasText: words }).waitFor();
  }

  /** Clicks on a lens of the active editor. */
  async lens(title: string): Promise<void> {
    await this.page.locator(".codelens-decoration a", { hasText: title }).first().click();
  }

  /** What is shown over the cursor. */
  async hover(): Promise<string> {
    await this.command("Show or Focus Hover");
    const hover = this.page.locator(".monaco-hover-content:visible").first();
    await hover.waitFor();
    return hover.innerText();
  }

  /** Renames what is at the cursor. */
  async rename(name: string): Promise<void> {
    await this.page.keyboard.press("F2");
    await this.page.locator(".rename-box input").fill(name);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".rename-box input").waitFor({ state: "hidden" });
  }

  /** The text of the editor beside the one of this file, as far as it is in view, once it is as wanted. */
  async textBeside(file: string, wanted: (text: string) => boolean): Promise<string> {
    const groups = this.page.locator(".editor-group-container");
    const beside = groups.filter({ hasNot: this.page.locator(`.tab.active[data-resource-name="${file}"]`) });
    const lines = beside.first().locator(".view-line");
    // They are where they are drawn, in no order in the document.
    const read = (lines: Element[]): string => {
      const drawn = lines.map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent ?? "" }));
      return drawn.sort((one, other) => one.top - other.top).map(({ text }) => text).join("\n");
    };
    return until(async () => (await lines.evaluateAll(read)).replaceAll("\u00a0", " "), wanted);
  }

  /** Opens the palette, writes into it and takes the first it offers, which must be called `offer`. */
  private async choose(key: string, written: string, offer: string): Promise<void> {
    const palette = this.page.locator(".quick-input-widget");
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await palette.locator("input").fill(written, { timeout: PATIENCE / ATTEMPTS });
        const first = palette.locator(".monaco-list-row.focused, .monaco-list-row:first-child", { hasText: offer });
        await first.first().waitFor({ timeout: PATIENCE / ATTEMPTS });
        break;
      } catch (error) {
        // It closes by itself when what was done before takes the focus late, and offers what there was when it opened.
        if (attempt === ATTEMPTS) {
          throw error;
        }
        await this.page.keyboard.press("Escape");
      }
    }
    await this.page.keyboard.press("Enter");
    await palette.waitFor({ state: "hidden" });
  }
}

/** What `look` sees as soon as it is as wanted; what it saw last, when it never is. */
export async function until<T>(look: () => T | Promise<T>, wanted: (seen: T) => boolean): Promise<T> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (wanted(seen) || performance.now() > end) {
      return seen;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
