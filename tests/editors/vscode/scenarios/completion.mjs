// workspace: completion
// Arguments of the installed release while one types: documentation from the package itself, proposals, values, the
// signature, an import that comes along; and nothing twice beside the editor's own words.
import assert from "node:assert/strict";
import { scenario, step, until } from "../workbench.mjs";

await scenario({ open: "train.py" }, async (window) => {
  const { page } = window;
  const { keyboard } = page;
  // As fast as hands: of keys that come at once the editor asks about the first alone.
  const type = (text) => keyboard.type(text, { delay: 120 });
  const rows = page.locator(".suggest-widget.visible .monaco-list-row");
  const row = (text) => rows.filter({ has: page.locator(".label-name", { hasText: text }) });
  const labels = () => page.locator(".suggest-widget.visible .monaco-list-row .label-name").allInnerTexts();
  const offered = (...wanted) => until(async () => {
    const found = await labels();
    return wanted.every((label) => found.includes(label));
  }, async () => (await labels()).join(", ") || "nothing");
  const once = async () => {
    const found = await labels();
    assert.deepEqual(found, [...new Set(found)]);
  };
  const signature = page.locator(".parameter-hints-widget.visible");

  await step("the extension starts", () => page.locator("#status\\.languageStatus").waitFor());
  await window.command("View: Toggle Primary Side Bar Visibility");
  await step("the hover of an argument shows what the installed package says", () =>
    window.hoverUntil("eval_strategy", "whenever the whole dataset was seen once"));
  await step("with its type and default", () => window.hovers("IntervalStrategy | str = \"no\"").waitFor());
  await step("and the release that is installed", () => window.hovers("transformers 5.23.0 (.venv)").waitFor());
  await window.screenshot("hover");
  await window.picture("hover", window.hovers("IntervalStrategy"));

  await window.goTo(16, 1);
  await type("\nsmall = SFTConfig(");
  await step("the arguments are offered as soon as the call is open", () => offered("output_dir=", "max_length="));
  await step("the signature is shown", () => signature.filter({ hasText: "SFTConfig" }).waitFor());
  await window.screenshot("arguments");

  await type("eval_str");
  await step("what is typed narrows them down", () => offered("eval_strategy="));
  await step("none of them twice", once);
  await step("the chosen one is described", async () => {
    const details = page.locator(".suggest-details", { hasText: "How often the model is evaluated" });
    // The same keys show and hide it.
    await until(async () => {
      await keyboard.press("Control+Space");
      await details.waitFor({ timeout: 3_000 }).catch(() => {});
      return details.isVisible();
    }, () => page.locator(".suggest-details").allInnerTexts());
  });
  await window.screenshot("described");
  await window.picture("completion", signature, page.locator(".suggest-widget.visible"), page.locator(".suggest-details-container"));
  await row("eval_strategy=").first().click();
  await step("it is taken", () => window.waitForLine("small = SFTConfig(eval_strategy=)"));
  await step("the signature follows", () => signature.locator(".parameter.active", { hasText: "eval_strategy" }).waitFor());

  await type('"');
  await step("its values are offered", () => offered("no", "steps", "epoch"));
  await window.screenshot("values");
  await type("ep");
  await offered("epoch");
  await keyboard.press("Enter");
  await step("a value is taken", () => window.waitForLine('small = SFTConfig(eval_strategy="epoch")'));

  await keyboard.press("ArrowRight");
  const deprecated = ", gradient_check";
  await type(deprecated);
  await step("what is deprecated is struck through", () =>
    page.locator(".suggest-widget.visible .monaco-list-row .deprecated", { hasText: "gradient_checkpointing=" }).first().waitFor());
  await window.screenshot("deprecated");
  await keyboard.press("Escape");
  await keyboard.press("Escape");
  for (const _ of deprecated) await keyboard.press("Backspace");

  await keyboard.press("Control+End");
  await type("\ntrainer = SFTT");
  await step("a name that is not imported is offered", () => offered("SFTTrainer"));
  await window.screenshot("import");
  await row("SFTTrainer").first().click();
  await step("it is taken", () => window.waitForLine("trainer = SFTTrainer"));
  await step("and its import with it", () => window.waitForLine("from trl import SFTConfig, SFTTrainer"));
  await window.screenshot("imported");

  await type("\n\nsmall.learning_rat");
  await step("attributes are offered", () => offered("learning_rate"));
  await step("none of them twice", once);
  await window.screenshot("attributes");
});
