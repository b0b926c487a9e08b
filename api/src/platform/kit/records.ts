import { ulid } from '@anshi/contracts';
import { z } from 'zod';
import { lookedAtVersion } from './schemas.ts';

/** The fields of a record, defined once; input, change and response schemas derive from them. */
type Fields = Readonly<Record<string, z.ZodType>>;

/** A field without its default. */
type Bare<Field> = Field extends z.ZodDefault<infer Inner> ? Inner : Field;
type Answered<Of extends Fields> = { [Name in keyof Of]: z.ZodType<z.output<Of[Name]>> };

const mapFields = (fields: Fields, change: (field: z.ZodType) => z.ZodType) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, change(field)]));

const bare = (field: z.ZodType) =>
  field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field;

/** The body of a new record. Nullable fields are optional. */
export const inputOf = <Of extends Fields>(fields: Of) =>
  z.strictObject(
    mapFields(fields, (field) =>
      field instanceof z.ZodNullable ? field.default(null) : field,
    ) as {
      [Name in keyof Of]: Of[Name] extends z.ZodNullable ? z.ZodDefault<Of[Name]> : Of[Name];
    },
  );

/** The body of a change: the version it is based on, and the changed fields. */
export const changeOf = <Of extends Fields>(fields: Of) =>
  z.strictObject({
    version: lookedAtVersion,
    ...(mapFields(fields, (field) => bare(field).optional()) as {
      [Name in keyof Of]: z.ZodOptional<Bare<Of[Name]>>;
    }),
  });

/** The fields of a response. A text is returned as stored, without the limits of new ones. */
export const answered = <Of extends Fields>(fields: Of): Answered<Of> =>
  mapFields(fields, (field) => stored(bare(field))) as Answered<Of>;

/** The response of a record with an id and a version. */
export const recordOf = <Of extends Fields>(fields: Of) =>
  z.object({ id: ulid, ...answered(fields), version: z.number().int() });

function stored(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodNullable) {
    return described(stored(field.unwrap() as z.ZodType).nullable(), field);
  }
  return field instanceof z.ZodString ? described(z.string(), field) : field;
}

const described = (field: z.ZodType, { description }: z.ZodType) =>
  description === undefined ? field : field.describe(description);
