// The device that a model runs on: the choice of it, and a word where WebGPU would be no gain.

import { html, nothing } from "lit";
import type { Capability } from "../../engine/index.ts";
import { emit } from "./events.ts";
import type { DeviceChoice } from "./state.ts";
import "../kit/nn-notice.ts";

interface Devices {
  readonly device: DeviceChoice;
  readonly capability: Capability | undefined;
}

const devices: [DeviceChoice, string][] = [
  ["auto", "Automatic"],
  ["webgpu", "WebGPU"],
  ["wasm", "WASM (CPU)"],
];

/** @param card fires nn-device */
export function deviceChoice(card: HTMLElement, { device: chosen, capability }: Devices) {
  const choose = (event: Event) =>
    emit(card, "nn-device", { device: (event.target as HTMLSelectElement).value as DeviceChoice });
  return html`
    <label class="device">
      Compute on
      <select @change=${choose}>
        ${devices.map(
          ([device, name]) => html`
            <option
              value=${device}
              ?selected=${device === chosen}
              ?disabled=${device === "webgpu" && capability?.kind === "unsupported"}
            >${name}</option>
          `,
        )}
      </select>
    </label>
  `;
}

/** What is special about this device, in a few words that stand where nobody has asked; empty where nothing is. */
export function deviceWord({ device, capability }: Devices): string {
  if (!capability) return "";
  if (capability.kind === "unsupported") return "· no GPU found";
  return capability.software && device !== "wasm" ? "· the GPU is software" : "";
}

/** before loading: a software adapter works, but gains nothing */
export function softwareNotice({ device, capability }: Devices) {
  if (capability?.kind !== "webgpu" || !capability.software || device === "wasm") return nothing;
  return html`
    <nn-notice .heading=${"WebGPU works here, but in software."}>
      ${capability.name} computes on the processor what a graphics card would do: right, but slow. WebAssembly is
      usually faster on this machine.
    </nn-notice>
  `;
}
