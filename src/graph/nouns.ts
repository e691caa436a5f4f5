/** The nouns as references, so that each may point at every other without importing it. */
import { builder } from './builder.ts';
import type { ComposeProjectModel } from './compose/model.ts';
import type { ContainerModel } from './container/model.ts';
import type { EngineModel } from './engine/model.ts';
import type { ExecModel } from './exec/model.ts';
import type { ImageModel } from './image/model.ts';
import { connectionOf } from './kit/connection.ts';
import type { NetworkModel } from './network/model.ts';
import type { OperationModel } from './operation/model.ts';
import type { VolumeModel } from './volume/model.ts';

export const Engine = builder.objectRef<EngineModel>('Engine');
export const Container = builder.objectRef<ContainerModel>('Container');
export const Image = builder.objectRef<ImageModel>('Image');
export const Network = builder.objectRef<NetworkModel>('Network');
export const Volume = builder.objectRef<VolumeModel>('Volume');
export const Exec = builder.objectRef<ExecModel>('Exec');
export const ComposeProject = builder.objectRef<ComposeProjectModel>('ComposeProject');
export const Operation = builder.objectRef<OperationModel>('Operation');

export const ContainerConnection = connectionOf('Container', 'containers', Container);
export const ImageConnection = connectionOf('Image', 'images', Image);
export const NetworkConnection = connectionOf('Network', 'networks', Network);
export const VolumeConnection = connectionOf('Volume', 'volumes', Volume);
export const ComposeProjectConnection = connectionOf('ComposeProject', 'compose projects', ComposeProject);
export const OperationConnection = connectionOf('Operation', 'operations', Operation);
