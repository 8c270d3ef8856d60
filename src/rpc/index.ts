// Calls over a message channel: to a worker, or to the other end of a MessagePort. Knows nothing of what is called.

export { RpcClient } from "./client.ts";
export { type PlainError, toOneText, toPlain } from "./errors.ts";
export { type Answer, type CallOptions, type Channel, isRequest, type Request } from "./messages.ts";
export { Moved, methodsOf, serve } from "./serve.ts";
