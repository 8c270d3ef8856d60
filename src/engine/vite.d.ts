// What Vite adds to imports in the worker.
declare module "*?url" {
  const url: string;
  export default url;
}
