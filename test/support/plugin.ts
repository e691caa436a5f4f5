import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EngineAccess } from './engine-access.ts';
import { findCommand } from './install-engine.ts';
import { type TarEntry, tar } from './tar.ts';

/**
 * A driver of volumes in the language that every Debian has: it answers the calls of the Engine's volume API over a
 * unix socket and keeps each volume as a directory. `DOCKGRAPH_MODE=deaf` never listens.
 */
const program = `
$SIG{TERM} = sub { exit 0 };
if (($ENV{DOCKGRAPH_MODE} || '') eq 'deaf') { sleep 1 while 1 }
my $path = '/run/docker/plugins/dockgraph.sock';
unlink $path;
socket(my $server, 1, 1, 0) or die "socket: $!";
bind($server, pack('S Z108', 1, $path)) or die "bind: $!";
listen($server, 16) or die "listen: $!";
my $names = sub { opendir(my $all, '/data') or return (); grep { !/^[.]/ } readdir $all };
my $volume = sub { qq({"Name":"$_[0]","Mountpoint":"/data/$_[0]","Status":{"letters":) . length($_[0]) . '}}' };
my %calls = (
  'Plugin.Activate' => sub { '{"Implements":["VolumeDriver"]}' },
  'VolumeDriver.Capabilities' => sub { '{"Capabilities":{"Scope":"local"}}' },
  'VolumeDriver.Create' => sub { mkdir "/data/$_[0]"; '{"Err":""}' },
  'VolumeDriver.Remove' => sub { system('/bin/busybox', 'rm', '-rf', "/data/$_[0]"); '{"Err":""}' },
  'VolumeDriver.Get' => sub {
    -d "/data/$_[0]" ? '{"Err":"","Volume":' . $volume->($_[0]) . '}' : '{"Err":"no such volume"}'
  },
  'VolumeDriver.List' => sub { '{"Err":"","Volumes":[' . join(',', map { $volume->($_) } $names->()) . ']}' },
  map { ("VolumeDriver.$_" => sub { qq({"Err":"","Mountpoint":"/data/$_[0]"}) }) } qw(Path Mount Unmount),
);
while (1) {
  accept(my $client, $server) or next;
  my $said = '';
  while ($said !~ /\\r\\n\\r\\n/ && sysread($client, my $part, 4096)) { $said .= $part }
  my ($head, $body) = split /\\r\\n\\r\\n/, $said, 2;
  next unless defined $body;
  my ($length) = $head =~ /^content-length: (\\d+)/im;
  while (length $body < ($length || 0) && sysread($client, my $part, 4096)) { $body .= $part }
  my ($call) = $head =~ m{^POST /([\\w.]+)};
  my ($name) = $body =~ /"Name":"([^"]*)"/;
  my $answer = ($calls{$call} || sub { '{"Err":"unknown call"}' })->(defined $name ? $name : '');
  my $size = length $answer;
  syswrite $client, "HTTP/1.1 200 OK\\r\\nContent-Length: $size\\r\\nConnection: close\\r\\n\\r\\n$answer";
}
`;

/** A command of this machine with the libraries that it needs, where its loader looks for them. */
function withLibraries(command: string): readonly TarEntry[] {
  const said = execFileSync('ldd', [command], { encoding: 'utf8' });
  const files = [...said.matchAll(/(?:=> )?(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
  return [command, ...files].map((path) => ({
    path: path.slice(1),
    content: readFileSync(path),
    mode: 0o755,
  }));
}

function parentsOf(entries: readonly TarEntry[]): readonly TarEntry[] {
  const found = new Set<string>();
  for (const { path } of entries) {
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) found.add(`${parent}/`);
  }
  return [...found].toSorted().map((path) => ({ path, directory: true }));
}

let files: readonly TarEntry[] | undefined;

function rootFiles(): readonly TarEntry[] {
  const [perl, busybox] = [findCommand('perl'), findCommand('busybox')];
  if (perl === undefined || busybox === undefined) throw new Error('this needs perl and busybox-static');
  files ??= [
    ...withLibraries(perl),
    { path: 'bin/busybox', content: readFileSync(busybox), mode: 0o755 },
    { path: 'plugin.pl', content: program },
  ];
  const directories = [
    'data/',
    'run/',
    'run/docker/',
    'run/docker/plugins/',
    'tmp/',
    'proc/',
    'dev/',
    'sys/',
  ];
  return [...parentsOf(files), ...directories.map((path): TarEntry => ({ path, directory: true })), ...files];
}

/** What a plugin says of itself in `config.json`, with all that it may say. */
export const pluginConfig = (perl = findCommand('perl') ?? '') => ({
  description: 'Keeps volumes as directories',
  documentation: 'https://docs.example/plugin',
  interface: { types: ['docker.volumedriver/1.0'], socket: 'dockgraph.sock' },
  entrypoint: [perl, '/plugin.pl'],
  workdir: '/tmp',
  network: { type: 'host' },
  propagatedMount: '/data',
  linux: {
    capabilities: ['CAP_SYS_ADMIN'],
    allowAllDevices: false,
    devices: [{ name: 'null', description: 'Nothing', settable: ['path'], path: '/dev/null' }],
  },
  mounts: [
    {
      name: 'hosts',
      description: 'Names of hosts',
      settable: ['source'],
      source: '/etc/hosts',
      destination: '/hosts',
      type: 'bind',
      options: ['rbind', 'ro'],
    },
  ],
  env: [
    { name: 'DOCKGRAPH_MODE', description: 'What it does', settable: ['value'], value: 'listen' },
    { name: 'FIXED', description: 'Cannot be changed', settable: null, value: '1' },
  ],
  args: { name: 'args', description: 'Whatever', settable: ['value'], value: ['--one'] },
});

/**
 * The archive that `docker plugin create` would make: `config.json` and `rootfs/`. Two plugins of one Engine need files that
 * differ, as it refuses to keep the same ones twice: `mark` is in one of them.
 */
export function pluginArchive(config: object = pluginConfig(), mark = ''): Buffer {
  return tar([
    { path: 'config.json', content: JSON.stringify(config) },
    { path: 'rootfs/', directory: true },
    ...rootFiles().map((entry) => ({ ...entry, path: `rootfs/${entry.path}` })),
    { path: 'rootfs/mark', content: mark },
  ]);
}

/** Makes a plugin on an Engine, disabled. `POST /plugins/create` */
export async function createPlugin(
  engine: EngineAccess,
  name: string,
  config: object = pluginConfig(),
): Promise<void> {
  await engine.mustRest('POST', `/plugins/create?name=${encodeURIComponent(name)}`, {
    body: pluginArchive(config, name),
  });
}
