// workspace: journal
// The tree of the plan: progress, states and problems; a tick writes one byte and the entry of the changelog, saved at
// once; it follows what is typed in the plan and in the code; all of it by keyboard.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PlanView } from "../plan-view.mjs";
import { scenario, step, until } from "../workbench.mjs";

const PLAN = "dev-journal/OUR-PLAN.md";
const LOG = "dev-journal/CHANGELOG.md";
const SCRIPT = "src/train.py";
const read = (file) => readFileSync(file, "utf8");
const line = (file, text) => 1 + read(file).split("\n").findIndex((it) => it.startsWith(text));
const machine = { "hf-lsp.network": "off" };

await scenario({ machine }, async (window) => {
  const { page } = window;
  const view = new PlanView(window);
  const dirty = page.locator(".tabs-container .tab.dirty");
  const written = (file, text) => until(() => read(file) === text, () => read(file));

  await view.open();
  await step("phases say how far they are, steps their state and what is wrong", async () => {
    await view.says("Step, 3.1 The base model alone, open, next");
    assert.deepEqual(await view.rows(), [
      "Phase, 1. Environment Setup, 1 of 1 done",
      "Phase, 2. Training Configuration, 1 of 1 done, 1 warning",
      "Phase, 3. Evaluation Strategy, 0 of 1 done",
      "Step, 3.1 The base model alone, open, next",
      "Phase, 4. Monitoring Setup, 0 of 1 done",
      "Step, 4.1 Draw the curves, open",
    ]);
  });
  await step("beside its title stands how far the plan is", () =>
    view.pane.locator(".pane-header", { hasText: "2 of 4 done · next 3.1" }).waitFor());
  await view.select("Phase, 2.");
  await page.keyboard.press("ArrowRight");
  await step("what is over unfolds", () => view.says("Step, 2.1 Write the training script, done, 1 warning"));
  await view.row("Step, 2.1").hover();
  await step("pointing at it tells what is wrong", () => window.hovers("1e-4 in `src/train.py`").waitFor());
  await window.screenshot("tree");
  await page.mouse.move(900, 500);

  const [plan, log] = [read(PLAN), read(LOG)];
  const [before, ticked] = [Buffer.from(plan), Buffer.from(plan.replace("- [ ] 3.1", "- [x] 3.1"))];
  assert.equal(before.filter((byte, at) => byte !== ticked[at]).length, 1);
  await view.toggle("Step, 3.1");
  await step("a tick writes one byte of the plan", () => written(PLAN, ticked.toString()));
  await step("and the entry of the changelog", () =>
    written(LOG, log.replace("(step 1.1)\n", "(step 1.1)\n- evaluation: The base model alone (step 3.1)\n")));
  await step("nothing is left to be saved", () => dirty.first().waitFor({ state: "detached" }));
  await step("the tree shows it", () => view.says("Phase, 3. Evaluation Strategy, 1 of 1 done"));
  await window.screenshot("ticked");
  await view.toggle("Step, 3.1");
  await step("without the tick the plan is as it was", () => written(PLAN, plan));
  await view.says("Step, 3.1 The base model alone, open, next");

  await view.choose("Step, 4.1", "Skip...", "menu");
  await step("it is asked why, and the keyboard is there", () => page.locator(".quick-input-widget input.input:focus").waitFor());
  await page.keyboard.type("the Hub shows them");
  await page.keyboard.press("Enter");
  await step("a step is skipped with a reason", () => view.says("Step, 4.1 Draw the curves, skipped: the Hub shows them"));
  assert.match(read(PLAN), /^ {2}- Status: skipped the Hub shows them$/m);
  await view.choose("Step, 4.1", "Reopen");
  await step("and taken back", () => written(PLAN, plan));
  await view.choose("Step, 4.1", "Start");
  await step("a step is begun", () => until(async () => (await view.rows()).some((it) => /4\.1 .*, in progress since \d{4}-/.test(it)), async () => (await view.rows()).join("\n")));

  const started = read(PLAN);
  await view.select("Step, 3.1");
  await page.keyboard.press("Enter");
  await step("a click goes to the step", () =>
    page.locator(".statusbar-item", { hasText: `Ln ${line(PLAN, "- [ ] 3.1")}, Col ` }).waitFor());
  await window.goTo(line(PLAN, "- [ ] 3.1"), 1 + "- [ ] 3.1 The base model alone".length);
  await page.keyboard.type(" once");
  await step("the tree follows what is typed", () => view.says("Step, 3.1 The base model alone once, open, next"));
  await view.toggle("Step, 3.1");
  await step("a tick joins what is not saved", () => window.waitForLine("- [x] 3.1 The base model alone once"));
  await step("which stays so until somebody saves it", async () => {
    await view.says("Step, 3.1 The base model alone once, done");
    await dirty.filter({ hasText: "OUR-PLAN.md" }).waitFor();
    assert.equal(read(PLAN), started);
  });
  await window.screenshot("typed");
  await window.command("File: Save All");
  await step("then all is written", () => written(PLAN, started.replace("[ ] 3.1 The base model alone", "[x] 3.1 The base model alone once")));

  await window.open(SCRIPT);
  await window.lens("1 parameter differs").waitFor();
  await window.goTo(line(SCRIPT, "    learning_rate="), 8);
  await window.takeFix("as in the plan");
  await step("it follows the code too", () => view.says("Step, 2.1 Write the training script, done"));
  await window.screenshot("same");
});
