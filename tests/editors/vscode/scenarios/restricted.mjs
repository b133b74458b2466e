// workspace: upgrade
// A folder that brings its own hf-lsp.path cannot make the editor start that program before it is trusted.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { scenario, step, until } from "../workbench.mjs";

mkdirSync(".vscode");
writeFileSync(".vscode/settings.json", JSON.stringify({ "hf-lsp.path": "${workspaceFolder}/own-server" }));
writeFileSync("own-server", `#!/bin/sh\ntouch own-server-ran\nexec '${process.env.HF_LSP_BIN}' "$@"\n`);
chmodSync("own-server", 0o755);

const settings = { "security.workspace.trust.startupPrompt": "never" };

await scenario({ open: "train.py", trust: false, settings }, async (window) => {
  const { page } = window;
  await step("the folder opens untrusted", () => page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor());
  await step("findings appear in restricted mode", () => page.waitForSelector(".squiggly-error", { state: "attached" }));
  await window.screenshot("restricted");
  await step("the folder's own program was not started", () => assert.ok(!existsSync("own-server-ran")));

  await window.command("Workspaces: Manage Workspace Trust");
  await page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).first().click();
  await step("once trusted, the setting decides", () => until(() => existsSync("own-server-ran"), () => "no sign of it"));
});
