import type { Answer } from "../ask/answer";

/** What the gallery needs to know of a portal. It costs no HubSpot call. */
export const portalQuery = `query PortalForGallery {
  portal { id timeZone }
  objectTypes {
    typeId name graphqlType listField searchable custom singularLabel pluralLabel associates
    pipelines { pipelineId label archived stages { stageId label archived isClosed } }
  }
}`;

export interface Portal {
  id: string;
  timeZone: string;
  objectTypes: ObjectType[];
}

export interface ObjectType {
  typeId: string;
  name: string;
  graphqlType: string | null;
  listField: string | null;
  searchable: boolean;
  custom: boolean;
  singularLabel: string | null;
  pluralLabel: string | null;
  associates: string[];
  pipelines: Pipeline[];
}

export interface Pipeline {
  pipelineId: string;
  label: string | null;
  archived: boolean | null;
  stages: { stageId: string; label: string | null; archived: boolean | null; isClosed: boolean | null }[] | null;
}

/** The portal in an answer to portalQuery; undefined if there is none. */
export function portalIn(answer: Answer): Portal | undefined {
  const data = answer.data as { portal?: { id: string; timeZone: string | null }; objectTypes?: ObjectType[] } | null | undefined;
  if (!data?.portal || !data.objectTypes) return undefined;
  return { id: data.portal.id, timeZone: data.portal.timeZone ?? "UTC", objectTypes: data.objectTypes };
}
