// Installs the pinned npm packages when they are missing or older than the lockfile. Plain JavaScript: it runs on the
// machine's own Node, before the Node of the project is there.
import { execSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The packages that npm has installed and those that the lockfile wants, comparable as text. */
function packages(file) {
  if (!existsSync(file)) return {};
  const { packages: all } = JSON.parse(readFileSync(file, "utf8"));
  delete all[""];
  return all;
}

const wanted = packages(`${root}package-lock.json`);
const present = packages(`${root}node_modules/.package-lock.json`);
const missing = Object.entries(wanted).filter(
  ([path, { version, optional }]) => present[path]?.version !== version && optional !== true,
);

if (missing.length > 0) {
  console.error(`► installing ${Object.keys(wanted).length} npm packages`);
  const started = Date.now();
  execSync("npm ci --no-audit --no-fund --loglevel=error", { cwd: root, stdio: ["ignore", 2, 2] });
  console.error(`✔ npm packages installed in ${Math.round((Date.now() - started) / 1000)}s`);
}

const [major, minor] = execSync("node --version").toString().slice(1).split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `✗ Node must be 22.19 or newer, got ${major}.${minor}. ` +
      "npm brings its own on Linux; elsewhere install Node 22.19 or newer and run the command again.",
  );
  process.exit(1);
}
