import { busyboxRoot } from '../busybox.ts';
import { listAt, textAt } from '../json.ts';
import { startRegistry } from '../registry.ts';
import { tar } from '../tar.ts';
import { composeLabels } from './compose.ts';
import { oddLabels } from './features.ts';
import type { Body, Site } from './site.ts';

type Ground = Omit<Site, 'dangling'>;

/** Makes the zoo's networks; resolves with their short names. */
export async function makeNetworks({
  engine,
  n,
  subnet,
  subnet6,
  prefix,
}: Ground): Promise<readonly string[]> {
  const create = async (name: string, body: Body): Promise<string> => {
    const whole = { Name: n(name), Driver: 'bridge', CheckDuplicate: true, ...body };
    await engine.mustRest('POST', '/networks/create', { body: whole });
    return name;
  };
  const pool = (index: number): Body => ({ Subnet: `${subnet(index)}.0/24` });
  const [configuration, ...others] = await Promise.all([
    create('configuration', {
      ConfigOnly: true,
      IPAM: { Config: [pool(1)] },
      Labels: { 'dockgraph.zoo': prefix },
    }),
    create('front', {
      Labels: oddLabels,
      Options: {
        'com.docker.network.bridge.enable_icc': 'true',
        'com.docker.network.bridge.enable_ip_masquerade': 'true',
        'com.docker.network.driver.mtu': '1400',
      },
      IPAM: {
        Driver: 'default',
        Options: { 'org.example.ipam': 'option' },
        Config: [
          {
            ...pool(0),
            Gateway: `${subnet(0)}.1`,
            IPRange: `${subnet(0)}.128/25`,
            AuxiliaryAddresses: { router: `${subnet(0)}.2`, printer: `${subnet(0)}.3` },
          },
        ],
      },
    }),
    create('inner', { Internal: true, Attachable: true, IPAM: { Config: [pool(2)] } }),
    create('six', { EnableIPv6: true, IPAM: { Config: [pool(3), { Subnet: `${subnet6}/64` }] } }),
    create('unused', { IPAM: { Config: [pool(4)] } }),
    create('shop_default', {
      IPAM: { Config: [pool(5)] },
      Labels: composeLabels(n('shop'), { 'com.docker.compose.network': 'default' }),
    }),
  ]);
  const configured = await create('configured', { ConfigFrom: { Network: n('configuration') } });
  return [configuration, ...others, configured];
}

/** Makes the zoo's volumes; resolves with their short names. */
export async function makeVolumes({ engine, n, directory }: Ground): Promise<readonly string[]> {
  const create = async (name: string, body: Body): Promise<string> => {
    await engine.mustRest('POST', '/volumes/create', { body: { Name: n(name), ...body } });
    return name;
  };
  return Promise.all([
    create('data', { Labels: oddLabels }),
    create('memory', { DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,uid=1000' } }),
    create('bound', { DriverOpts: { type: 'none', o: 'bind', device: directory } }),
    create('unused', {}),
    create('shop_data', { Labels: composeLabels(n('shop'), { 'com.docker.compose.volume': 'data' }) }),
  ]);
}

const everything = `FROM busybox:latest
ARG VERSION=1.2.3
LABEL maintainer="zoo@example" quoted="say \\"hi\\"" empty=""
ENV APP_HOME=/app APP_TOKEN=s3cr3t-canary
WORKDIR /app
COPY hello.txt /app/
RUN echo built > /app/built.txt
RUN rm /app/built.txt && head -c 100000 /dev/zero > /app/blob
EXPOSE 80/tcp 53/udp 9899/sctp
VOLUME /app/data /app/cache
USER nobody:nogroup
SHELL ["/bin/ash", "-c"]
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=1m30s --timeout=5s --start-period=10s --retries=4 CMD wget -qO- http://127.0.0.1/
ONBUILD RUN echo on build
ENTRYPOINT ["/bin/sh", "-c"]
CMD ["sleep 1000000"]
`;

/** Makes the zoo's images; resolves with their names and with the ID of one that has none. */
export async function makeImages(
  ground: Ground,
): Promise<{ readonly names: readonly string[]; readonly dangling: string }> {
  const { engine, n, prefix } = ground;
  const build = async (dockerfile: string, tags: readonly string[]): Promise<string> => {
    const root = await busyboxRoot();
    const context = tar([
      { path: 'Dockerfile', content: dockerfile },
      { path: 'hello.txt', content: 'hello\n' },
      ...root.filter((entry) => 'content' in entry),
    ]);
    const query = new URLSearchParams({ labels: JSON.stringify({ 'dockgraph.zoo': prefix }), forcerm: '1' });
    for (const tag of tags) query.append('t', tag);
    const said = (await engine.mustRest('POST', `/build?${query}`, { body: context })).text();
    const id = said
      .trim()
      .split('\r\n')
      .map((line) => textAt(JSON.parse(line), 'aux', 'ID'))
      .findLast((found) => found !== '');
    if (id === undefined) throw new Error(`an image of the zoo could not be built: ${said.slice(-1000)}`);
    return id;
  };
  const app = [n('app:1.2.3'), n('app:latest'), `team/${n('other')}:stable`];
  const tiny = [n('tiny:latest')];
  const [dangling] = await Promise.all([
    build(
      'FROM scratch\nCOPY bin/busybox /bin/busybox\nLABEL dangling=yes\nCMD ["/bin/busybox", "sleep", "1000000"]\n',
      [],
    ),
    build(everything, app),
    build('FROM scratch\nCOPY hello.txt /\n', tiny),
  ]);
  return { names: [...app, ...tiny, ...(await pushAndPull(ground))], dangling };
}

/** Digests come from registries alone: one image with two of them, and one that has no tag beside its digest. */
async function pushAndPull({ engine, n }: Ground): Promise<readonly string[]> {
  const registry = await startRegistry(engine);
  try {
    const names = ['one', 'two'].map((repo) => `${registry.address}/${n(repo)}`);
    const bare = `${registry.address}/${n('bare')}`;
    await Promise.all(
      [...names, bare].map(async (name) => {
        await engine.cli('tag', n(name === bare ? 'tiny' : 'app:latest'), `${name}:1`);
        await engine.cli('push', '-q', `${name}:1`);
      }),
    );
    const image = (await engine.mustRest('GET', `/images/${bare}:1/json`)).json();
    const digest = listAt(image, 'RepoDigests')
      .map(String)
      .find((found) => found.startsWith(bare));
    if (digest === undefined) throw new Error(`${bare}:1 has no digest after its push`);
    // The name goes, the digest stays.
    await engine.cli('rmi', `${bare}:1`);
    await engine.cli('pull', '-q', digest);
    return [...names.map((name) => `${name}:1`), digest];
  } finally {
    await registry.stop();
  }
}
