// The processes behind a scenario: code-server and the browser.
import { spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { step, until } from "./steps.mjs";

const { CODE_SERVER_DIR, PLAYWRIGHT_DIR, SCENARIO_DIR, SCENARIO_PIDS, SCENARIO_TMP, VSCODE_EXTENSIONS } = process.env;
const { chromium } = createRequire(`${PLAYWRIGHT_DIR}/`)("playwright-core");

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Starts code-server in a process group of its own and waits until it answers; gives its port and how to end it. */
export async function startCodeServer({ data, workspace, settings, machine = {}, trust = true, extensions = VSCODE_EXTENSIONS, env = {} }) {
  const port = await freePort();
  // In a browser the settings of the machine are those of the server, and the user's own cannot hold them.
  for (const [folder, values] of Object.entries({ User: settings, Machine: machine })) {
    mkdirSync(join(data, folder), { recursive: true });
    writeFileSync(join(data, folder, "settings.json"), JSON.stringify(values));
  }
  cpSync(extensions, join(SCENARIO_TMP, "extensions"), { recursive: true });
  const log = openSync(join(SCENARIO_DIR, "code-server.log"), "w");
  const args = [
    join(CODE_SERVER_DIR, "node_modules/code-server/out/node/entry.js"),
    ...["--user-data-dir", data, "--extensions-dir", join(SCENARIO_TMP, "extensions")],
    ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`],
    ...["--disable-telemetry", "--disable-update-check"],
    ...(trust ? ["--disable-workspace-trust"] : []),
    workspace,
  ];
  const server = spawn(process.execPath, args, { detached: true, stdio: ["ignore", log, log], env: { ...process.env, ...env } });
  record(server.pid);
  await step("code-server answers", () =>
    until(async () => (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null))?.ok, () => "no answer"),
  );
  return { port, stop: () => endGroup(server.pid) };
}

async function endGroup(group) {
  process.kill(-group, "SIGTERM");
  await hasEnded(group);
}

/** Waits until none of a process group is left; what takes too long is ended by the runner. */
function hasEnded(group) {
  return until(() => !isAlive(group), () => `process group ${group}`, 10_000);
}

function isAlive(group) {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

/** Starts the browser; gives it and how to end it. */
export async function startBrowser() {
  const server = await chromium.launchServer({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"].concat(
      ["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ),
  });
  const group = server.process().pid;
  record(group);
  const stop = async () => {
    await server.close();
    await hasEnded(group);
  };
  return { browser: await chromium.connect(server.wsEndpoint()), stop };
}

/** Tells the runner which process group must not outlive the scenario. */
function record(group) {
  appendFileSync(SCENARIO_PIDS, `${group}\n`);
}
