import { describe, expect, it } from 'vitest';
import { changedLabels, checkLabelChanges } from '../../../src/graph/mutation/label-changes.ts';

const current = { a: '1', b: '2', ['__proto__']: 'x' };
const entry = (key: string, value: string) => ({ key, value });

describe('a change of labels', () => {
  it.each([
    ['adds', { addLabels: [entry('c', '3')] }, [...Object.entries(current), ['c', '3']]],
    [
      'gives another value',
      { addLabels: [entry('a', '9')] },
      [['a', '9'], ...Object.entries(current).slice(1)],
    ],
    ['takes away', { removeLabels: ['a', 'nobody'] }, Object.entries(current).slice(1)],
    ['replaces all', { labels: [entry('z', '')] }, [['z', '']]],
    ['takes all away', { labels: [] }, []],
  ])('%s', (_what, changes, expected) => {
    const after = changedLabels(current, changes);
    expect(new Map(Object.entries(after ?? {}))).toEqual(new Map(expected as [string, string][]));
  });

  it.each([
    {},
    { addLabels: [entry('a', '1')] },
    { removeLabels: ['nobody'] },
    { labels: Object.entries(current).map(([key, value]) => entry(key, value)) },
  ])('is none where all is so already: %j', (changes) => {
    expect(changedLabels(current, changes)).toBeUndefined();
  });

  it('is none where there are no labels and none are wanted', () => {
    expect(changedLabels(null, { labels: [] })).toBeUndefined();
  });

  it.each([
    [{ labels: [], addLabels: [] }, 'input.labels', 'replaces all labels'],
    [{ addLabels: [entry('a', '')], removeLabels: ['a'] }, 'input.removeLabels', '"a"'],
    [{ removeLabels: [''] }, 'input.removeLabels', 'an empty key'],
    [{ addLabels: [entry('', 'x')] }, 'input.addLabels', 'an empty key'],
  ])('is refused where nobody can tell what is meant: %j', (changes, path, message) => {
    expect(() => checkLabelChanges(changes)).toThrow(
      expect.objectContaining({ at: path.split('.'), message: expect.stringContaining(message) }),
    );
  });
});
