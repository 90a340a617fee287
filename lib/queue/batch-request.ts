/** An entry of a batch request of SQS under an id, by which the answer refers to it. */
type Numbered<T> = T & { readonly Id: string };

export function numbered<T extends object>(entries: readonly T[]): Numbered<T>[] {
  return entries.map((entry, index) => ({ ...entry, Id: `${index}` }));
}

/** For each entry whether SQS took it: only what the answer lists as successful was taken. */
export function taken(
  entries: readonly unknown[],
  { Successful = [] }: { readonly Successful?: readonly { Id?: string | undefined }[] | undefined },
): boolean[] {
  const ids = new Set(Successful.map(({ Id }) => Id));
  return entries.map((_, index) => ids.has(`${index}`));
}
