// A stub of the AWS CLI for tests: what this project and its documents call, on the account of the stand-in.
import { requireStandIns } from "../../plugin/stand-in.ts";
import { readAccount, withAccount } from "../account.ts";
import { deleteLoadBalancer } from "../aws/load-balancers.ts";
import { accountId } from "../aws/words.ts";
import { readSettings, type Settings } from "../settings.ts";
import { execCredential, option, runTool, ToolFailure } from "./credential.ts";

const version = "aws-cli/2.31.3 Python/3.13.7 Linux/6.8.0 exe/x86_64";
const services = ["sts", "eks", "elbv2", "resourcegroupstaggingapi"];

type Command = (words: readonly string[], settings: Settings) => unknown;

const commands: Readonly<Record<string, Command>> = {
  "eks get-token": (words) => execCredential("aws", option(words, "--cluster-name") ?? ""),
  "sts get-caller-identity": (_, { login }) => {
    const name = login?.principal.split("/").at(-1) ?? "";
    const Arn = `arn:aws:sts::${accountId}:assumed-role/${name}/session`;
    return { UserId: "AROAEXAMPLE:session", Account: accountId, Arn };
  },
  "resourcegroupstaggingapi get-resources": (words) => ({
    ResourceTagMappingList: tagged(option(words, "--tag-filters") ?? ""),
  }),
  "elbv2 delete-load-balancer": async (words) => {
    const arn = option(words, "--load-balancer-arn") ?? "";
    await withAccount("aws", (account) => deleteLoadBalancer(account, arn));
  },
};

await runTool(async (words) => {
  requireStandIns("Install the AWS CLI instead.");
  if (words.includes("--version")) return version;
  const settings = readSettings("aws");
  if (settings.login === undefined) {
    throw new ToolFailure(
      'Unable to locate credentials. You can configure credentials by running "aws configure".',
      253,
    );
  }
  const start = words.findIndex((word) => services.includes(word));
  const command = commands[words.slice(start, start + 2).join(" ")];
  if (command === undefined) {
    throw new ToolFailure(`the stub of aws has no command ${words.join(" ")}`, 252);
  }
  return JSON.stringify((await command(words, settings)) ?? {});
});

/** What bears the tag: `Key=NAME` or `Key=NAME,Values=VALUE`. */
function tagged(filter: string) {
  const [, key = "", value] = /^Key=([^,]+)(?:,Values=(.+))?$/.exec(filter) ?? [];
  return readAccount("aws")
    .all()
    .flatMap(({ properties }) => {
      const { arn, tagsAll, tags: own } = properties;
      const tags = (tagsAll ?? own ?? {}) as Record<string, string>;
      const matches = tags[key] !== undefined && (value === undefined || tags[key] === value);
      if (!matches || typeof arn !== "string") return [];
      return [
        { ResourceARN: arn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ];
    });
}
