import { describe, expect, it } from 'vitest';
import { decodeNodeId, encodeNodeId } from '../../../src/graph/kit/node-id.ts';

describe('a global ID', () => {
  it.each([
    { type: 'Container', engine: 'default', key: 'a'.repeat(64) },
    { type: 'Image', engine: 'my-engine.1', key: `sha256:${'b'.repeat(64)}` },
    { type: 'Volume', engine: '', key: 'shop_db' },
    { type: 'Network', engine: 'lab+west_2', key: 'c'.repeat(64) },
  ])('gives back what it was made of: $type', (parts) => {
    expect(decodeNodeId(encodeNodeId(parts))).toEqual(parts);
  });

  it.each(['', 'web', 'deadbeef', 'a'.repeat(64), 'd2ViLTEyMw', 'sha256:abc', '../../info'])(
    'is not seen in a name or an ID of Docker: %j',
    (text) => {
      expect(decodeNodeId(text)).toBeUndefined();
    },
  );
});
