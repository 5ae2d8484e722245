// A stub of kubelogin for tests: tokens of the embedded cluster that the stand-in runs for AKS.
import { requireStandIns } from "../../plugin/stand-in.ts";
import { readAccount } from "../account.ts";
import { readSettings } from "../settings.ts";
import { execCredential, option, runTool, ToolFailure } from "./credential.ts";

const version = [
  "kubelogin version ",
  "git hash: v0.2.10/0000000",
  "Go version: go1.24.6",
  "Build time: 2026-01-01T00:00:00Z",
  "Platform: linux/amd64",
].join("\n");

/** The application of Entra that stands for the API servers of all AKS clusters. */
const serverId = "6dae42f8-4368-4678-94ff-3960e28e3630";

await runTool((words) => {
  requireStandIns("Install kubelogin instead.");
  if (words.includes("--version")) return version;
  if (words[0] !== "get-token") {
    throw new ToolFailure(`the stub of kubelogin has no command ${words.join(" ")}`, 1);
  }
  const settings = readSettings("azure");
  if (settings.login === undefined) {
    throw new ToolFailure(
      "Error: failed to get token: AzureCLICredential: ERROR: Please run 'az login' to setup account.",
      1,
    );
  }
  if (option(words, "--server-id") !== serverId) {
    throw new ToolFailure(
      `Error: failed to get token: AADSTS500011: The resource principal named ${option(words, "--server-id") ?? ""} was not found in the tenant`,
      1,
    );
  }
  // A token of Entra is good for every AKS cluster; here there is one.
  const [cluster] = readAccount("azure").all("azure-native:containerservice:ManagedCluster");
  const name = cluster?.properties["name"];
  if (typeof name !== "string") throw new ToolFailure("the stand-in has no AKS cluster", 1);
  return JSON.stringify(execCredential("azure", name));
});
