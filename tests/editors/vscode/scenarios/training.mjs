// workspace: training
// What raises when the code runs: a value with a near one, a configuration from another module, a command in a shell
// script, a key in YAML; each in its own language's editor.
import { scenario, step } from "../workbench.mjs";

await scenario({ open: "train.py" }, async (window) => {
  const { page } = window;
  const open = async (file) => {
    await page.locator(".explorer-folders-view .monaco-list-row", { hasText: file }).dblclick();
    await page.locator(".tabs-container .tab.active", { hasText: file }).waitFor();
  };
  const fix = async (line, column, title) => {
    await page.keyboard.press("Control+1");
    await window.goTo(line, column);
    await window.takeFix(title);
  };
  await step("a squiggle appears", () => page.waitForSelector(".squiggly-error", { state: "attached" }));
  await page.keyboard.press("Control+Shift+m");
  await step("Problems names the value and the near one", () =>
    window.problem("adamw_torch_fusd").filter({ hasText: "HF201" }).waitFor());
  await step("Problems says what is missing for a configuration of another file", () =>
    window.problem("there is nothing to evaluate on").filter({ hasText: "HF302" }).waitFor());
  await window.screenshot("finding");
  await step("the near value is offered and taken", () => fix(7, 55, "Replace by `\"adamw_torch_fused\"`"));
  await step("the value is replaced", () =>
    window.waitForLine("other = TrainingArguments(output_dir=\"out\", optim=\"adamw_torch_fused\")"));
  await step("its problem is gone", () => window.problem("adamw_torch_fusd").waitFor({ state: "detached" }));

  await open("run.sh");
  await step("a command that went away is found in a shell script", () =>
    window.problem("huggingface-cli login").filter({ hasText: "HF711" }).waitFor());
  await window.screenshot("command");
  await step("its successor is offered and taken", () => fix(2, 3, "Use `hf auth login`"));
  await step("the command is replaced", () => window.waitForLine("hf auth login"));

  await open("sft.yaml");
  await step("a key that went away is found in YAML", () =>
    window.problem("evaluation_strategy").filter({ hasText: "HF103" }).waitFor());
  await window.screenshot("configuration");
  await step("its new name is offered and taken", () => fix(6, 3, "Rename to `eval_strategy`"));
  await step("the key is renamed", () => window.waitForLine("eval_strategy: steps"));
  await window.screenshot("fixed");
});
