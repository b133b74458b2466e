// workspace: planner
// A project without a plan: the view offers to make one, by keyboard; the documents of the journal open to be saved,
// and the view shows the new plan.
import { readFileSync } from "node:fs";
import { PlanView } from "../plan-view.mjs";
import { scenario, step, until } from "../workbench.mjs";

const PLAN = "dev-journal/OUR-PLAN.md";

await scenario({ open: "train.py", machine: { "hf-lsp.network": "off" } }, async (window) => {
  const { page } = window;
  const view = new PlanView(window);
  await view.open();
  const create = view.pane.locator(".monaco-button", { hasText: "Create a plan" });
  await step("where no plan is, the view offers to begin one", () => create.waitFor());
  await create.focus();
  await window.screenshot("welcome");
  await page.keyboard.press("Enter");
  await step("its documents open, to be saved", () => page.locator(".tabs-container .tab.dirty", { hasText: "OUR-PLAN.md" }).waitFor());
  await window.command("File: Save All");
  await step("they are written", () => until(() => readFileSync(PLAN, "utf8").includes("\n## 1. "), () => readFileSync(PLAN, "utf8")));
  await step("the view shows the plan", () => until(async () => (await view.rows()).length > 0, async () => view.pane.innerText()));
  await window.screenshot("begun");
});
