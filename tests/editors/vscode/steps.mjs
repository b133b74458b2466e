// Steps that say when they were done, and conditions that are waited for.

/** How long one step may take, in milliseconds: a loaded machine needs a good 20 seconds to the first finding. */
export const PATIENCE = 60_000;

const started = Date.now();

/** Runs one step and says when it was done; what it throws says which step failed. */
export async function step(name, action) {
  try {
    const result = await action();
    console.log(`ok: ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    throw new Error(`not so: ${name}`, { cause: error });
  }
}

/** Asks again and again until `condition` holds; `describe` tells what was there instead. */
export async function until(condition, describe, patience = PATIENCE) {
  const deadline = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`timed out; there was: ${await describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
