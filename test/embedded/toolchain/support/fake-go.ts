import { existsSync, watch } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { TestContext } from "node:test";

import { zipSync } from "fflate";

import type { Definition } from "../../../../embedded/toolchain/build.ts";
import type { Group } from "../../../../embedded/toolchain/groups.ts";
import { createLog, type Log } from "../../../../scripts/lib/log.ts";

// What it does is told by files beside its record: `refuse-<module>` makes a download fail, `hang-<group>` makes a build write half a
// binary and stay, `break-<group>` makes it not compile. When a group's modules are fetched it makes `fetched-<group>`.
const script = `#!/bin/sh
PATH=/usr/bin:/bin
echo "$(basename "$PWD"): $*" >> "$FAKE_GO/calls"
case "$1 $2" in
"env -json") cat "$FAKE_GO/env.json" ;;
"mod download")
  shift 2
  for module in "$@"; do
    [ -f "$FAKE_GO/refuse-$(basename "$module")" ] || continue
    echo "go: $module@v1.0.0: reading https://me:hunter2@proxy.example/$module/@v/v1.0.0.zip: 403 Forbidden" >&2
    exit 1
  done ;;
"list -mod=readonly")
  if [ "$3" = -deps ]; then
    : > "$FAKE_GO/fetched-$(basename "$PWD")"
    exit 0
  fi
  shift 5
  for module in "$@"; do printf '%s\\t%s\\n' "$module" "$FAKE_GO/modules/$(basename "$module")"; done ;;
"build -v")
  group=$(basename "$PWD")
  while [ "$1" != -o ]; do shift; done
  mkdir -p "$2"
  echo half > "$2/$(basename "$3")"
  if [ -f "$FAKE_GO/hang-$group" ]; then
    echo $$ > "$FAKE_GO/hanging.new"
    mv "$FAKE_GO/hanging.new" "$FAKE_GO/hanging"
    exec tail -f /dev/null
  fi
  if [ -f "$FAKE_GO/break-$group" ]; then
    echo "./main.go:3:1: syntax error" >&2
    exit 1
  fi
  directory=$2
  shift 2
  for package in "$@"; do
    echo "$package" >&2
    echo "$package" > "$directory/$(basename "$package")"
  done ;;
esac
`;

/** FakeGo is a definition of two groups, alpha (tools `one` and `two`) and beta (tool `three`), and a `go` that pretends to build them. */
export interface FakeGo {
  readonly definition: Definition;
  readonly directory: string;
  readonly cacheDirectory: string;
  readonly log: Log;
  readonly lines: string[];
  /** The builds that ran, by the group's name. */
  builds(): Promise<string[]>;
  /** Makes the file that steers the fake. */
  tell(what: string): Promise<void>;
  untell(what: string): Promise<void>;
  setVersion(version: string): Promise<void>;
  /** Puts an executable on PATH that prints `output`. */
  putOnPath(name: string, output: string): Promise<void>;
}

export const alpha: Group = {
  name: "alpha",
  tools: [tool("one", ["--version"]), tool("two")],
  extras: [{ module: "example.org/two", from: "config", to: "operator/config" }],
  cost: { seconds: 100, packages: 10, megabytes: 1, workMegabytes: 1 },
};

export const beta: Group = {
  name: "beta",
  tools: [{ ...tool("three"), builtAs: "cmd", package: "example.org/three/cmd" }],
  cost: { seconds: 50, packages: 5, megabytes: 1, workMegabytes: 1 },
};

function tool(name: string, versionArguments?: string[]): Group["tools"][number] {
  const module = `example.org/${name}`;
  const own = { name, module, package: module, version: "v1.0.0" };
  return versionArguments === undefined ? own : { ...own, versionArguments };
}

/** fakeGo lives in a temporary directory that goes after the test. */
export async function fakeGo(t: TestContext): Promise<FakeGo> {
  const directory = await mkdtemp(join(tmpdir(), "toolchain-test-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, "path");
  const lines: string[] = [];
  const writeInto = async (file: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), content);
  };
  const putOnPath = async (name: string, text: string): Promise<void> => {
    await writeInto(`path/${name}`, text);
    await chmod(join(path, name), 0o755);
  };
  const setVersion = (version: string): Promise<void> =>
    writeInto(
      "env.json",
      JSON.stringify({
        GOVERSION: `go${version}`,
        GOHOSTOS: "linux",
        GOHOSTARCH: "amd64",
        GOPROXY: "https://me:hunter2@proxy.example,direct",
      }),
    );
  await putOnPath("go", script);
  await putOnPath("git", "#!/bin/sh\n");
  await setVersion("1.26.8");
  await writeInto("modules/two/config/crd/flux.yaml", "kind: Fake\n");
  for (const name of ["alpha", "beta"]) {
    await writeInto(`groups/${name}/go.mod`, `module ${name}\n`);
    await writeInto(`groups/${name}/go.sum`, "");
  }
  const content = new TextEncoder().encode("from npm\n");
  await writeInto("layer.zip", zipSync({ "kubectl/kubectl": content, "helm/helm": content }));
  return {
    directory,
    cacheDirectory: join(directory, "cache"),
    lines,
    log: createLog((line) => lines.push(line)),
    definition: {
      groups: [alpha, beta],
      directory: join(directory, "groups"),
      env: { PATH: path, FAKE_GO: directory },
      archive: join(directory, "layer.zip"),
    },
    setVersion,
    putOnPath: (name, output) => putOnPath(name, `#!/bin/sh\necho '${output}'\n`),
    tell: (what) => writeInto(what, ""),
    untell: (what) => rm(join(directory, what)),
    async builds() {
      const calls = await readFile(join(directory, "calls"), "utf8");
      return [...calls.matchAll(/^(\w+): build /gm)].map((match) => match[1] ?? "");
    },
  };
}

/** appears resolves when the file is there and rejects when the time is up. */
export async function appears(file: string, milliseconds = 5000): Promise<void> {
  const signal = AbortSignal.timeout(milliseconds);
  await new Promise<void>((done, failed) => {
    const watcher = watch(dirname(file), { signal });
    const look = (): void => {
      if (!existsSync(file)) return;
      watcher.close();
      done();
    };
    watcher.on("change", look);
    signal.addEventListener("abort", () => {
      failed(new Error(`${basename(file)} must appear within ${milliseconds} ms.`));
    });
    look();
  });
}
