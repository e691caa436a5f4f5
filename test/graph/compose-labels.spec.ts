import { describe, expect, it } from 'vitest';
import {
  composeServiceOf,
  configFilesOf,
  dependenciesOf,
  isOneOff,
  parseDependencies,
  workingDirOf,
} from '../../src/graph/compose/labels.ts';

describe('the label of dependencies', () => {
  it('names service, condition and restart', () => {
    expect(parseDependencies('db:service_healthy:false,api:service_started:true')).toEqual([
      { service: 'db', condition: 'service_healthy', restart: false },
      { service: 'api', condition: 'service_started', restart: true },
    ]);
  });

  it.each([
    ['db', 'service_started', null],
    ['db:', 'service_started', null],
    ['db:service_completed_successfully', 'service_completed_successfully', null],
    ['db:service_healthy:maybe', 'service_healthy', null],
    [' db : service_healthy : true ', 'service_healthy', true],
  ])('may leave things out: %s', (label, condition, restart) => {
    expect(parseDependencies(label)).toEqual([{ service: 'db', condition, restart }]);
  });

  it.each(['', ',', ' , ', ':service_healthy:true'])('says nothing in "%s"', (label) => {
    expect(parseDependencies(label)).toEqual([]);
  });

  it('may be missing', () => {
    expect(dependenciesOf(null)).toEqual([]);
    expect(dependenciesOf({})).toEqual([]);
    expect(dependenciesOf({ 'com.docker.compose.depends_on': 'db' })).toHaveLength(1);
  });
});

describe('the labels of a compose container', () => {
  it('name its service, or none', () => {
    expect(composeServiceOf({ 'com.docker.compose.service': 'web' })).toBe('web');
    expect(composeServiceOf({ 'com.docker.compose.service': '' })).toBeNull();
    expect(composeServiceOf(undefined)).toBeNull();
  });

  it('tell a run beside the service from its replicas, in the case of either compose', () => {
    expect(isOneOff({ 'com.docker.compose.oneoff': 'True' })).toBe(true);
    expect(isOneOff({ 'com.docker.compose.oneoff': 'true' })).toBe(true);
    expect(isOneOff({ 'com.docker.compose.oneoff': 'False' })).toBe(false);
    expect(isOneOff({})).toBe(false);
  });

  it('name compose files in their order, and where they are', () => {
    const labels = {
      'com.docker.compose.project.config_files': '/srv/b.yaml,/srv/a.yaml',
      'com.docker.compose.project.working_dir': '/srv',
    };
    expect(configFilesOf(labels)).toEqual(['/srv/b.yaml', '/srv/a.yaml']);
    expect(workingDirOf(labels)).toBe('/srv');
    expect(configFilesOf({})).toEqual([]);
    expect(workingDirOf({})).toBeNull();
  });
});
