// workspace: hub
// In a folder that nobody trusts, no name of a model leaves the machine; once it is trusted, the hover looks it up.
import assert from "node:assert/strict";
import { startHub } from "../../lib/stand-in-hub.mjs";
import { scenario, step } from "../workbench.mjs";

const MODEL = "acme-labs/tiny-chat-1b";

const hub = await startHub();
const settings = { "security.workspace.trust.startupPrompt": "never" };
const machine = { "hf-lsp.endpoint": hub.address, "hf-lsp.network": "on" };
const env = { HF_HUB_OFFLINE: undefined };

await scenario({ open: "train.py", trust: false, settings, machine, env }, async (window) => {
  const { page } = window;
  await step("the folder opens untrusted", () => page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor());
  await step("the names are links", () => page.locator(".detected-link", { hasText: MODEL }).first().waitFor());
  await step("the hover says why it says nothing else", () => window.hover(MODEL, "the workspace is not trusted"));
  await window.screenshot("restricted");
  await step("nothing was asked", () => assert.deepEqual(hub.requests, []));

  await window.command("Workspaces: Manage Workspace Trust");
  await page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).first().click();
  await page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor({ state: "detached" });
  await page.locator(".monaco-modal-editor-block .codicon-close").last().click();
  await step("once trusted, the hover looks it up", () => window.hoverUntil(MODEL, "context 8,192 tokens"));
  await window.screenshot("trusted");
});
