// workspace: upgrade
// An old training script: the squiggle, its hover, its fix by keyboard, and the problem is gone.
import { scenario, step } from "../workbench.mjs";

const OLD = "`evaluation_strategy` was removed from `TrainingArguments`";

await scenario({ open: "train.py" }, async (window) => {
  const { page } = window;
  await step("the script opens", () => window.waitForLine("    evaluation_strategy=\"epoch\","));
  await step("a squiggle appears", () => page.waitForSelector(".squiggly-error", { state: "attached" }));
  await window.goTo(23, 10);
  await page.keyboard.press("Control+Shift+m");
  await step("Problems names the removed argument", () => window.problem(OLD).filter({ hasText: "HF103" }).waitFor());
  await window.screenshot("finding");

  await step("the hover names the replacement", async () => {
    await window.word("evaluation_strategy").hover();
    // The finding itself is shown there too; only the other rows come from the server's hover.
    await page.locator(".monaco-hover:not(.hidden) .markdown-hover", { hasText: "eval_strategy" }).first().waitFor();
  });
  await window.screenshot("hover");

  await page.keyboard.press("Control+1");
  await step("the fix is offered and taken", () => window.takeFix("Rename to `eval_strategy`"));
  await step("the argument is renamed", () => window.waitForLine("    eval_strategy=\"epoch\","));
  await step("the problem is gone", () => window.problem(OLD).waitFor({ state: "detached" }));
  await window.screenshot("fixed");
});
