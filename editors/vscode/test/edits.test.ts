import assert from "node:assert/strict";
import { test } from "node:test";
import { touched } from "../src/edits.ts";

test("the files of an edit are those that it changes and makes, each once", () => {
  const edit = {
    changes: { "file:///a": [] },
    documentChanges: [{ textDocument: { uri: "file:///b", version: 1 }, edits: [] }, { kind: "create", uri: "file:///c" }, { textDocument: { uri: "file:///c", version: null }, edits: [] }],
  };
  assert.deepEqual(touched(edit), ["file:///a", "file:///b", "file:///c"]);
});

test("an edit of another shape has none", () => {
  for (const edit of [undefined, null, {}, { documentChanges: {} }, { documentChanges: [null, 3, {}] }]) assert.deepEqual(touched(edit), []);
});
