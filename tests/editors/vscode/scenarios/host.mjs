// workspace: upgrade
// The tests of ../host, run inside the real extension host.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scenario, step, until } from "../workbench.mjs";

const RESULT = join(process.env.SCENARIO_DIR, "host.json");
const options = { extensions: process.env.VSCODE_EXTENSIONS_HOST, env: { HF_LSP_HOST_RESULT: RESULT } };

await scenario(options, async () => {
  await until(() => existsSync(RESULT), () => "no result from the extension host", 150_000);
  const results = JSON.parse(readFileSync(RESULT, "utf8"));
  for (const { name, problem } of results) console.log(problem ? `not ok: ${name}\n${problem}` : `ok: ${name}`);
  await step("all tests in the extension host pass", () => {
    assert.ok(results.length > 0, "no test ran");
    assert.deepEqual(results.filter(({ problem }) => problem).map(({ name }) => name), []);
  });
});
