// The face of the HTTP side.

export { createHandler, type HandlerOptions, type SessionHeaders } from "./handler.js";
export { type Described, openApi } from "./openapi.js";
export type { Served } from "./verbs.js";
