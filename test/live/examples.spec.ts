import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadExamples } from '../../src/examples.ts';
import * as documents from '../generated/graphql.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';
import { sharedEngine } from '../support/live.ts';

const engine = sharedEngine();
const web = 'shop-web-1';
const hello = 'hello';

let gateway: RunningGateway;
beforeAll(async () => {
  const labels = { project: 'shop', service: 'web', 'container-number': '1' };
  const flags = Object.entries(labels).flatMap(([key, value]) => [
    '--label',
    `com.docker.compose.${key}=${value}`,
  ]);
  [gateway] = await Promise.all([
    startGateway({ host: engine.host }),
    engine.cli(
      'run',
      '--detach',
      '--name',
      web,
      '--stop-timeout',
      '0',
      ...flags,
      'busybox',
      'sh',
      '-c',
      'echo up; sleep 3600',
    ),
  ]);
});
afterAll(async () => {
  await gateway?.close();
  await engine.cli('rm', '--force', web, hello);
  await engine.cli('rmi', '--force', 'greeting:1', 'with-secret:1');
});

/** Runs a typed document as a client of the generated code would: the compiler checks what is read of the answer. */
async function run<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables & Readonly<Record<string, unknown>>,
): Promise<Data> {
  return (await gateway.data(print(document), variables)) as Data;
}

describe('the worked examples', () => {
  it('are all in the generated documents', () => {
    const names = loadExamples().map(
      ({ query }) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1],
    );
    expect(names.filter((name) => !(`${name}Document` in documents))).toEqual([]);
  });

  it('show a dashboard', async () => {
    const { containers } = await run(documents.DashboardDocument, {});
    expect(containers?.nodes.find(({ name }) => name === web)).toMatchObject({
      state: 'RUNNING',
      image: { tags: expect.arrayContaining(['busybox:latest']) },
      composeProject: { name: 'shop' },
      composeService: 'web',
    });
  });

  it('show compose projects', async () => {
    const { composeProjects } = await run(documents.ComposeProjectsDocument, {});
    expect(composeProjects?.nodes.find(({ name }) => name === 'shop')).toMatchObject({
      services: [{ name: 'web', runningCount: 1, totalCount: 1 }],
    });
  });

  it('show one container in depth', async () => {
    const { container } = await run(documents.ContainerDocument, {});
    expect(container).toMatchObject({ name: web, state: 'RUNNING', exitCode: 0 });
    expect(container?.logs?.lines.map(({ text }) => text)).toEqual(['up']);
    expect(container?.stats?.memoryUsage).toBeGreaterThan(0);
  });

  it('restart a container', async () => {
    const { containerRestart } = await run(documents.RestartDocument, {});
    expect(containerRestart).toMatchObject({
      changed: true,
      container: { state: 'RUNNING' },
      userErrors: [],
    });
  });

  it('run a web server that answers on its published port, and say who has its name the second time', async () => {
    const { containerRun } = await run(documents.RunDocument, {});
    expect(containerRun).toMatchObject({
      changed: true,
      container: { name: hello, state: 'RUNNING', publishedPorts: [{ hostIp: '127.0.0.1', hostPort: 8088 }] },
      userErrors: [],
    });
    const get =
      'for i in 1 2 3 4 5 6 7 8 9; do busybox wget -qO- http://127.0.0.1:8088/ && exit; sleep 0.2; done; exit 1';
    expect(await engine.exec('sh', ['-c', get])).toBe('hello\n');
    const again = await run(documents.RunDocument, {});
    expect(again.containerRun).toMatchObject({
      changed: false,
      userErrors: [{ code: 'NAME_IN_USE', existing: { id: expect.any(String) } }],
    });
  });

  it('show the Engine', async () => {
    const { engine: shown } = await run(documents.EngineDocument, {});
    expect(shown).toMatchObject({
      status: 'CONNECTED',
      version: { version: expect.stringContaining(engine.version) },
      counts: { running: expect.any(Number) },
    });
  });

  it('list the plugins', async () => {
    const { plugins } = await run(documents.PluginsDocument, {});
    expect(plugins?.nodes.map(({ name }) => name).join('\n')).toBe(
      await engine.cli('plugin', 'ls', '--format', '{{.Name}}'),
    );
  });

  it('execute a command', async () => {
    const { containerExec } = await run(documents.ExecDocument, {});
    expect(containerExec).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n', userErrors: [] });
  });

  it('build an image, and begin to build another', async () => {
    const { imageBuild } = await run(documents.BuildDocument, {});
    expect(imageBuild).toMatchObject({
      changed: true,
      image: { tags: ['greeting:1'] },
      operation: { state: 'SUCCEEDED' },
      userErrors: [],
    });
    expect(await engine.cli('run', '--rm', 'greeting:1')).toBe('hello graph');
    const upload = await run(documents.BuildUploadDocument, { tag: 'app:1' });
    expect(upload.imageBuild).toMatchObject({
      upload: { method: 'PUT' },
      operation: { state: 'WAITING_FOR_UPLOAD' },
      userErrors: [],
    });
  });

  it('tell what is outdated, and build with a secret', async () => {
    const { containers } = await run(documents.UpdatesDocument, {});
    const status = containers?.nodes.find(({ name }) => name === web)?.updateStatus;
    // Made here, so that classic stores know no digest of it, and no registry is within reach.
    expect(status).toMatchObject({ reference: 'busybox:latest', state: 'UNKNOWN' });
    const { imageBuild } = await run(documents.BuildSecretDocument, {});
    expect(imageBuild).toMatchObject({ changed: true, image: { tags: ['with-secret:1'] }, userErrors: [] });
  });

  it.each([documents.RegistryImageDocument, documents.ImageSearchDocument])(
    'ask a registry, of which there is none within reach',
    async (document) => {
      const { errors } = await gateway.query(print(document));
      expect(errors).toMatchObject([{ code: 'REGISTRY_UNAVAILABLE' }]);
    },
  );
});
