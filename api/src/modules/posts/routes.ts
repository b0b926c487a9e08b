import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { exportAnswer, sendMade } from '../../platform/kit/list-export.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { createPostList } from './post-list.ts';
import type { Posts } from './posts.ts';
import * as schema from './schema.ts';

export function registerPosts(
  app: App,
  { posts, list }: { posts: Posts; list: ReturnType<typeof createPostList> },
): void {
  const route = routesOf(app, 'posts');
  route.get('/posts', {
    permission: 'post:read',
    operationId: 'listPosts',
    summary: 'Lists posts by code',
    query: schema.postQuery,
    answer: schema.postPage,
    handle: ({ user, query }) => list.list(user, query),
  });
  route.get('/posts/export', {
    permission: 'post:read',
    operationId: 'exportPosts',
    summary: 'The list of posts as a spreadsheet',
    query: schema.postExportQuery,
    file: exportAnswer,
    handle: async ({ user, query, reply }) => sendMade(reply, await list.export(user, query)),
  });
  route.get('/posts/unknown-words', {
    permission: 'post:manage',
    operationId: 'listUnknownPostWords',
    summary: 'Lists what stands in files of people as a post and is none of the register',
    description: 'A post that is entered with such a name is given to these people.',
    answer: schema.unknownWords,
    handle: ({ user }) => posts.unknownWords(user),
  });
  route.post('/posts', {
    permission: 'post:manage',
    operationId: 'createPost',
    summary: 'Enters a post',
    description: 'People whose file has its name as words get it.',
    body: schema.postInput,
    created: schema.postSchema,
    problems: [409, 422],
    handle: ({ user, body }) => posts.create(user, body),
  });
  route.get('/posts/:id', {
    permission: 'post:read',
    operationId: 'getPost',
    summary: 'Reads a post and what it asks for',
    answer: schema.postSchema,
    handle: ({ user, params }) => posts.get(user, params.id),
  });
  route.patch('/posts/:id', {
    permission: 'post:manage',
    operationId: 'changePost',
    summary: 'Changes a post',
    description: 'Another name goes into the files of its people; it moves no person.',
    body: schema.postPatch,
    answer: schema.postSchema,
    problems: [422],
    handle: ({ user, params, body }) => posts.change(user, params.id, body),
  });
  route.get('/posts/:id/holders', {
    permission: 'person:read',
    operationId: 'listPostHolders',
    summary: 'Lists who holds a post and who held it',
    answer: schema.holdersSchema,
    handle: ({ user, params }) => posts.holders(user, params.id),
  });
  route.get('/posts/:id/history', {
    permission: 'post:read',
    operationId: 'getPostHistory',
    summary: 'Lists the changes of a post, newest first',
    answer: historySchema,
    handle: ({ user, params }) => posts.history(user, params.id),
  });
}
