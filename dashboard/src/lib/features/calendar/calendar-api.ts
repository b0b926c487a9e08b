import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type CalendarAnswer = Answer<'/api/v1/calendar', 'get'>;
export type Calendar = CalendarAnswer['calendar'];
export type Weekday = keyof Calendar['week'];
export type StatutoryDay = Answer<'/api/v1/calendar/statutory', 'get'>['items'][number];

export const readCalendar = (): Promise<CalendarAnswer> => take(client.GET('/api/v1/calendar'));
export const saveCalendar = (calendar: Calendar, basedOn: number): Promise<CalendarAnswer> =>
  take(
    client.PUT('/api/v1/calendar', {
      body: { calendar: calendar as CalendarBody['calendar'], basedOn },
    }),
  );
export const statutoryDays = async (year: number): Promise<StatutoryDay[]> =>
  (await take(client.GET('/api/v1/calendar/statutory', { params: { query: { year } } }))).items;

// Pairs of hours are tuples where they are sent, and lists where they are received.
type CalendarBody = NonNullable<
  import('$lib/api/schema.d.ts').paths['/api/v1/calendar']['put']['requestBody']
>['content']['application/json'];
