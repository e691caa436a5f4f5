import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { ownPrefix, sharedEngine } from '../support/live.ts';

const engine = sharedEngine();
const prefix = ownPrefix(engine);
const named = (name: string): string => `${prefix}${name}`;

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ host: engine.host });
});
afterAll(() => gateway?.close());

const create = async (name: string): Promise<unknown> => {
  const data = await gateway.data(
    `mutation ($name: String!) { containerCreate(input: { name: $name, image: "busybox", command: ["sleep", "3600"] }) {
      changed container { id } userErrors { __typename ... on NameInUseError { existing { id } } } } }`,
    { name },
  );
  return at(data, 'containerCreate');
};
const remove = async (ref: string): Promise<unknown> => {
  const data = await gateway.data(
    `mutation ($ref: ID!) { containerRemove(input: { ref: $ref, force: true }) { changed removedId userErrors { __typename } } }`,
    { ref },
  );
  return at(data, 'containerRemove');
};

describe('two who want one name at the same time', () => {
  it('get one container and one typed conflict that names it', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create(named('wanted'))));
    const [winner, ...others] = answers.filter((answer) => at(answer, 'changed') === true);
    expect(others).toEqual([]);
    const conflicts = answers.filter((answer) => answer !== winner);
    expect(conflicts).toHaveLength(7);
    for (const conflict of conflicts) {
      expect(conflict).toMatchObject({
        changed: false,
        container: null,
        userErrors: [{ __typename: 'NameInUseError' }],
      });
      // The name is taken before there is a container to show.
      expect([null, at(winner, 'container')]).toContainEqual(at(conflict, 'userErrors', 0, 'existing'));
    }
    expect(await engine.cli('ps', '--all', '--quiet', '--filter', `name=^/${named('wanted')}$`)).toMatch(
      /^[0-9a-f]{12}$/,
    );
  });
});

describe('two who remove one container at the same time', () => {
  it('both see it gone, and one is told so', async () => {
    await create(named('twice'));
    const answers = await Promise.all([remove(named('twice')), remove(named('twice'))]);
    const changed = answers.filter((answer) => at(answer, 'changed') === true);
    expect(changed.length).toBeGreaterThanOrEqual(1);
    for (const answer of answers.filter((one) => at(one, 'changed') === false)) {
      const [error] = listAt(answer, 'userErrors');
      expect(textAt(error, '__typename')).toMatch(/^(?:NotFound|Conflict|InProgress)\w*Error$/);
    }
    expect(await engine.cli('ps', '--all', '--quiet', '--filter', `name=^/${named('twice')}$`)).toBe('');
  });
});

describe('an ID whose container is gone', () => {
  it('never means the one that took its name', async () => {
    const first = at(await create(named('reused')), 'container');
    await engine.cli('rm', '--force', named('reused'));
    const second = at(await create(named('reused')), 'container');
    expect(second).not.toEqual(first);
    expect(await remove(textAt(first, 'id'))).toEqual({
      changed: false,
      removedId: null,
      userErrors: [{ __typename: 'NotFoundError' }],
    });
    const query = 'query ($id: ID!) { container(ref: $id) { name } node(id: $id) { id } }';
    expect(await gateway.data(query, { id: textAt(first, 'id') })).toEqual({ container: null, node: null });
    expect(await gateway.data(query, { id: textAt(second, 'id') })).toEqual({
      container: { name: named('reused') },
      node: second,
    });
  });
});
