// workspace: hub
// The name of a model: its hover says at once that more is coming, then what the Hub knows; a Hub that never answers
// holds nothing up; the token goes to the Hub alone, and a folder cannot send anybody elsewhere.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { STALLED, startHub } from "../../lib/stand-in-hub.mjs";
import { scenario, step, until } from "../workbench.mjs";

const MODEL = "acme-labs/tiny-chat-1b";
const TOKEN = "made-up-token";

let answer;
const hub = await startHub(new Promise((resolve) => (answer = resolve)));
const elsewhere = await startHub();

// What a folder says about the network does not count, though it is trusted.
const folder = { "hf-lsp.endpoint": elsewhere.address, "hf-lsp.network": "on" };
const write = (more) => writeFileSync(".vscode/settings.json", JSON.stringify({ ...folder, ...more }));
mkdirSync(".vscode");
write({});
writeFileSync(".env", `HF_ENDPOINT=${elsewhere.address}\n`);

const env = { HF_HUB_OFFLINE: undefined, HF_TOKEN: TOKEN };
const machine = { "hf-lsp.endpoint": hub.address };

await scenario({ open: "train.py", machine, env }, async (window) => {
  const { page } = window;
  const asked = (part) => hub.requests.filter(({ path }) => path.includes(part));
  await step("the names are links", () => page.locator(".detected-link", { hasText: MODEL }).first().waitFor());
  await step("nothing is asked before somebody points", () => assert.deepEqual(hub.requests, []));

  await step("the hover says that more is coming", () => window.hover(MODEL, "looking it up on 127.0.0.1"));
  await window.screenshot("coming");
  await step("one look-up is under way", () => until(() => asked(MODEL).length === 1, () => JSON.stringify(hub.requests)));
  answer();
  await step("then it says what the Hub knows", () => window.hoverUntil(MODEL, "context 8,192 tokens"));
  for (const fact of ["1.10 B parameters", "apache-2.0", "has a chat template", "Open the model"]) {
    await step(`it says: ${fact}`, () => window.hovers(fact).waitFor());
  }
  await window.screenshot("known");
  await window.picture("model", window.hovers("1.10 B parameters"));

  await step("the dataset has its own", () => window.hoverUntil("acme-labs/tiny-instruct", "messages"));
  await window.screenshot("dataset");

  await step("a Hub that does not answer holds no hover up", () => window.hover(STALLED, "looking it up on 127.0.0.1"));
  await step("it was asked", () => until(() => asked(STALLED).length === 1, () => JSON.stringify(hub.requests)));
  await step("meanwhile others are answered", () => window.hoverUntil("load_dataset", "datasets 5.2.0"));
  await step("and findings come", async () => {
    await window.goTo(12, 1);
    await page.keyboard.type("judge.generate(max_lenght=3)\nAutoTokenizer.from_pretrained('x', use_auth_token=True)\n");
    await page.waitForSelector(".squiggly-error, .squiggly-warning", { state: "attached" });
  });
  await window.screenshot("stalled");

  write({ "hf-lsp.inlayHints": true });
  await step("size and licence stand beside the names when asked for", async () => {
    const line = async () => (await window.lines()).find((text) => text.startsWith("model ="));
    await until(async () => /1\.10 B · apache-2\.0/.test(await line()), line);
  });
  await window.screenshot("hints");

  await step("nobody was sent elsewhere", () => assert.deepEqual(elsewhere.requests, []));
  await step("the token was shown to the Hub, and not with the documentation", () => {
    for (const { path, authorization } of hub.requests) {
      assert.equal(authorization, path.startsWith("/docs/") ? undefined : `Bearer ${TOKEN}`, path);
    }
  });
});
