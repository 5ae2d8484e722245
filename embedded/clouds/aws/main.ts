// The process that the engine starts as `pulumi-resource-aws <address of the engine>`.
import { serve } from "../../plugin/serve.ts";
import { cloudService } from "../service.ts";
import { aws } from "./definition.ts";

serve((log) => cloudService(aws, log));
