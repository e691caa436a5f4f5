import { describe, expect, it } from 'vitest';
import { BadUserInput } from '../../../src/errors.ts';
import { checkFilled, flagFilter, nameFilter, usedFilters } from '../../../src/graph/kit/filters.ts';

describe('a filter as the Engine takes it', () => {
  it('has only what asks for something', () => {
    expect(usedFilters({ name: [], label: ['a=b'] })).toEqual({ label: ['a=b'] });
    expect(usedFilters({ name: [] })).toBeUndefined();
    expect([flagFilter(undefined), flagFilter(null), flagFilter(false)]).toEqual([[], [], ['false']]);
  });

  it('fits a name and no longer one, whatever characters are in it', () => {
    const [pattern = ''] = nameFilter({ names: ['web.1'] });
    const fits = (name: string) => new RegExp(pattern).test(name);
    expect(['web.1', '/web.1', 'webx1', 'web.10', 'my-web.1'].map(fits)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('leaves patterns as they are', () => {
    expect(nameFilter({ namePatterns: ['^web'] })).toEqual(['^web']);
    expect(nameFilter({})).toEqual([]);
  });

  it.each([
    ['names and patterns at once', () => nameFilter({ names: ['web'], namePatterns: ['^web'] })],
    ['an empty text', () => checkFilled({ composeProject: '' })],
    ['an empty text in a list', () => checkFilled({ names: ['web', ''] })],
  ])('is refused for %s', (_what, make) => {
    expect(make).toThrow(BadUserInput);
  });
});
