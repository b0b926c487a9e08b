interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** All items of a list that is short enough to choose from, page by page. */
export async function everyPage<Item>(
  ask: (cursor: string | null) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await ask(cursor);
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}
