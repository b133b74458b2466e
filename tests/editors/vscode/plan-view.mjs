// The tree view of the plan, as a person uses it.
import { step, until } from "./workbench.mjs";

export class PlanView {
  constructor(window) {
    this.window = window;
    this.page = window.page;
    this.pane = this.page.locator(".pane", { has: this.page.locator(".pane-header", { hasText: /^Plan/ }) });
  }

  /** Unfolds the view in the Explorer, by keyboard. */
  async open() {
    await step("the Explorer has a view of the plan", () => this.pane.locator(".pane-header").waitFor());
    await this.window.command("Explorer: Focus on Plan View");
    await step("it unfolds", () => this.pane.locator(".pane-header.expanded").waitFor());
    // Room for it.
    await this.page.locator(".explorer-folders-view").first().waitFor();
    await this.page.locator(".pane-header.expanded").first().click();
  }

  /** What a screen reader says for each row on screen, from the top. */
  async rows() {
    const rows = await this.pane.locator(".monaco-list-row").all();
    const seen = await Promise.all(rows.map(async (row) => [await row.getAttribute("data-index"), await row.getAttribute("aria-label")]));
    return seen.sort(([one], [other]) => one - other).map(([, label]) => label);
  }

  /** The row whose spoken words begin so. */
  row(words) {
    return this.pane.locator(`.monaco-list-row[aria-label^="${words}"]`);
  }

  /** Waits until a row says exactly this. */
  async says(words) {
    await until(async () => (await this.rows()).includes(words), async () => (await this.rows()).join("\n"));
  }

  /** Puts the keyboard on a row, and shows nothing of it. */
  async select(words) {
    await this.window.command("Explorer: Focus on Plan View");
    const keyboard = this.page.keyboard;
    await keyboard.press("Home");
    const focused = this.pane.locator(`.monaco-list-row.focused[aria-label^="${words}"]`);
    const rows = (await this.rows()).length;
    for (let moves = 0; (await focused.count()) === 0; moves++) {
      if (moves > rows) throw new Error(`no "${words}" among ${JSON.stringify(await this.rows())}`);
      await keyboard.press("ArrowDown");
    }
  }

  /** Ticks or unticks a row: boxes are stops of the Tab key. */
  async toggle(words) {
    const box = this.row(words).locator("[role=checkbox]");
    const before = await box.getAttribute("aria-checked");
    const turned = this.row(words).locator(`[role=checkbox]:not([aria-checked="${before}"])`);
    // A row that changes just then is drawn anew, and its box has lost the keyboard.
    const press = async () => {
      await box.press("Space");
      await turned.waitFor({ timeout: 5_000 }).catch(() => {});
      return turned.isVisible();
    };
    await until(press, async () => (await this.rows()).join("\n"));
  }

  /** Takes an entry of the menu of a row, which the keyboard opens too. */
  async choose(words, title, picture) {
    await this.select(words);
    await this.page.keyboard.press("Shift+F10");
    const entries = this.page.locator(".monaco-menu .action-item");
    await entries.filter({ hasText: title }).waitFor();
    if (picture) await this.window.screenshot(picture);
    const titles = await entries.allInnerTexts();
    const focused = this.page.locator(".monaco-menu .action-item.focused", { hasText: title });
    for (let moves = 0; (await focused.count()) === 0; moves++) {
      if (moves > titles.length) throw new Error(`no "${title}" among ${JSON.stringify(titles)}`);
      await this.page.keyboard.press("ArrowDown");
    }
    await this.page.keyboard.press("Enter");
  }
}
