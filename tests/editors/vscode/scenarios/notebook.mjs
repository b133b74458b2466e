// workspace: notebook
// A notebook: what one cell imports another one uses; the finding is in the second cell, goes and comes with the
// import in the first one, and is fixed.
import { scenario, step } from "../workbench.mjs";

const OLD = "`evaluation_strategy` was removed from `TrainingArguments`";

await scenario({ open: "train.py" }, async (window) => {
  const { page } = window;
  // Notebooks open as text until the extensions run, so a script comes first.
  await step("a squiggle appears in a script", () => page.waitForSelector(".squiggly-error", { state: "attached" }));
  await window.command("View: Close All Editors");
  await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "train.ipynb" }).dblclick();
  const cell = (number) => page.locator(".notebook-editor .code-cell-row .cell-editor-container").nth(number);
  const line = (number, text) => cell(number).locator(".view-line", { hasText: text }).first();
  // The script is checked with another version.
  const problem = () => window.problem(OLD).filter({ hasText: "HF103" }).filter({ hasText: "5.2.0" });
  await step("the notebook opens", () => line(1, "evaluation_strategy").waitFor());
  await step("a squiggle appears in the second cell", () =>
    cell(1).locator(".squiggly-error").first().waitFor({ state: "attached" }));
  await page.keyboard.press("Control+Shift+m");
  await step("Problems names the removed argument, and the version that a cell installs", () => problem().waitFor());
  await window.screenshot("finding");

  await step("without the import there is nothing to find", async () => {
    await line(0, "from transformers").click();
    await page.keyboard.press("Home");
    await page.keyboard.type("# ");
    await problem().waitFor({ state: "detached" });
  });
  await window.screenshot("commented");
  await step("with the import it is found again", async () => {
    await page.keyboard.press("Backspace");
    await page.keyboard.press("Backspace");
    await problem().waitFor();
  });

  await line(1, "evaluation_strategy").click({ position: { x: 60, y: 8 } });
  await step("the fix is offered and taken", () => window.takeFix("Rename to `eval_strategy`"));
  await step("the argument is renamed", () => line(1, " eval_strategy=").waitFor());
  await step("the problem is gone", () => problem().waitFor({ state: "detached" }));
  await window.screenshot("fixed");
});
