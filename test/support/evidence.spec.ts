import { describe, expect, it } from 'vitest';
import { createEvidence } from './evidence.ts';

const name = 'Docker/28.5.2 (linux)';

describe('who has answered', () => {
  it('is a real Engine where it says so, and no fake one has been asked', () => {
    const evidence = createEvidence();
    expect(evidence.engineOf('GET /info', 200, name)).toBe('real');
    evidence.faked('GET /info');
    expect(evidence.engineOf('GET /info', 200, name)).toBe('fake');
    expect(evidence.engineOf('GET /info', 200, name)).toBe('real');
  });

  it('is nobody, where a server of a spec has no name or another one', () => {
    const evidence = createEvidence();
    expect(evidence.engineOf('GET /info', 200, '')).toBeUndefined();
    expect(evidence.engineOf('GET /info', 200, 'Libpod/5')).toBeUndefined();
  });

  it('is nobody, where a server of a spec hands a connection over and no Engine has been met', () => {
    const evidence = createEvidence();
    expect(evidence.engineOf('POST /exec/a/start', 101, '')).toBeUndefined();
    expect(evidence.engineOf('HEAD /_ping', 200, name)).toBe('real');
    expect(evidence.engineOf('POST /exec/a/start', 101, '')).toBe('real');
  });

  it('is a fake one, where that hands a connection over', () => {
    const evidence = createEvidence();
    evidence.engineOf('HEAD /_ping', 200, name);
    evidence.faked('POST /exec/a/start');
    expect(evidence.engineOf('POST /exec/a/start', 101, '')).toBe('fake');
  });
});
