// workspace: completion
// The whole documentation of an argument, opened beside the code by a command: rendered, and not to be edited.
import { scenario, step } from "../workbench.mjs";

await scenario({ open: "train.py" }, async (window) => {
  const { page } = window;
  await step("the extension starts", () => page.locator("#status\\.languageStatus").waitFor());
  await window.goTo(13, 8);
  await window.command("hf-lsp: Show documentation page");
  await step("a tab with the page opens beside the code", () =>
    page.locator(".tabs-container .tab", { hasText: "eval_strategy" }).waitFor());
  const shown = page.frameLocator("iframe.webview").frameLocator("iframe#active-frame");
  await step("it shows what the installed package says", () =>
    shown.locator("body", { hasText: "whenever the whole dataset was seen once" }).waitFor());
  await window.screenshot("page");
});
