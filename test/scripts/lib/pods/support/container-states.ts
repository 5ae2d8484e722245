import { ago, warning } from "./pods.ts";
import { ended, initContainer, type State, waiting } from "./states.ts";

/** What a container may do instead of being ready. */
export const containerStates: Readonly<Record<string, State>> = {
  "the image does not exist": {
    parts: { state: waiting("ImagePullBackOff", "Back-off pulling image") },
    around: (about) => [
      warning(about, "Failed", "Error: ErrImagePull", { seconds: 5 }),
      warning(about, "Failed", 'Failed to pull image "registry.example/web:1.2": not found'),
    ],
    expected: {
      problem: "image-pull",
      container: "web",
      text: 'image registry.example/web:1.2 cannot be pulled: Failed to pull image "registry.example/web:1.2": not found',
    },
  },
  "the image's name is wrong, without an event": {
    parts: { state: waiting("InvalidImageName", "couldn't parse image reference") },
    expected: { problem: "image-pull", text: /InvalidImageName: couldn't parse/ },
  },
  "it crashes": {
    parts: {
      state: waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container"),
      container: { restartCount: 12, lastState: ended(1, "Error", { message: "no config\n" }) },
    },
    expected: {
      problem: "crash-loop",
      container: "web",
      text: "exit code 1 (Error): no config, 12 restarts",
      next: "kubectl -n shop logs web-5d9f-abc12 -c web --tail=50 --previous",
    },
  },
  "it crashed just now": {
    parts: { state: ended(2), container: { restartCount: 1 } },
    expected: { problem: "crash-loop", text: "exit code 2 (Error), 1 restart" },
  },
  "it runs again after a crash": {
    parts: { container: { restartCount: 3, lastState: ended(1) } },
    expected: { problem: "crash-loop", text: "exit code 1 (Error), 3 restarts" },
  },
  "it ends well, and has to run": {
    parts: { state: waiting("CrashLoopBackOff"), container: { lastState: ended(0, "Completed") } },
    expected: { problem: "crash-loop", text: /exit code 0 \(Completed\), though it has to keep/ },
  },
  "it needs more memory than it may have": {
    parts: {
      state: waiting("CrashLoopBackOff"),
      container: { restartCount: 4, lastState: ended(137, "OOMKilled") },
      containerSpec: { resources: { limits: { memory: "64Mi" } } },
    },
    expected: {
      problem: "out-of-memory",
      text: "killed at its memory limit of 64Mi (exit code 137), 4 restarts",
    },
  },
  "its liveness probe has it killed": {
    parts: {
      state: waiting("CrashLoopBackOff"),
      container: { restartCount: 4, lastState: ended(137) },
      containerSpec: { livenessProbe: {} },
    },
    around: (about) => [warning(about, "Unhealthy", "Liveness probe failed: HTTP 500")],
    expected: { problem: "probe-failing", text: "Liveness probe failed: HTTP 500, 4 restarts" },
  },
  "it crashes by itself, and its liveness probe fails meanwhile": {
    parts: {
      state: waiting("CrashLoopBackOff"),
      container: { restartCount: 4, lastState: ended(1) },
      containerSpec: { livenessProbe: {} },
    },
    around: (about) => [warning(about, "Unhealthy", "Liveness probe failed: refused")],
    expected: { problem: "crash-loop", text: "exit code 1 (Error), 4 restarts" },
  },
  "its readiness probe fails": {
    parts: { containerSpec: { readinessProbe: {} } },
    around: (about) => [warning(about, "Unhealthy", "Readiness probe failed: HTTP 503")],
    expected: {
      problem: "probe-failing",
      text: "Readiness probe failed: HTTP 503",
      next: "kubectl -n shop logs web-5d9f-abc12 -c web --tail=50",
    },
  },
  "its startup probe fails silently": {
    parts: { containerSpec: { readinessProbe: {}, startupProbe: {} } },
    expected: { problem: "probe-failing", text: /its startup probe has not succeeded/ },
  },
  "an init container runs on": {
    parts: initContainer({ running: { startedAt: ago(120) } }),
    expected: {
      problem: "init-stuck",
      container: "migrate",
      text: "init container migrate has not come to its end",
      since: 120,
    },
  },
  "an init container crashes": {
    parts: initContainer(waiting("CrashLoopBackOff"), { restartCount: 2, lastState: ended(3) }),
    expected: { problem: "crash-loop", container: "migrate", text: /exit code 3/ },
  },
  "a sidecar crashes": {
    parts: {
      ...initContainer(ended(1)),
      spec: {
        nodeName: "node-1",
        initContainers: [{ name: "migrate", restartPolicy: "Always" }],
      },
    },
    expected: { problem: "crash-loop", container: "migrate", text: /exit code 1/ },
  },
  "a key of a Secret is missing": {
    parts: {
      state: waiting("CreateContainerConfigError", "couldn't find key url in Secret shop/db"),
    },
    expected: {
      problem: "config-error",
      container: "web",
      text: "CreateContainerConfigError: couldn't find key url in Secret shop/db",
      blames: "Secret/shop/db",
    },
  },
  "a ConfigMap is missing": {
    parts: { state: waiting("CreateContainerConfigError", 'configmap "settings" not found') },
    expected: { problem: "config-error", text: /settings/, blames: "ConfigMap/shop/settings" },
  },
  "it runs and does not say why it is not ready": {
    parts: {},
    expected: { problem: "not-ready", container: "web", text: "it runs and is not ready" },
  },
};
