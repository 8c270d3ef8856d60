// The GPU device belongs to the engine's worker; a test that wants to take it away holds it there.

import type { Worker } from "playwright-core";

/** Before the engine asks for its device: leave it in the worker as `self.device`. */
export async function holdDevice(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...args) {
      const device = await request.apply(this, args);
      Object.assign(self, { device });
      return device;
    };
  });
}
