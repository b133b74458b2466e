import assert from "node:assert/strict";
import { test } from "node:test";
import { typed } from "../src/terminal.ts";

test("a command is typed as it is", () => {
  const command = 'uv run python -c "print(\'ü → 1\')" && echo $HOME | tee "a b"';
  assert.equal(typed(command), command);
});

test("nothing in it presses Enter or another key", () => {
  for (const key of ["\n", "\r\n", "\r", "\u0003", "\u0004", "\u001b", "\u007f", "\u009b", "\u2028", "\t", "\u202e"]) {
    assert.equal(typed(`echo a${key}rm -r b${key}`), "echo a rm -r b", JSON.stringify(key));
  }
  assert.equal(typed("\u001b[201~\nrm -r b\n"), "[201~ rm -r b");
});
