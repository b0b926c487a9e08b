import type { Open } from '../../platform/module.ts';
import { createPostImport } from './import-work.ts';
import { posts as postForm } from './imports.ts';
import { createPostList } from './post-list.ts';
import { createPosts } from './posts.ts';
import { registerPosts } from './routes.ts';

export const open: Open = ({ units, services, settings, imports }) => {
  const posts = createPosts({ units, people: services.get('peoplePosts') });
  imports.add(postForm, createPostImport(posts));
  const list = createPostList({ units, timeZone: settings.timeZone });
  return { register: (app) => registerPosts(app, { posts, list }) };
};
