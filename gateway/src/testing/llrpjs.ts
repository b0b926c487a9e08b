import { createRequire } from 'node:module';

/** A message of another implementation of LLRP. */
export interface OtherMessage {
  encode(): { getBuffer(): Buffer };
  decode(): OtherMessage;
  getName(): string;
  toLLRPData(): { id: number; type: string; data: Record<string, unknown> };
}
type Maker = new (given: { id: number; data: object }) => OtherMessage;

/** Its types are sources, which our compiler would check with our rules. */
const { LLRPCore, LLRPMessage } = createRequire(import.meta.url)('llrpjs') as {
  LLRPCore: Record<string, Maker>;
  LLRPMessage: new (bytes: Buffer) => OtherMessage;
};

/** The bytes of a message, as llrpjs makes them. */
export function otherBytes(type: string, id: number, data: object = {}): Buffer {
  const make = LLRPCore[type];
  if (!make) throw new Error(`llrpjs has no message ${type}`);
  return Buffer.from(new make({ id, data }).encode().getBuffer());
}

/** What llrpjs reads in the bytes of a message. */
export const otherRead = (bytes: Buffer) => new LLRPMessage(bytes).decode().toLLRPData();
