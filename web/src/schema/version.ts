/** The version in an ETag; proxies that compress make it a weak one, or mark it. */
export function versionIn(etag: string | null): string | undefined {
  return etag?.match(/^(?:W\/)?"([0-9a-f]+)(?:[-;]\w+)?"$/)?.[1];
}
