/** Compose projects exist only as labels on what they own: this is where those labels are read. */
import type { StringMap } from '../../engine/types.ts';
import type { EngineScope } from '../../loaders/scope.ts';
import { entryOf as valueIn } from '../kit/key-value.ts';
import type { NodeModel } from '../kit/node.ts';

export interface ComposeProjectModel extends NodeModel {
  readonly type: 'ComposeProject';
}

export const composeLabel = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  oneOff: 'com.docker.compose.oneoff',
  dependsOn: 'com.docker.compose.depends_on',
  workingDir: 'com.docker.compose.project.working_dir',
  configFiles: 'com.docker.compose.project.config_files',
  network: 'com.docker.compose.network',
  volume: 'com.docker.compose.volume',
} as const;

/** The name of the project that labels say an object belongs to. */
export const projectNameOf = (labels: StringMap | null | undefined): string | null =>
  valueIn(labels, composeLabel.project) || null;

/** A project has no identity beside its name. */
export const composeProjectModel = (scope: EngineScope, name: string): ComposeProjectModel => ({
  type: 'ComposeProject',
  scope,
  key: name,
});

/** The project that labels say an object belongs to. */
export const composeProjectOf = (
  scope: EngineScope,
  labels: StringMap | null | undefined,
): ComposeProjectModel | null => {
  const name = projectNameOf(labels);
  return name === null ? null : composeProjectModel(scope, name);
};
