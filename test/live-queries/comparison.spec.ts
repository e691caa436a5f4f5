import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { comparisonFor } from '../../src/live-queries/comparison.ts';
import { interestingCoordinates, interestsOf } from '../../src/live-queries/interests.ts';
import { isSame, unannounced } from '../../src/live-queries/unannounced.ts';

describe('the ages that Docker writes', () => {
  it.each([
    ['Up Less than a second', 'Up 3 seconds', 3],
    ['Up 3 seconds', 'Up 58 seconds', 55],
    ['Up 59 seconds', 'Up About a minute', 30],
    ['Up About a minute', 'Up 2 minutes', 40],
    ['Up 59 minutes', 'Up About an hour', 120],
    ['Up About an hour', 'Up 2 hours', 3_000],
    ['Up 47 hours', 'Up 2 days', 3_600],
    ['Up 13 days', 'Up 2 weeks', 86_400],
    ['Exited (137) 5 minutes ago', 'Exited (137) 6 minutes ago', 60],
    ['Up 5 minutes (healthy)', 'Up 5 minutes (healthy)', 20],
    ['Created', 'Created', 500],
  ])('%s has become %s in %d s by getting older', (before, after, elapsed) => {
    expect(isSame('status', before, after, elapsed)).toBe(true);
  });

  it.each([
    ['Up 5 minutes', 'Up Less than a second', 30],
    ['Up 2 hours', 'Up 3 seconds', 5],
    ['Up 3 seconds', 'Exited (0) 3 seconds ago', 3],
    ['Up 5 minutes', 'Up 5 minutes (Paused)', 1],
    ['Up 5 minutes (healthy)', 'Up 5 minutes (unhealthy)', 1],
    ['Exited (0) 5 seconds ago', 'Exited (1) 5 seconds ago', 1],
    ['Created', 'Up 1 second', 1],
    ['Up 3 seconds', null, 1],
  ])('%s has not become %s in %d s by getting older', (before, after, elapsed) => {
    expect(isSame('status', before, after, elapsed)).toBe(false);
  });

  it('are the same as numbers and as durations', () => {
    expect(isSame('age', 100, 160, 60)).toBe(true);
    expect(isSame('age', '1m40s', '2m40s', 60)).toBe(true);
    expect(isSame('age', 100, 0, 5)).toBe(false);
    expect(isSame('age', '1h0m0s', '5s', 60)).toBe(false);
    expect(isSame('age', null, '1s', 1)).toBe(false);
    expect(isSame('age', null, null, 1)).toBe(true);
  });
});

describe('two answers to one document', () => {
  const document = parse(`
    query A($with: Boolean!) {
      one: container(ref: "x") { ...Facts stats @include(if: $with) { cpuPercent } }
      containers { nodes { ...Facts } }
      node(id: "x") { id ... on Container { since: uptimeSeconds } }
    }
    fragment Facts on Container { name up: uptime more: statusText size { total } }
  `);
  const compare = comparisonFor(schema, document, 'A');
  const facts = (name: string, up: string | null, total: number | null) => ({
    name,
    up,
    more: 'Created',
    size: total === null ? null : { total },
  });
  const answer = (name: string, up: string | null, total: number | null, since = 1) => ({
    one: { ...facts(name, up, total), stats: { cpuPercent: total } },
    containers: { nodes: [facts(name, up, total)] },
    node: { id: 'x', since },
  });

  it('say the same where only ages have grown and measures differ, under whatever names and in fragments', () => {
    expect(compare(answer('a', '10s', 1, 1), answer('a', '15s', 2, 6), 5)).toBe(true);
  });

  it.each([
    ['a name', answer('b', '15s', 1, 6)],
    ['a younger age', answer('a', '0s', 1, 6)],
    ['no age any more', answer('a', null, 1, 6)],
    ['no measure any more', answer('a', '15s', null, 6)],
    ['an age behind an interface', answer('a', '15s', 1, 500)],
    ['one more', { ...answer('a', '15s', 1, 6), containers: { nodes: [] } }],
  ])('differ by %s', (_what, after) => {
    expect(compare(answer('a', '10s', 1, 1), after, 5)).toBe(false);
  });

  it('are compared in time that does not grow with what fragments could stand for', () => {
    const levels = Array.from({ length: 40 }, (_, n) => n);
    const fragments = levels.map(
      (n) =>
        `fragment F${n} on Container { name a: image { containers { ...F${n + 1} } } b: image { containers { ...F${n + 1} } } }`,
    );
    const bomb = parse(
      `{ containers { nodes { ...F0 uptime } } } ${fragments.join(' ')} fragment F40 on Container { name }`,
    );
    const same = comparisonFor(schema, bomb, undefined);
    const shallow = (up: string) => ({
      containers: { nodes: [{ name: 'x', a: null, b: null, uptime: up }] },
    });
    expect(interestsOf(schema, bomb).unannounced).toBe(true);
    expect(same(shallow('1s'), shallow('3s'), 2)).toBe(true);
  });
});

describe('the fields that are named', () => {
  const exists = (coordinate: string) => {
    const [typeName = '', field] = coordinate.split('.');
    const type = schema.getType(typeName);
    if (field === undefined) return type !== undefined;
    return type !== undefined && 'getFields' in type && field in type.getFields();
  };
  it('are all in the schema', () => {
    const missing = [...Object.keys(unannounced), ...interestingCoordinates].filter((each) => !exists(each));
    expect(missing).toEqual([]);
  });

  it('are found in fragments, and nowhere else', () => {
    const interests = (text: string) => interestsOf(schema, parse(text));
    expect(
      interests('{ containers { nodes { ...F } } } fragment F on Container { execs { exitCode } }'),
    ).toMatchObject({
      execs: true,
      probes: false,
      unannounced: false,
    });
    expect(interests('{ containers { nodes { health { log { exitCode } } } } }')).toMatchObject({
      probes: true,
    });
    expect(interests('{ volumes { nodes { usageData { size } } } }')).toMatchObject({ unannounced: true });
    expect(interests('{ session(id: "a") { endedAt } }')).toMatchObject({ ownState: true });
    // What announces its changes is not looked at again and again.
    expect(interests('{ operations { totalCount } }')).toMatchObject({ ownState: false });
  });
});
