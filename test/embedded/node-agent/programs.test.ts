import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { matchImage, programs, servicesOf } from "../../../embedded/node-agent/programs.ts";

describe("the image of a pod", () => {
  const real = [
    "ghcr.io/fluxcd/helm-controller:v1.6.3",
    "ghcr.io/fluxcd/helm-controller:v1.6.3@sha256:0123",
    "mirror.example:5000/platform/fluxcd/helm-controller:v1.6.3",
    "fluxcd/helm-controller:v1.6.3",
  ];
  for (const image of real) {
    it(`runs the toolchain's program for ${image}`, () => {
      const match = matchImage(image);
      assert.equal(match.kind, "program");
      assert.equal(match.program.binary, "helm-controller");
    });
  }

  const simulated = [
    "nginx:1.27",
    "ghcr.io/someone/helm-controller:v1.6.3",
    "ghcr.io/notfluxcd/helm-controller:v1.6.3",
    "busybox",
    "mirror.example:5000/busybox",
  ];
  for (const image of simulated) {
    it(`leaves ${image} to kwok`, () => {
      assert.equal(matchImage(image).kind, "simulated");
    });
  }

  for (const image of ["ghcr.io/fluxcd/helm-controller:v1.6.2", "fluxcd/helm-controller"]) {
    it(`cannot be pulled when the version is another: ${image}`, () => {
      assert.deepEqual(matchImage(image), {
        kind: "version-missing",
        message: `Failed to pull image "${image}": this cluster has v1.6.3 only`,
      });
    });
  }
});

describe("the Services of a pod", () => {
  const source = programs.find(({ binary }) => binary === "source-controller");
  const cases: readonly (readonly [app: string | undefined, services: object])[] = [
    [undefined, { "source-controller": 9090 }],
    ["source-controller", { "source-controller": 9090 }],
    ["source-controller-a", { "source-controller-a": 9090 }],
  ];
  for (const [app, services] of cases) {
    it(`are its own when it is of ${app ?? "no app"}`, () => {
      assert.ok(source);
      assert.deepEqual(servicesOf(source, app === undefined ? {} : { app }), services);
    });
  }
});
