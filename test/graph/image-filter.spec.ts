import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineError } from '../../src/engine/errors.ts';
import { compareApi } from '../../src/engine/version.ts';
import { at, listAt, textAt } from '../support/json.ts';
import { type PrivateEngine, startPrivateEngine } from '../support/private-engine.ts';
import { tar } from '../support/tar.ts';
import { type Answer, eachNode, type Graph, graphOver, nodeWhere } from './image-fixture.ts';

let engine: PrivateEngine;
let graph: Graph;
const ids = new Map<string, string>();
const idOf = (tag: string) => ids.get(tag) ?? '';

/** An image of one file, made at that moment; resolves with its ID. */
async function load(
  tag: string,
  created: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  const layer = tar([{ path: 'name', content: tag }]);
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    created,
    config: { Labels: labels },
    rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(layer).digest('hex')}`] },
  });
  const archive = tar([
    { path: 'config.json', content: config },
    { path: 'layer.tar', content: layer },
    {
      path: 'manifest.json',
      content: JSON.stringify([{ Config: 'config.json', RepoTags: [tag], Layers: ['layer.tar'] }]),
    },
  ]);
  await engine.mustRest('POST', '/images/load', { body: archive });
  ids.set(tag, textAt((await engine.mustRest('GET', `/images/${tag}/json`)).json(), 'Id'));
}

const images = (filter: unknown): Promise<Answer> =>
  graph.ask('query ($filter: ImageFilter) { images(filter: $filter) { nodes { dockerId name tags } } }', {
    filter,
  });

/** What the CLI shows with the same filters: the second opinion. */
async function cli(...filters: readonly string[]): Promise<string[]> {
  const args = filters.flatMap((filter) => ['--filter', filter]);
  const lines = (await engine.cli('images', '--quiet', '--no-trunc', ...args)).split('\n');
  return [...new Set(lines.filter(Boolean))].sort();
}

beforeAll(async () => {
  engine = await startPrivateEngine();
  graph = graphOver(engine);
  await load('old:1', '2020-01-01T00:00:00Z', { tier: 'db' });
  await load('middle:1', '2022-01-01T00:00:00.5Z', { tier: 'web', color: 'red' });
  await load('acme/new:1', '2024-01-01T00:00:00Z', { tier: 'web', empty: '' });
  await load('nameless:1', '2023-01-01T00:00:00Z');
  await engine.cli('tag', 'middle:1', 'other:edge');
  await engine.cli('create', '--name', 'user', 'old:1', 'sh');
  await engine.cli('create', '--name', 'holder', 'nameless:1', 'sh');
  // A name that moves on leaves its image without one.
  await engine.cli('tag', 'old:1', 'nameless:1');
  await engine.cli('rmi', 'nameless:1');
});

afterAll(async () => {
  await graph.close();
  await engine.stop();
});

describe("the Engine's own filters", () => {
  it.each([
    [{ dangling: true }, ['dangling=true']],
    [{ dangling: false }, ['dangling=false']],
    [{ labels: ['tier'] }, ['label=tier']],
    [{ labels: ['tier=web', 'color'] }, ['label=tier=web', 'label=color']],
    [{ references: ['old'] }, ['reference=old']],
    [{ references: ['*/new', 'o*:1'] }, ['reference=*/new', 'reference=o*:1']],
    [{ before: 'middle:1' }, ['before=middle:1']],
    [{ since: 'middle:1' }, ['since=middle:1']],
    [{ since: 'old:1', labels: ['tier=web'] }, ['since=old:1', 'label=tier=web']],
  ])('find for %j what the CLI finds', async (filter, same) => {
    const expected = await cli(...same);
    expect(expected).not.toEqual([]);
    expect(expected.length).toBeLessThan(4);
    const answer = await images(filter);
    expect(answer.errors).toEqual([]);
    expect(eachNode(answer, 'dockerId')).toEqual(expected);
  });

  it('cost one call', async () => {
    expect((await images({ labels: ['tier'], dangling: false })).calls).toEqual(['GET /images/json']);
  });

  it('leave an image all its names when they look for one of them', async () => {
    const raw = await engine.mustRest('GET', '/images/json?filters={"reference":["other"]}');
    expect(listAt(raw.json(), 0, 'RepoTags')).toEqual(['other:edge']);
    const answer = await images({ references: ['other'] });
    expect(at(nodeWhere(answer, 'dockerId', idOf('middle:1')), 'tags')).toEqual(['middle:1', 'other:edge']);
  });

  it('take a global ID where they take an image', async () => {
    const { data } = await graph.ask('{ image(ref: "middle:1") { id } }');
    const answer = await images({ before: textAt(data, 'image', 'id') });
    expect(eachNode(answer, 'dockerId')).toEqual([idOf('old:1')]);
  });

  it('fail where they compare with an image that does not exist', async () => {
    const { data, errors } = await images({ before: 'nothing:1' });
    expect(at(data, 'images')).toBeNull();
    const [{ cause } = { cause: undefined }] = errors;
    expect(cause instanceof EngineError && cause.status).toBe(404);
  });

  it('refuse what cannot be an image before the Engine is asked', async () => {
    const { errors, calls } = await images({ since: 'Not An Image' });
    expect(errors.map(({ code }) => code)).toEqual(['BAD_USER_INPUT']);
    expect(calls).toEqual([]);
  });
});

describe('what the gateway narrows', () => {
  const named = async (filter: unknown) => {
    const { data, errors } = await images(filter);
    expect(errors).toEqual([]);
    return listAt(data, 'images', 'nodes').map((node) => at(node, 'name'));
  };

  it('keeps images made before a moment', async () => {
    expect(await named({ until: '2022-01-01T00:00:00Z' })).toEqual(['old:1']);
    expect(await named({ until: '2022-01-01T00:00:01Z' })).toEqual(['middle:1', 'old:1']);
    expect(await named({ until: '20000h' })).toContain('acme/new:1');
  });

  it('leaves out images with a label', async () => {
    expect(await named({ withoutLabels: ['tier=web'] })).toEqual([null, 'old:1']);
    expect(await named({ withoutLabels: ['tier'] })).toEqual([null]);
    expect(await named({ withoutLabels: ['empty=', 'color=blue'] })).toEqual([null, 'middle:1', 'old:1']);
  });

  it('keeps images by prefixes of their IDs', async () => {
    const [old, middle] = [idOf('old:1'), idOf('middle:1')];
    expect(await named({ ids: [old.slice(0, 20), middle.slice(7, 20)] })).toEqual(['middle:1', 'old:1']);
    expect(await named({ ids: ['sha256:zz'] })).toEqual([]);
  });

  it('tells images in use from the others, with one call more where the list does not count', async () => {
    const used = await images({ inUse: true });
    expect(eachNode(used, 'dockerId')).toEqual([idOf('nameless:1'), idOf('old:1')].sort());
    const counted = compareApi(engine.apiVersion, '1.51') >= 0;
    expect(used.calls.toSorted()).toEqual([...(counted ? [] : ['GET /containers/json']), 'GET /images/json']);
    expect(await named({ inUse: false, dangling: false })).toEqual(['acme/new:1', 'middle:1']);
  });

  it('searches names, IDs and labels in any case', async () => {
    const search = async (text: string) => {
      const query = 'query ($text: String) { images(search: $text) { nodes { name } } }';
      return listAt((await graph.ask(query, { text })).data, 'images', 'nodes').map((node) =>
        at(node, 'name'),
      );
    };
    expect(await search('EDGE')).toEqual(['middle:1']);
    expect(await search('color=red')).toEqual(['middle:1']);
    expect(await search(idOf('old:1').slice(7, 30))).toEqual(['old:1']);
  });
});

describe('a leftover without a name', () => {
  it('is dangling, has no name, and is keyed by its ID', async () => {
    const answer = await graph.ask(
      '{ images { nodes { dockerId name tags digests isDangling isIntermediate stableKey } } }',
    );
    const id = idOf('nameless:1');
    expect(nodeWhere(answer, 'dockerId', id)).toEqual({
      dockerId: id,
      name: null,
      tags: [],
      digests: [],
      isDangling: true,
      isIntermediate: false,
      stableKey: `default/${id}`,
    });
    expect(nodeWhere(answer, 'dockerId', idOf('old:1'))).toMatchObject({
      isDangling: false,
      stableKey: 'default/docker.io/library/old:1',
    });
  });
});
