// workspace: journal/sound
// A plan and the script that it speaks of: how far it is, the next step in grey, a step done by one command, a
// difference seen on both sides and taken back on one, a command that is typed and not run, a file renamed.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { scenario, step, until } from "../workbench.mjs";

const PLAN = "dev-journal/OUR-PLAN.md";
const LOG = "dev-journal/CHANGELOG.md";
const SCRIPT = "src/train.py";
const read = (file) => readFileSync(file, "utf8");
/** The number of the line that begins with `text`, from 1. */
const line = (file, text) => 1 + read(file).split("\n").findIndex((it) => it.startsWith(text));

// The plan says 2e-4.
writeFileSync(SCRIPT, read(SCRIPT).replace("learning_rate=2e-4", "learning_rate=1e-4"));

await scenario({ open: PLAN }, async (window) => {
  const { page } = window;
  const { keyboard } = page;
  const saved = async (file, isSo) => {
    await window.command("File: Save All");
    await until(() => isSo(read(file)), () => read(file));
  };

  await step("above the plan stands how far it is", () => window.lens(/\d+ of \d+ done/).first().waitFor());
  await window.command("View: Toggle Primary Side Bar Visibility");
  await window.screenshot("plan");

  await keyboard.press("Control+Shift+m");
  await step("the plan names the other value of the script", () =>
    window.problem("learning_rate").filter({ hasText: "HFP303" }).first().waitFor());
  await window.screenshot("difference");
  await keyboard.press("Control+Shift+m");

  await window.goTo(line(PLAN, "## 5. Hub Integration") - 1, 1);
  await keyboard.type("- [ ] ", { delay: 120 });
  await step("the next step is proposed in grey", () => window.ghost("4.6").first().waitFor());
  await window.screenshot("ghost");
  await keyboard.press("Tab");
  await step("Tab takes it", () => until(async () => (await window.lines()).some((it) => it.startsWith("- [ ] 4.6 ")), window.lines.bind(window)));
  await window.screenshot("taken");
  await saved(PLAN, (text) => text.includes("- [ ] 4.6 "));

  const [plan, log] = [read(PLAN), read(LOG)];
  await window.goTo(line(PLAN, "- [ ] 9.1"), 8);
  await window.command("hf-lsp: Mark plan step done");
  await window.waitForLine("- [x] 9.1 Draw the curves");
  await window.screenshot("done");
  await step("one byte of the plan changes", () => saved(PLAN, (text) => text === plan.replace("- [ ] 9.1", "- [x] 9.1")));
  await step("and the changelog gets one entry", () => {
    const known = log.split("\n");
    const added = read(LOG).split("\n").filter((it) => !known.includes(it));
    assert.equal(added.length, 1, read(LOG));
    assert.match(added[0], /^- experiment: .*\(step 9\.1\)$/);
  });

  await window.open(SCRIPT);
  await step("above the call stands its step", () => window.lens(/4\.1/).first().waitFor());
  await window.goTo(line(SCRIPT, "        learning_rate="), 12);
  await window.screenshot("script");
  await step("the script is given the value of the plan", () => window.takeFix("0.0002"));
  await step("it stands there", () => until(async () => (await window.lines()).some((it) => /learning_rate=(2e-4|0\.0002),/.test(it)), window.lines.bind(window)));
  await keyboard.press("Control+Shift+m");
  await step("no difference is left", () => window.problem("learning_rate").first().waitFor({ state: "detached" }));
  await window.screenshot("same");
});
