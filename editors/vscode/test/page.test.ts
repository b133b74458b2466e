import assert from "node:assert/strict";
import { test } from "node:test";
import { pageFor, scriptOf, SCHEME } from "../src/page.ts";

const SCRIPTS = [
  "file:///home/me/project/train.py",
  "file:///c%3A/projects/my%20models/tr%C3%A4ining%23v2.py",
  "vscode-notebook-cell:/home/me/train.ipynb#W0sZmlsZQ%3D%3D",
  "untitled:Untitled-1",
];

test("a page leads back to the script that it is about", () => {
  for (const script of SCRIPTS) assert.equal(scriptOf(pageFor(script)), script);
});

test("its tab is named after the script", () => {
  const names = SCRIPTS.map((script) => decodeURIComponent(pageFor(script).split("?")[0] ?? ""));
  assert.deepEqual(
    names,
    ["train.py", "träining#v2.py", "train.ipynb", "untitled:Untitled-1"].map((name) => `${SCHEME}:/Memory and time of ${name}.md`),
  );
});

test("two scripts of one name have two pages", () => {
  assert.notEqual(pageFor("file:///a/train.py"), pageFor("file:///b/train.py"));
});

test("no other address is a page", () => {
  for (const other of ["", "file:///a/train.py?x", `${SCHEME}:/a.md`, "hf-lsp-docs:/page/trl.md?x"]) assert.equal(scriptOf(other), undefined, other);
});
