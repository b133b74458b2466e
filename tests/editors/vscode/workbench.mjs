// Starts the real VS Code workbench in a headless browser, hands a scenario its page, and leaves nothing running.
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { startBrowser, startCodeServer } from "./processes.mjs";
import { PATIENCE, step, until } from "./steps.mjs";

export { step, until };

const { SCENARIO_DIR, SCENARIO_TMP } = process.env;
const WORKSPACE = process.cwd();
const DATA = join(SCENARIO_TMP, "data");

/** Everything that would move, ask, or look outside while a test watches, and what only takes room on a picture. */
const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.reduceMotion": "on",
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "update.mode": "none",
  "chat.disableAIFeatures": true,
  "files.autoSave": "off",
  "editor.minimap.enabled": false,
  "editor.scrollbar.vertical": "hidden",
};

/**
 * Runs one scenario and ends the process with its outcome.
 * `options.open`: file to open at the start. `options.trust`: false opens the folder as one that nobody trusts yet.
 * `options.settings`: user settings. `options.machine`: settings of the machine. `options.extensions`: folder of installed
 * extensions. `options.env`: for the server; what is undefined is not there.
 */
export async function scenario(options, play) {
  const stops = [];
  let page;
  let status = 1;
  try {
    const settings = { ...QUIET, ...options.settings };
    const server = await startCodeServer({ ...options, data: DATA, workspace: WORKSPACE, settings });
    stops.push(server.stop);
    const { browser, stop } = await startBrowser();
    stops.push(stop);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(PATIENCE);
    await page.goto(address(server.port, options.open));
    await step("the workbench opens", () => page.waitForSelector(".monaco-workbench"));
    await play(new Workbench(page));
    status = 0;
  } catch (error) {
    console.log(error);
    await page?.screenshot({ path: join(SCENARIO_DIR, "failure.png") }).catch(() => {});
  } finally {
    for (const stop of stops.reverse()) await stop().catch((error) => console.log(error.message));
    keepLogs();
  }
  process.exit(status);
}

/** What a person can see and do in the window. */
class Workbench {
  constructor(page) {
    this.page = page;
  }

  /** The lines on screen as text, with ordinary spaces. */
  async lines() {
    const lines = await this.page.locator(".editor-instance .view-lines .view-line").allInnerTexts();
    return lines.map((line) => line.replaceAll("\u00a0", " "));
  }

  /** Waits until the editor shows a line exactly like `text`. */
  async waitForLine(text) {
    await until(async () => (await this.lines()).includes(text), async () => (await this.lines()).join("\n"));
  }

  /** The element of a word in the editor. */
  word(text) {
    return this.page.locator(".editor-instance .view-line span > span", { hasText: text }).last();
  }

  /** The hover on screen that contains `text`. */
  hovers(text) {
    return this.page.locator(".monaco-hover:not(.hidden)", { hasText: text }).first();
  }

  /** Points at a word and waits for a hover that contains `text`. */
  async hover(word, text) {
    await this.page.mouse.move(0, 0);
    await this.word(word).hover();
    await this.hovers(text).waitFor();
  }

  /** Points at a word again and again until its hover contains `text`: at first it may say less, or there is none. */
  async hoverUntil(word, text) {
    const shown = this.page.locator(".monaco-hover:not(.hidden)");
    const point = async () => {
      await this.page.mouse.move(0, 0);
      await shown.first().waitFor({ state: "hidden" });
      await this.word(word).hover();
      await shown.first().waitFor({ timeout: 3_000 }).catch(() => {});
      return this.hovers(text).isVisible();
    };
    await until(point, async () => (await shown.allInnerTexts()).join("\n"));
  }

  /**
   * Opens the input at the top with a key, types `text`, waits for a row with `row` where one is named, and confirms.
   * Once more from the start where something else takes the keyboard meanwhile, which closes the input.
   */
  async ask(key, text, row) {
    const input = this.page.locator(".quick-input-widget input.input");
    const rows = this.page.locator(".quick-input-list .monaco-list-row");
    const answer = async () => {
      await this.page.keyboard.press(key);
      await input.fill(text, { timeout: 5_000 });
      if (row) await rows.filter({ hasText: row }).first().waitFor({ timeout: 10_000 });
      await input.press("Enter", { timeout: 2_000 });
      return true;
    };
    await until(() => answer().catch(() => false), async () => (await rows.allInnerTexts()).join("\n"));
  }

