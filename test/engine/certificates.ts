/** Certificates made for one test, so that none can expire in the tree. Just enough of X.509 for Node to accept. */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface Identity {
  readonly name: string;
  readonly cert: string;
  readonly key: string;
}

const tlv = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: readonly Buffer[]) => tlv(0x30, ...parts);
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'));
const integer = (bytes: Buffer) => tlv(0x02, Buffer.concat([Buffer.from([0x01]), bytes]));
const octets = (content: Buffer) => tlv(0x04, content);
const time = (date: Date) => tlv(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, '')));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const nameOf = (name: string) => sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))));

function extensionsOf(name: string, isCa: boolean): Buffer {
  const yes = tlv(0x01, Buffer.from([0xff]));
  const constraints = sequence(oid('551d13'), yes, octets(isCa ? sequence(yes) : sequence()));
  const address = isIPv4(name)
    ? tlv(0x87, Buffer.from(name.split('.').map(Number)))
    : tlv(0x82, Buffer.from(name));
  return tlv(0xa3, sequence(constraints, sequence(oid('551d11'), octets(sequence(address)))));
}

/** A key and a certificate for `name` (a host name, an IPv4 address, anything), signed by `issuer` or by itself. */
export function certify(name: string, issuer?: Identity): Identity {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const day = 86_400_000;
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    integer(randomBytes(8)),
    ecdsaWithSha256,
    nameOf(issuer?.name ?? name),
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + day))),
    nameOf(name),
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    extensionsOf(name, issuer === undefined),
  );
  const signature = sign('sha256', body, issuer ? createPrivateKey(issuer.key) : pair.privateKey);
  const der = sequence(body, ecdsaWithSha256, tlv(0x03, Buffer.from([0]), signature));
  const lines = der.toString('base64').replace(/(.{64})/g, '$1\n');
  return {
    name,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
