import { describe, expect, it } from 'vitest';
import { isSameSpec } from '../../src/graph/swarm/same.ts';

describe('two specs', () => {
  it.each([
    [{}, undefined],
    [{ Labels: {} }, { Labels: null }],
    [{ Raft: { ElectionTick: undefined } }, {}],
    [{ Raft: { SnapshotInterval: 10n } }, { Raft: { SnapshotInterval: 10 } }],
    [
      { CAConfig: { ExternalCAs: [{ URL: 'a' }] } },
      { CAConfig: { ExternalCAs: [{ URL: 'a', Options: {} }] } },
    ],
  ])('say the same (%#)', (a, b) => {
    expect(isSameSpec(a, b)).toBe(true);
    expect(isSameSpec(b, a)).toBe(true);
  });

  it.each([
    [{ Labels: { a: '' } }, { Labels: {} }],
    [{ Labels: { a: '1' } }, { Labels: { a: 1 } }],
    [{ Raft: { SnapshotInterval: 10 } }, { Raft: { SnapshotInterval: 11n } }],
    [{ EncryptionConfig: { AutoLockManagers: false } }, { EncryptionConfig: { AutoLockManagers: true } }],
    [{ CAConfig: { ExternalCAs: [{ URL: 'a' }] } }, { CAConfig: { ExternalCAs: [] } }],
    [{ Orchestration: { TaskHistoryRetentionLimit: 0 } }, {}],
  ])('differ (%#)', (a, b) => {
    expect(isSameSpec(a, b)).toBe(false);
    expect(isSameSpec(b, a)).toBe(false);
  });
});