  /** Puts the cursor at a line and column (from 1) by keyboard. */
  async goTo(line, column) {
    await this.ask("Control+g", `:${line}:${column}`);
    await this.page.locator(".statusbar-item", { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** Opens a file of the workspace by its path. */
  async open(file) {
    const name = file.split("/").at(-1);
    await this.ask("Control+p", file, name);
    await this.page.locator(".tabs-container .tab.active", { hasText: name }).waitFor();
  }

  /** The words above a line that contain `text`: a string or a pattern. */
  lens(text) {
    return this.page.locator(".codelens-decoration", { hasText: text });
  }

  /** Clicks until `shown` is there: a lens that is drawn anew between the pointer's arrival and its press hears nothing. */
  async press(target, shown) {
    const click = async () => {
      await target.click();
      await shown.first().waitFor({ timeout: 5_000 }).catch(() => {});
      return shown.first().isVisible();
    };
    await until(click, async () => (await this.page.locator(".tabs-container .tab").allInnerTexts()).join("\n"));
  }

  /** The grey text behind the cursor. */
  ghost(text) {
    return this.page.locator(".ghost-text, .ghost-text-decoration, .suggest-preview-text", { hasText: text });
  }

  /** Runs a command from the palette by its title. */
  async command(title) {
    await this.ask("F1", `>${title}`, title);
  }

  /** The rows of the Problems panel that contain `text`. */
  problem(text) {
    return this.page.locator(".markers-panel .monaco-list-row", { hasText: text });
  }

  /** Opens the menu of fixes at the cursor and takes an entry, by keyboard. */
  async takeFix(title) {
    const menu = this.page.locator(".action-widget .monaco-list-row");
    // A busy machine may not have given the keyboard back to the editor yet.
    const open = async () => {
      await this.page.keyboard.press("Control+.");
      await menu.first().waitFor({ timeout: 5_000 }).catch(() => {});
      return menu.first().isVisible();
    };
    await until(open, async () => (await this.lines()).join("\n"));
    const entries = (await menu.allInnerTexts()).length;
    const focused = this.page.locator(".action-widget .monaco-list-row.focused", { hasText: title });
    for (let moves = 0; (await focused.count()) === 0; moves++) {
      if (moves > entries) throw new Error(`no "${title}" among ${JSON.stringify(await menu.allInnerTexts())}`);
      await this.page.keyboard.press("ArrowDown");
    }
    await this.screenshot("menu");
    await this.page.keyboard.press("Enter");
  }

  /** A picture for the documentation: the editor's text as far as it and the `widgets` reach. */
  async picture(name, ...widgets) {
    const editor = await this.page.locator(".editor-instance .overflow-guard").first().boundingBox();
    const text = await this.page.locator(".editor-instance .view-lines").first().boundingBox();
    const lines = await this.page.locator(".editor-instance .view-line > span").all();
    const boxes = (await Promise.all([...lines, ...widgets].map((shown) => shown.boundingBox()))).filter(Boolean);
    const margin = 16;
    const left = Math.min(text.x, ...boxes.map((box) => box.x)) - margin;
    const right = Math.min(Math.max(...boxes.map((box) => box.x + box.width)) + margin, editor.x + editor.width);
    const bottom = Math.min(Math.max(...boxes.map((box) => box.y + box.height)) + margin, editor.y + editor.height);
    const clip = { x: left, y: editor.y, width: right - left, height: bottom - editor.y };
    await this.page.screenshot({ path: join(SCENARIO_DIR, "pictures", `${name}.png`), animations: "disabled", clip });
  }

  async screenshot(name) {
    await this.page.screenshot({ path: join(SCENARIO_DIR, `${name}.png`), animations: "disabled" });
  }
}

function address(port, file) {
  const query = new URLSearchParams({ folder: WORKSPACE });
  if (file) query.set("payload", JSON.stringify([["openFile", `vscode-remote://127.0.0.1:${port}${join(WORKSPACE, file)}`]]));
  return `http://127.0.0.1:${port}/?${query}`;
}

function keepLogs() {
  const logs = join(DATA, "logs");
  if (existsSync(logs)) cpSync(logs, join(SCENARIO_DIR, "logs"), { recursive: true });
}
