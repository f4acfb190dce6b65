// docs/asyncapi.json and docs/openapi.json as a check of every frame and response that these tests see.
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { repository_path } from "./server.ts";

interface Operation {
  responses: Record<string, { $ref?: string; content?: Record<string, unknown>; headers?: Record<string, unknown> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { enum?: string[] }>; responses: Operation["responses"] };
  channels: { conversation: { messages: Record<string, unknown> } };
}

export const read_document = (name: "asyncapi.json" | "openapi.json"): Document =>
  JSON.parse(readFileSync(repository_path(`docs/${name}`), "utf8")) as Document;

export const asyncapi = read_document("asyncapi.json");
export const openapi = read_document("openapi.json");

const ajv = new Ajv2020({ allowUnionTypes: true });
(addFormats as unknown as (to: Ajv2020) => void)(ajv);
// Whole documents, whose own members are no part of a schema.
ajv.addVocabulary([...new Set([...Object.keys(asyncapi), ...Object.keys(openapi)])]);
ajv.addSchema(asyncapi, "asyncapi.json", false, false);
ajv.addSchema(openapi, "openapi.json", false, false);

/** The last frame of each message of asyncapi.json that was seen and was right. */
export const frames_seen = new Map<string, unknown>();
/** "method path status" of each response of openapi.json that was seen and was right. */
export const responses_seen = new Set<string>();

function validator(reference: string): ValidateFunction {
  const found = ajv.getSchema(reference);
  if (!found) throw new Error(`no schema at ${reference}`);
  return found;
}

export function hold_against(reference: string, value: unknown, what: string): void {
  const check = validator(reference);
  if (check(value)) return;
  throw new Error(`${what} is not ${reference}: ${ajv.errorsText(check.errors)}\n${JSON.stringify(value)}`);
}

export function hold_against_message(name: string, value: unknown): void {
  hold_against(`asyncapi.json#/components/schemas/${name}`, value, "the frame");
  frames_seen.set(name, value);
}

const turn_types = new Set(["answer", "say", "change", "facts", "back", "skip", "restart"]);

/** The message that a server's frame has to be, given the type of the frame that it replies to. */
export function message_name(frame: { type?: unknown; event?: unknown }, sent: string): string {
  if (frame.type === "event") return `${String(frame.event)}_event`;
  if (frame.type === "error") return "error";
  if (frame.type !== "reply") throw new Error(`no type of a server's frame: ${JSON.stringify(frame)}`);
  if (turn_types.has(sent)) return "turn_reply";
  return `${sent}_reply`;
}

/** Checks a frame of the server; `sent` is the frame that it replies to, if it was one. */
export function hold_frame(frame: { type?: unknown }, sent?: Record<string, unknown>): void {
  const type = String(sent?.["type"] ?? "");
  hold_against_message(message_name(frame, type), frame);
  if (frame.type !== "reply") return;
  if (Object.keys(sent ?? {}).every((key) => known_fields.has(key))) hold_against_message(type, sent);
}

/** Frames that a test pads with fields of its own are taken all the same, and are not documented. */
const known_fields = new Set([
  "type",
  "id",
  "script",
  "locale",
  "question",
  "value",
  "text",
  "confirm",
  "accept",
  "session",
  "token",
  "after",
]);

interface PathPattern {
  path: string;
  pattern: RegExp;
}
const patterns: PathPattern[] = Object.keys(openapi.paths)
  .sort((left, right) => right.length - left.length)
  .map((path) => {
    const source = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{\w+\}/g, "[^/?]+");
    return { path, pattern: new RegExp(String.raw`^${source}(\?.*)?$`) };
  });

export const documented_path = (target: string): string | undefined =>
  patterns.find(({ pattern }) => pattern.test(target))?.path;

/** The place of a value in a JSON document, as the fragment of a reference. */
const pointer = (...parts: string[]): string =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");

export interface SeenResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** Checks a response: its status is documented for the path, and its headers and body are as documented. */
export function hold_response(method: string, target: string, response: SeenResponse): void {
  const { status, headers, text } = response;
  const asked = method === "HEAD" ? "get" : method.toLowerCase();
  const path = documented_path(target);
  const operation = path === undefined ? undefined : openapi.paths[path]?.[asked];
  const what = `${method} ${target.slice(0, 80)} -> ${status}`;
  if (!path || !operation) {
    if (status < 400) throw new Error(`${what}: openapi.json does not have it`);
    return hold_against("openapi.json#/components/schemas/error", JSON.parse(text || "{}"), what);
  }
  const documented = operation.responses[String(status)];
  if (!documented) throw new Error(`${what}: openapi.json does not have this status: ${text.slice(0, 300)}`);
  const name = documented.$ref?.split("/").pop();
  const resolved = name ? openapi.components.responses[name] : documented;
  for (const header of Object.keys(resolved?.headers ?? {})) {
    if (headers[header.toLowerCase()] === undefined) throw new Error(`${what}: no ${header}`);
  }
  const place = name
    ? pointer("components", "responses", name)
    : pointer("paths", path, asked, "responses", String(status));
  hold_content(place, Object.keys(resolved?.content ?? {}), method, response, what);
  responses_seen.add(`${asked} ${path} ${status}`);
}

function hold_content(place: string, types: string[], method: string, response: SeenResponse, what: string): void {
  const [type] = types;
  const given = response.headers["content-type"];
  if (type === undefined || method === "HEAD") {
    if (response.text !== "") throw new Error(`${what}: has a body`);
  } else if (type === "application/json") {
    if (given !== type) throw new Error(`${what}: Content-Type is ${String(given)}`);
    hold_against(`openapi.json#${place}${pointer("content", type, "schema")}`, JSON.parse(response.text), what);
  } else if (type !== "*/*" && !String(given).startsWith(type)) {
    throw new Error(`${what}: Content-Type is ${String(given)}`);
  }
}
