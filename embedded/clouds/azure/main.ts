// The process that the engine starts as `pulumi-resource-azure-native <address of the engine>`.
import { serve } from "../../plugin/serve.ts";
import { cloudService } from "../service.ts";
import { azure } from "./definition.ts";

serve((log) => cloudService(azure, log));
