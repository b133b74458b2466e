// Tests against the editor's programming interface, inside the real extension host.
// The outcome of each goes into the file that HF_LSP_HOST_RESULT names, as [{name, problem}].
const assert = require("node:assert/strict");
const { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const vscode = require("vscode");

const OLD = "`evaluation_strategy` was removed from `TrainingArguments`";
const tests = [];
const test = (name, body) => tests.push({ name, body });

test("the removed argument is reported once, with its code and place", async () => {
  const document = await open("train.py");
  const finding = await theFinding(document.uri);
  assert.equal(findings(document.uri, OLD).length, 1, "reported more than once");
  assert.equal(finding.source, "hf-lsp");
  assert.equal(finding.code.value ?? finding.code, "HF103"); // an object when it links to the rule's page
  assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
  assert.equal(document.getText(finding.range), "evaluation_strategy");
});

test("the hover names the replacement", async () => {
  const document = await open("train.py");
  const { range } = await theFinding(document.uri);
  const hovers = await vscode.commands.executeCommand("vscode.executeHoverProvider", document.uri, range.start.translate(0, 3));
  const text = hovers.flatMap((hover) => hover.contents.map((content) => content.value ?? content)).join("\n");
  assert.match(text, /\beval_strategy\b/);
});

test("ignoring the rule in the settings silences it, and taking that back reports it again", async () => {
  const document = await open("train.py");
  await theFinding(document.uri);
  const configuration = vscode.workspace.getConfiguration("hf-lsp", document.uri);
  await configuration.update("ignore", ["HF103"], vscode.ConfigurationTarget.Workspace);
  await until("the finding is silenced", () => findings(document.uri, OLD).length === 0);
  await configuration.update("ignore", undefined, vscode.ConfigurationTarget.Workspace);
  await theFinding(document.uri);
});

test("restarting replaces the server, and the new one reports again", async () => {
  const document = await open("train.py");
  await theFinding(document.uri);
  const before = servers();
  assert.equal(before.length, 1, "not exactly one server");
  await vscode.commands.executeCommand("hf-lsp.client.restart");
  await until("another server runs alone", () => servers().length === 1 && servers()[0] !== before[0]);
  await theFinding(document.uri);
});

test("the preferred fix renames the argument and nothing else", async () => {
  const document = await open("train.py");
  const before = document.getText();
  const { range } = await theFinding(document.uri);
  const fix = (await actions(document.uri, range, "quickfix")).find((action) => action.isPreferred);
  assert.equal(fix?.title, "Rename to `eval_strategy`");
  assert.ok(await vscode.workspace.applyEdit(fix.edit));
  assert.equal(document.getText(), before.replace("evaluation_strategy", "eval_strategy"));
  await until("the finding is gone", () => findings(document.uri, OLD).length === 0);
});

test("everything in the file is fixed by one command", async () => {
  const document = await open("train.py");
  await vscode.commands.executeCommand("hf-lsp.client.fixAll");
  await until("no finding is left", () => findings(document.uri, "").length === 0);
  assert.match(document.getText(), /^ {4}eval_strategy="epoch",$/m);
  assert.match(document.getText(), /^ {4}processing_class=tokenizer,$/m);
});

test("a file that was never saved is checked too", async () => {
  const content = 'from transformers import TrainingArguments\nargs = TrainingArguments("out", evaluation_strategy="no")\n';
  const document = await vscode.workspace.openTextDocument({ language: "python", content });
  await vscode.window.showTextDocument(document);
  const finding = await theFinding(document.uri);
  assert.equal(document.getText(finding.range), "evaluation_strategy");
});

test("a notebook cell is checked too", async () => {
  const code = "from transformers import TrainingArguments\nTrainingArguments('out', evaluation_strategy='no')\n";
  const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, code, "python");
  const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", new vscode.NotebookData([cell]));
  await vscode.window.showNotebookDocument(notebook);
  const { document } = notebook.cellAt(0);
  const finding = await theFinding(document.uri);
  assert.equal(document.getText(finding.range), "evaluation_strategy");
});

test("a place is shown", async () => {
  const { uri } = await open("requirements.txt");
  await open("train.py");
  const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } };
  await vscode.commands.executeCommand("hf-lsp.show", uri.toString(), range);
  const { document, selection } = vscode.window.activeTextEditor;
  assert.equal(document.uri.toString(), uri.toString());
  assert.deepEqual([selection.start.line, selection.start.character, selection.end.character], [1, 0, 3]);
});

test("a command is typed into one terminal of the folder, and runs when somebody presses Enter", async () => {
  const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
  const type = (command) => vscode.commands.executeCommand("hf-lsp.terminal", command, folder);
  await type("touch first\n");
  await type("touch second\r\n");
  const terminals = vscode.window.terminals.filter(({ name }) => name === "hf-lsp plan");
  assert.equal(terminals.length, 1);
  terminals[0].sendText("", true);
  await until("the command ran", () => existsSync(join(folder, "second")));
  for (const name of ["first", "firsttouch"]) assert.ok(!existsSync(join(folder, name)), "the command before was run too");
});

/** Opens a file of the workspace as it is on disk. */
async function open(name) {
  const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, name);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  if (document.isDirty) await vscode.commands.executeCommand("workbench.action.files.revert");
  return document;
}

/** Process ids of the servers that this extension host started. */
function servers() {
  return readdirSync("/proc").filter((pid) => {
    try {
      const [, parent] = readFileSync(`/proc/${pid}/stat`, "utf8").match(/\) \S (\d+)/);
      return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("/server/hf-lsp\0server");
    } catch {
      return false; // not a process, or one that ended meanwhile
    }
  });
}

function findings(uri, text) {
  return vscode.languages.getDiagnostics(uri).filter((finding) => finding.source === "hf-lsp" && finding.message.includes(text));
}

async function theFinding(uri) {
  await until("the finding is reported", () => findings(uri, OLD).length > 0);
  return findings(uri, OLD)[0];
}

function actions(uri, range, kind) {
  return vscode.commands.executeCommand("vscode.executeCodeActionProvider", uri, range, kind, 10);
}

async function until(what, condition) {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`timed out before ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

exports.activate = () => {
  void (async () => {
    const results = [];
    for (const { name, body } of tests) {
      const problem = await body().then(() => null, (error) => String(error?.stack ?? error));
      results.push({ name, problem });
    }
    // Written beside and moved there, so that whoever waits for the file reads all of it.
    const file = process.env.HF_LSP_HOST_RESULT;
    writeFileSync(`${file}.partial`, JSON.stringify(results, null, 2));
    renameSync(`${file}.partial`, file);
  })();
};
