import { describe, expect, it } from 'vitest';
import { engineRouteOf, engineRoutes } from './engine-routes.ts';
import { exercisedIn, summary } from './exercised-reporter.ts';

describe('what the workers of a run have noted', () => {
  const noted = [
    'fake\tGET /version',
    'real\tGET /containers/json\tall\tfilters',
    'fake\tGET /containers/json\tsize',
    'fake\tGET /containers/json\tsize',
    '',
  ].join('\n');

  it('counts an operation as asked of a real Engine if it was once', () => {
    const { operations } = exercisedIn(noted);
    expect([...operations]).toEqual([
      ['GET /version', false],
      ['GET /containers/json', true],
    ]);
  });

  it('counts query parameters whoever was asked', () => {
    expect([...exercisedIn(noted).parameters]).toEqual([
      'GET /containers/json?all',
      'GET /containers/json?filters',
      'GET /containers/json?size',
    ]);
  });

  it('names every operation that is missing', () => {
    const { lines, missing } = summary(exercisedIn(noted));
    expect(lines[0]).toBe('operations exercised: 2 of 108 (1 on a real Engine)');
    expect(missing).toHaveLength(106);
    expect(lines).toContain('  by a wire fixture: GET /version');
    expect(lines).toContain('  never: POST /swarm/init');
  });

  it('misses nothing where all was asked', () => {
    const all = engineRoutes.map((route) => `real\t${route}`).join('\n');
    expect(summary(exercisedIn(all)).missing).toEqual([]);
  });
});

describe('the operation of a request', () => {
  it('is found by its path, with a version before it or without', () => {
    expect(engineRouteOf('GET', '/v1.51/containers/json')).toBe('GET /containers/json');
    expect(engineRouteOf('GET', '/containers/abc/json')).toBe('GET /containers/{id}/json');
    expect(engineRouteOf('HEAD', '/_ping')).toBe('HEAD /_ping');
  });

  it('may have slashes in the name of an image', () => {
    expect(engineRouteOf('GET', '/v1.51/images/registry.example:5000/team/app/json')).toBe(
      'GET /images/{name}/json',
    );
    expect(engineRouteOf('GET', '/v1.51/images/get')).toBe('GET /images/get');
  });

  it('is none where the documents have none', () => {
    expect(engineRouteOf('POST', '/build/cancel')).toBeUndefined();
  });
});
