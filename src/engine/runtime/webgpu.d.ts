// Constants of WebGPU that TypeScript's library for workers does not declare.
declare const GPUBufferUsage: {
  readonly MAP_READ: number;
  readonly STORAGE: number;
  readonly COPY_SRC: number;
  readonly COPY_DST: number;
};
declare const GPUMapMode: { readonly READ: number };
