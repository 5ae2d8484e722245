// The process that the engine starts as `pulumi-resource-command <address of the engine>`.
import { serve } from "../plugin/serve.ts";
import { commandService } from "./service.ts";

serve(commandService);
