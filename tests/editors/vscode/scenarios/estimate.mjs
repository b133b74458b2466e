// workspace: estimate
// Memory and time of a training that does not fit its card: above the configuration, under the cursor, in Problems, on a page
// that follows the code, and as a change that makes it fit. The model's configuration lies in the project.
import { readFileSync } from "node:fs";
import { scenario, step, until } from "../workbench.mjs";

const machine = { "hf-lsp.network": "off" };
const LIGHTER = '    model_init_kwargs={"dtype": "bfloat16"},';

await scenario({ open: "train.py", machine }, async (window) => {
  const { page } = window;
  const tooMuch = window.lens(/^effective batch 4 · [\d.]+ of 24 GiB: does not fit · .+ on one A10G$/);
  await step("above the configuration stands what it takes", () => tooMuch.waitFor());
  await step("a squiggle stands below it", () => page.locator(".squiggly-warning").first().waitFor({ state: "attached" }));
  await page.keyboard.press("Control+Shift+m");
  await step("Problems says what is needed and what there is", () =>
    window.problem("the A10G it is meant for has 24").filter({ hasText: "HF505" }).waitFor());
  await window.screenshot("finding");
  await page.keyboard.press("Control+j");
  await window.goTo(4, 1);

  await step("under the cursor stands what it is made of", () => window.hoverUntil("SFTConfig", "as nvidia-smi counts"));
  await window.screenshot("hover");
  await window.picture("estimate-editor", window.hovers("as nvidia-smi counts"));
  await page.mouse.move(0, 0);

  const shown = page.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
  await step("a click on the line opens the page beside the code", () =>
    window.press(tooMuch, page.locator(".tabs-container .tab", { hasText: "Memory and time of train.py" })));
  await step("it says what the training takes", () => shown.locator("h2", { hasText: "trl.SFTTrainer, line 5" }).waitFor());
  await step("and what would take less", () => shown.locator("li", { hasText: "loading weights in bfloat16" }).waitFor());
  await window.screenshot("page");
  await shown.locator("h3", { hasText: "What takes less" }).evaluate((heading) => heading.scrollIntoView());
  await window.screenshot("page-below");

  await page.keyboard.press("Control+1");
  await window.goTo(5, 12);
  await step("the lighter setting is offered and taken", () => window.takeFix('Set `model_init_kwargs={"dtype": "bfloat16"}`: saves'));
  await step("it is written as the last argument", () => window.waitForLine(LIGHTER));
  await step("the line above says that it fits", () =>
    window.lens(/^effective batch 4 · 1\d\.\d of 24 GiB · .+ on one A10G$/).waitFor());
  await step("the finding is gone", () => page.locator(".squiggly-warning").waitFor({ state: "detached" }));
  await step("the page follows", () => shown.locator("td", { hasText: /^line 10$/ }).waitFor());
  await window.screenshot("fitting");

  await page.locator(".tabs-container .tab", { hasText: "Memory and time of train.py" }).click();
  await page.keyboard.press("Control+w");
  await page.locator(".tabs-container .tab", { hasText: "Memory and time" }).waitFor({ state: "detached" });
  await window.command("hf-lsp: Estimate memory and time");
  await step("a command opens the page too", () => shown.locator("h1", { hasText: "Memory and time of train.py" }).waitFor());
  await window.open("requirements.txt");
  await window.command("hf-lsp: Estimate memory and time");
  await step("for another file it says that there is none", () =>
    page.locator(".notification-toast", { hasText: "trains and runs no model" }).waitFor());
  await window.screenshot("none");
  await window.command("File: Save All");
  await until(() => readFileSync("train.py", "utf8").includes(LIGHTER), () => readFileSync("train.py", "utf8"));
});
