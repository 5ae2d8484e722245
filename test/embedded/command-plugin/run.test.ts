import assert from "node:assert/strict";
import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Plugin, startPlugin } from "../../support/plugin-client.ts";

let plugin: Plugin;
let directory: string;
before(async () => {
  plugin = await startPlugin();
  directory = await realpath(plugin.directory);
  await mkdir(join(directory, "sub"));
});
after(() => plugin.stop());

const stdoutOf = async (inputs: Record<string, string | string[]>) =>
  (await plugin.create(inputs)).state["stdout"];

describe("the output", () => {
  const table = [
    ["loses its last newline", "a\\n", "a"],
    ["loses one newline only", "a\\n\\n", "a\n"],
    ["keeps a carriage return", "a\\r\\n", "a\r"],
    ["keeps everything else", " a\\n\\tb ", " a\n\tb "],
    ["is UTF-8", "\\303\\251", "é"],
  ] as const;
  for (const [what, written, kept] of table) {
    it(what, async () => {
      const { state } = await plugin.create({
        create: `printf '${written}'; printf '${written}' >&2`,
      });
      assert.deepEqual([state["stdout"], state["stderr"]], [kept, kept]);
    });
  }

  it("that is not UTF-8 fails the step after the command has run", async () => {
    await assert.rejects(plugin.create({ create: "printf '\\377'" }), {
      message: "grpc: error while marshaling: string field contains invalid UTF-8",
    });
  });

  it("can be written by the names of the streams", async () => {
    const { state } = await plugin.create({
      create: "echo a > /dev/stdout; echo b >> /dev/stderr",
    });
    assert.deepEqual([state["stdout"], state["stderr"]], ["a", "b"]);
  });

  it("of more than a pipe holds is kept whole", async () => {
    const written = await stdoutOf({ create: "yes 1234567 | head -n 65536", logging: "none" });
    assert.equal(written, "1234567\n".repeat(65_536).trimEnd());
  });
});

describe("the interpreter", () => {
  it("is /bin/sh -c", async () => {
    assert.equal(await stdoutOf({ create: 'echo "$0"' }), "/bin/sh");
    assert.equal(await stdoutOf({ create: 'echo "$0"', interpreter: [] }), "/bin/sh");
  });

  it("gets the command as its last argument", async () => {
    assert.equal(await stdoutOf({ create: "a b", interpreter: ["/bin/echo", "-n", "x"] }), "x a b");
  });

  it("keeps the name that it was called by", async () => {
    assert.equal(await stdoutOf({ create: 'echo "$0"', interpreter: ["sh", "-c"] }), "sh");
  });
});

describe("the directory", () => {
  it("is that of the plugin", async () => {
    assert.equal(await stdoutOf({ create: "pwd -P" }), directory);
  });

  it("is the one of the resource, relative to that of the plugin", async () => {
    assert.equal(await stdoutOf({ create: "pwd -P", dir: "sub" }), join(directory, "sub"));
    assert.equal(await stdoutOf({ create: "pwd", dir: "/" }), "/");
  });
});

describe("stdin", () => {
  it("is passed on", async () => {
    assert.equal(await stdoutOf({ create: "cat", stdin: "a\nb\n" }), "a\nb");
    assert.equal(await stdoutOf({ create: "cat /dev/stdin", stdin: "a" }), "a");
  });

  it("is empty when there is none", async () => {
    assert.equal(await stdoutOf({ create: "cat; readlink /dev/fd/0 || true" }), "/dev/null");
  });

  it("need not be read", async () => {
    assert.equal(await stdoutOf({ create: "echo a", stdin: "x".repeat(1_000_000) }), "a");
  });
});

describe("a failure", () => {
  const sh = '"x":\n';
  const table = [
    ["of the command", { create: "exit 3" }, 'exit status 3: running "exit 3":\n'],
    [
      "with output",
      { create: "echo a; echo; false" },
      'exit status 1: running "echo a; echo; false":\na\n\n',
    ],
    ["by a signal", { create: "kill -TERM $$" }, 'signal: terminated: running "kill -TERM $$":\n'],
    [
      "with output that is not UTF-8",
      { create: "printf '\\377a'; exit 1" },
      "exit status 1: running \"printf '\\\\377a'; exit 1\":\n\ufffda",
    ],
    [
      "of a command that needs quoting",
      { create: '"\\\t\n\u0001\u007f é\u00a0\u200b😀\u{e0001}', interpreter: ["false"] },
      'exit status 1: running "\\"\\\\\\t\\n\\x01\\x7f é\\u00a0\\u200b😀\\U000e0001":\n',
    ],
    [
      "to find the interpreter",
      { create: "x", interpreter: ["no-such-program"] },
      `exec: "no-such-program": executable file not found in $PATH: running ${sh}`,
    ],
    [
      "to start the interpreter",
      { create: "x", interpreter: ["/no/such/program"] },
      `fork/exec /no/such/program: no such file or directory: running ${sh}`,
    ],
    [
      "to run what is no program",
      { create: "x", interpreter: ["/etc/passwd"] },
      `fork/exec /etc/passwd: permission denied: running ${sh}`,
    ],
    [
      "to find any interpreter",
      { create: "x", interpreter: [""] },
      `exec: no command: running ${sh}`,
    ],
    [
      "to find the directory",
      { create: "x", dir: "/no/such" },
      `chdir /no/such: no such file or directory: running ${sh}`,
    ],
    [
      "to enter what is no directory",
      { create: "x", dir: "/etc/passwd" },
      `fork/exec /bin/sh: not a directory: running ${sh}`,
    ],
    [
      "to pass a command on",
      { create: "a\0b" },
      'fork/exec /bin/sh: invalid argument: running "a\\x00b":\n',
    ],
  ] as const;
  for (const [what, inputs, message] of table) {
    it(what, async () => {
      const { interpreter, ...rest } = { interpreter: [], ...inputs };
      const step = plugin.create({ ...rest, interpreter: [...interpreter] });
      await assert.rejects(step, { message });
    });
  }

  it("shows both streams", async () => {
    const step = plugin.create({ create: "echo a; echo b >&2; false" });
    await assert.rejects(step, /:\n(a\nb|b\na)\n$/);
  });
});
