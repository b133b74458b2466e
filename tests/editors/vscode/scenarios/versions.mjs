// workspace: upgrade
// The versions that apply and where they were found: in the language status and in a list.
import { scenario, step } from "../workbench.mjs";

await scenario({ open: "train.py" }, async (window) => {
  const { page } = window;
  await step("the server runs", () => page.waitForSelector(".squiggly-error", { state: "attached" }));

  await step("the language status names version and source", async () => {
    await page.locator("#status\\.languageStatus").hover();
    const status = page.locator(".hover-language-status");
    await status.filter({ hasText: "transformers 5.23.0" }).filter({ hasText: "requirements.txt" }).waitFor();
  });
  await window.screenshot("status");
  await page.keyboard.press("Escape");

  await window.command("hf-lsp: Show resolved versions");
  const row = page.locator(".quick-input-list .monaco-list-row");
  await step("the list has each library that was found", async () => {
    await row.filter({ hasText: "transformers" }).filter({ hasText: "5.23.0" }).filter({ hasText: "requirements.txt" }).waitFor();
    await row.filter({ hasText: "peft" }).filter({ hasText: "0.21.2" }).waitFor();
  });
  await window.screenshot("versions");
});
