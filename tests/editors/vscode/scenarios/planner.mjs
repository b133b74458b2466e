// workspace: planner
// From a script to a plan: the light bulb offers it, the plan is looked at before it is written, it holds what the
// script and the data say, and its files are written by another command.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { PlanView } from "../plan-view.mjs";
import { scenario, step, until } from "../workbench.mjs";

const PLAN = "dev-journal/OUR-PLAN.md";
const read = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");
const machine = { "hf-lsp.network": "off" };

await scenario({ open: "train.py", machine }, async (window) => {
  const { page } = window;
  const apply = async () => {
    const button = page.locator(".panel .monaco-button", { hasText: /^Apply$/ });
    await step("it is shown before it is written", () => button.first().waitFor());
    await window.screenshot("preview");
    await button.first().click();
  };

  const view = new PlanView(window);
  await view.open();
  await step("where no plan is, the view offers to make one", () =>
    view.pane.locator(".monaco-button", { hasText: "Plan this project..." }).waitFor());
  await step("or to begin with empty documents", () => view.pane.locator(".monaco-button", { hasText: "Create a plan" }).waitFor());
  await window.screenshot("welcome");
  await step("the script is checked", () => page.locator(".squiggly-info").first().waitFor());
  await page.locator(".view-line", { hasText: "args=config" }).click();
  await step("the light bulb of a script offers a plan", () => window.takeFix("Plan this script"));
  await apply();
  await step("the plan opens, to be saved", () => page.locator(".tabs-container .tab", { hasText: "OUR-PLAN.md" }).waitFor());
  await window.command("File: Save All");
  await until(() => read(PLAN).includes("## "), () => `the plan: ${read(PLAN).slice(0, 80)}`);
  const text = read(PLAN);
  await step("it is about the model, the data and the repository of the script", () => {
    for (const said of ["`Qwen/Qwen3-4B`", "data/chats.jsonl", "acme/helper", "- [ ] 1.1 Pin the packages"]) assert.ok(text.includes(said), said);
    assert.ok(!existsSync("src/train.py"), "no file of the project is written with it");
  });
  await step("the view shows it", () => view.row("Step, 1.1 Pin the packages, open, next").waitFor());
  await window.screenshot("tree");
  await window.open(PLAN);
  await step("above it stands how far it is", () => window.lens(/^0 of \d+ done · next 1\.1/).waitFor());
  await window.picture("planned", window.lens(/^0 of \d+ done/));
  await window.command("hf-lsp: Write the files of the plan");
  await apply();
  await step("they open, to be saved", () => page.locator(".tabs-container .tab.dirty", { hasText: "release.py" }).waitFor());
  await window.command("File: Save All");
  await step("the files of the plan are written", () => until(() => read("src/train.py").includes("SFTTrainer(") && read("src/prepare_data.py").includes("def "), () => read("src/train.py")));
  await step("they are those of the plan", () => assert.ok(read("src/train.py").includes('MODEL = "Qwen/Qwen3-4B"')));
  await window.command("hf-lsp: Bring the plan up to date");
  await step("there is nothing to change", () => page.locator(".notification-toast", { hasText: "there is nothing to change" }).waitFor());
  await window.screenshot("written");
});
