export const tabs = ['todo', 'disagreements', 'agreement'] as const;
export type Tab = (typeof tabs)[number];

/** The tab of an address; the first one for an unknown one. */
export const tabOf = (name: string | undefined): Tab => tabs.find((one) => one === name) ?? 'todo';
