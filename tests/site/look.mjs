// Looks at the built site in a browser: look.mjs FOLDER PICTURES
// Narrow and wide, light and dark: nothing is wider than the window, nothing is loaded from elsewhere, text can be told from what is behind
// it, pictures and search work. Leaves pictures of some pages.
import { mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { extname, join, relative, resolve, sep } from "node:path";
import { inspect } from "./inspect.mjs";

const [folder, pictures] = process.argv.slice(2).map((path) => resolve(path));
const { chromium } = createRequire(`${process.env.PLAYWRIGHT_DIR}/`)("playwright-core");
const PATIENCE = 20_000;
const SIZES = { narrow: { width: 390, height: 844 }, wide: { width: 1440, height: 900 } };
const SHOWN = ["index", "start", "editors", "editors/vscode", "rules", "rules/HF103", "rules/HFP101", "estimate-method", "performance", "plan-format", "settings"];
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2" };
const problems = [];

/** Serves the folder on this machine. */
async function serve() {
  const server = createServer((request, response) => {
    const path = join(folder, decodeURIComponent(new URL(request.url, "http://site").pathname));
    const isThere = path.startsWith(folder + sep) && statSync(path, { throwIfNoEntry: false })?.isFile();
    response.writeHead(isThere ? 200 : 404, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
    response.end(isThere ? readFileSync(path) : "");
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

/** The addresses of all pages. */
function pages() {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".html"));
  return files.filter((file) => !["toc.html", "404.html"].includes(file)).map((file) => relative(folder, join(folder, file))).sort();
}

/** A window of a size and colour that writes down whatever goes wrong in it. */
async function open(browser, origin, size, colorScheme) {
  const page = await browser.newPage({ viewport: SIZES[size], colorScheme });
  page.setDefaultTimeout(PATIENCE);
  const note = (text) => problems.push(`${page.url().replace(origin, "")} (${size}, ${colorScheme}): ${text}`);
  page.on("pageerror", (error) => note(error.message));
  page.on("console", (message) => message.type() === "error" && note(message.text()));
  page.on("request", (request) => request.url().startsWith(origin) || request.url().startsWith("data:") || note(`asks for ${request.url()}`));
  return { page, note };
}

/** Looks at pages in one window: at all of them, or at those of which pictures are left. */
async function look(browser, origin, size, colorScheme, all) {
  const { page, note } = await open(browser, origin, size, colorScheme);
  for (const address of pages()) {
    const name = address.replace(/\.html$/, "");
    if (!all && !SHOWN.includes(name)) continue;
    await page.goto(`${origin}/${address}`, { waitUntil: "load" });
    for (const problem of await page.evaluate(inspect, colorScheme)) note(problem);
    if (!SHOWN.includes(name)) continue;
    await page.screenshot({ path: join(pictures, `${name.replaceAll("/", "-")}-${size}-${colorScheme}.png`) });
  }
  await page.close();
}

/** Types into the search and expects a page among the first results. */
async function search(browser, origin, size, words, wanted) {
  const { page, note } = await open(browser, origin, size, "light");
  await page.goto(`${origin}/index.html`);
  await page.locator("#mdbook-search-toggle").click();
  await page.locator("#mdbook-searchbar").pressSequentially(words);
  const results = page.locator("#mdbook-searchresults li a");
  await results.first().waitFor();
  const links = await results.evaluateAll((found) => found.map((link) => new URL(link.href).pathname));
  if (!links.slice(0, 5).includes(wanted)) note(`searching ${words} gives ${links.slice(0, 5)}`);
  await page.screenshot({ path: join(pictures, `search-${words}-${size}.png`) });
  await results.filter({ hasText: /./ }).first().click();
  await page.waitForURL((url) => url.pathname !== "/index.html");
  await page.close();
}

mkdirSync(pictures, { recursive: true });
const server = await serve();
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});
try {
  await look(browser, origin, "narrow", "light", true);
  await look(browser, origin, "wide", "dark", true);
  await look(browser, origin, "narrow", "dark", false);
  await look(browser, origin, "wide", "light", false);
  await search(browser, origin, "wide", "HF103", "/rules/HF103.html");
  await search(browser, origin, "narrow", "renamed argument", "/rules/HF103.html");
  await search(browser, origin, "wide", "neovim", "/editors/nvim.html");
} catch (error) {
  problems.push(error.message);
} finally {
  await browser.close();
  server.close();
}
console.log(problems.length ? [...new Set(problems)].slice(0, 60).join("\n") : `${pages().length} pages, ${SHOWN.length} of them in four windows, and the search`);
process.exit(problems.length ? 1 : 0);
