/** The program's own sources of records; those of other systems have the names that they gave. */
const own: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  anshi: ['安视', 'Anshi'],
  demo: ['演示数据', 'Demonstration'],
  phone: ['手机上报', 'Phone'],
};

/** The name of the system that a record came from. */
export function sourceSystem(system: string, locale: string): string {
  const name = Object.hasOwn(own, system) ? own[system] : undefined;
  return name?.[locale === 'en' ? 1 : 0] ?? system;
}
