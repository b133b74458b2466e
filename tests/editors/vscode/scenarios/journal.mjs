// workspace: journal
// A plan and the script that it speaks of: how far it is, the next step in grey, steps begun and done, a difference
// seen on both sides and taken back on one, a command that is typed and not run, a file that gets another name.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { scenario, step, until } from "../workbench.mjs";

const PLAN = "dev-journal/OUR-PLAN.md";
const LOG = "dev-journal/CHANGELOG.md";
const SCRIPT = "src/train.py";
const read = (file) => readFileSync(file, "utf8");
/** The number of the line that begins with `text`, from 1. */
const line = (file, text) => 1 + read(file).split("\n").findIndex((it) => it.startsWith(text));

const machine = { "hf-lsp.network": "off" };
const settings = { "terminal.integrated.gpuAcceleration": "off" }; // its text is in the page then

await scenario({ open: PLAN, settings, machine }, async (window) => {
  const { page } = window;
  const { keyboard } = page;
  const shows = (pattern) => until(async () => (await window.lines()).some((it) => pattern.test(it)), async () => (await window.lines()).join("\n"));
  /** Presses words above the last line on screen that has them: in the page they stand in any order. */
  const press = async (title) => {
    const places = await window.lens(title).locator("a", { hasText: title }).all();
    const boxes = (await Promise.all(places.map((it) => it.boundingBox()))).filter(Boolean);
    const { x, y, width, height } = boxes.sort((one, other) => other.y - one.y)[0];
    await page.mouse.click(x + width / 2, y + height / 2);
  };
  const save = async (file, isSo) => {
    await window.command("File: Save All");
    await until(() => isSo(read(file)), () => read(file));
  };

  await step("above the plan stands how far it is", () =>
    window.lens("2 of 4 done · next 3.1 · 1 question · 1 problem").waitFor());
  await step("above a step stands what can be done with it", () => window.lens("Run in terminal").first().waitFor());
  await window.command("View: Toggle Primary Side Bar Visibility");
  await page.locator(".view-line", { hasText: "Kind:" }).click();
  for (const key of ["End", "Enter", "Shift+Home"]) await keyboard.press(key);
  await keyboard.type("- [ ] ", { delay: 120 });
  await step("the next step is proposed in grey", () => window.ghost("2.2 Smoke test: 20 steps").first().waitFor());
  await step("no list lies over it", () => page.locator(".suggest-widget.visible").waitFor({ state: "hidden" }));
  await window.screenshot("ghost");
  await step("the difference is underlined, with the other value", async () => {
    const { x, y, width, height } = await page.locator(".squiggly-warning").first().boundingBox();
    await page.mouse.move(x + width / 2, y + height / 2);
    await window.hovers("1e-4 in `src/train.py`").waitFor();
  });
  await window.picture("plan", window.hovers("1e-4 in `src/train.py`"));
  await page.mouse.move(0, 0);
  await keyboard.press("Tab");
  await step("Tab takes it", () => shows(/^- \[ \] 2\.2 Smoke test: 20 steps$/));
  await window.screenshot("taken");
  await save(PLAN, (text) => text.includes("- [ ] 2.2 Smoke test"));
  await step("the plan has one step more", () => window.lens("2 of 5 done · next 2.2").waitFor());
  await keyboard.press("Control+Shift+m");
  await step("the plan names the other value of the script", () =>
    window.problem("`learning_rate` is 2e-4 here, and 1e-4 in `src/train.py`").filter({ hasText: "HFP303" }).waitFor());
  await window.screenshot("difference");
  await keyboard.press("Control+Shift+m");


  const [plan, log] = [read(PLAN), read(LOG)];
  await window.goTo(line(PLAN, "- [ ] 3.1"), 8);
  await window.command("hf-lsp: Mark plan step done");
  await step("its box is ticked", () => window.waitForLine("- [x] 3.1 The base model alone"));
  await step("the changelog opens, to be saved", () =>
    page.locator(".tabs-container .tab.dirty", { hasText: "CHANGELOG.md" }).waitFor());
  await window.screenshot("done");
  await step("nothing else of the plan changes", () => save(PLAN, (text) => text === plan.replace("- [ ] 3.1", "- [x] 3.1")));
  await step("the changelog gets one entry", () => {
    const entry = "- evaluation: The base model alone (step 3.1)\n";
    assert.equal(read(LOG), log.replace("(step 1.1)\n", `(step 1.1)\n${entry}`));
  });

  await window.goTo(line(PLAN, "- [ ] 4.1"), 1);
  await press("Start");
  await step("the lens begins a step", () => shows(/^ {2}- Status: in-progress \d{4}-\d\d-\d\d$/));
  await press("Run in terminal");
  const terminal = page.locator(".terminal-wrapper.active .xterm-rows");
  await step("the lens types the command", () => terminal.filter({ hasText: "uv run trackio show --project helpdesk" }).waitFor());
  await window.screenshot("terminal");
  await step("and nobody runs it", async () => assert.doesNotMatch(await terminal.innerText(), /not found/));

  await window.open(SCRIPT);
  await step("above the call stands its step", () => window.lens("Plan 2.1 · done · 1 parameter differs").waitFor());
  await window.goTo(line(SCRIPT, "    learning_rate="), 8);
  await window.screenshot("script");
  await step("the value of the plan is offered and taken", () => window.takeFix("as in the plan"));
  await step("it stands there", () => window.waitForLine("    learning_rate=2e-4,"));
  await step("no difference is left", () => window.lens(/^Plan 2\.1 · done$/).waitFor());
  await window.screenshot("same");
});
