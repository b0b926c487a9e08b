import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';
import { anyId, defineFilters, oneOf, searchText } from '$lib/kit/filters.ts';

export type Post = Answer<'/api/v1/posts/{id}', 'get'>;
export type Holders = Answer<'/api/v1/posts/{id}/holders', 'get'>;
export type UnknownWords = Answer<'/api/v1/posts/unknown-words', 'get'>['items'][number];

export const routes = ['inhalation', 'skin', 'eyes', 'ingestion', 'hearing', 'body'] as const;
export const postFilters = defineFilters({
  q: searchText(64),
  kind: anyId(),
  department: anyId(),
  active: oneOf(['true', 'false', ''], 'true'),
  short: oneOf(['', 'true'], ''),
});

export const listPosts = operation.GET('/api/v1/posts');
export const readPost = operation.GET('/api/v1/posts/{id}');
export const createPost = operation.POST('/api/v1/posts');
export const changePost = operation.PATCH('/api/v1/posts/{id}');
export const listHolders = operation.GET('/api/v1/posts/{id}/holders');
export const readHistory = operation.GET('/api/v1/posts/{id}/history');
export const listUnknownWords = operation.GET('/api/v1/posts/unknown-words');
