import fc from "fast-check";
import { expect, test } from "vitest";
import { new_id } from "../../src/shared/id.ts";
import { read_frame } from "../../src/shared/protocol.ts";

test("frames are read, what is missing gets its empty form", () => {
  expect(read_frame('{"type":"reply","id":"a","session":"s","seq":1}')).toMatchObject({ messages: [], question: null, recommendation: null });
  expect(read_frame('{"type":"error","code":"busy"}')).toEqual({ type: "error", id: null, code: "busy", message: "" });
  expect(read_frame('{"type":"event","event":"draining"}')).toMatchObject({ event: "draining" });
});

test("anything else is ignored and never throws", () => {
  for (const text of ["", "null", "[]", '"reply"', '{"type":"reply"}', '{"type":"error"}', '{"type":"event"}', '{"type":"other"}', "{"]) expect(read_frame(text)).toBeNull();
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
    read_frame(text);
  }));
});

test("ids are UUIDs, also where crypto.randomUUID is missing", () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(new_id()).toMatch(uuid);
  const original = crypto.randomUUID;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  expect(new_id()).toMatch(uuid);
  Object.defineProperty(crypto, "randomUUID", { value: original, configurable: true });
});
