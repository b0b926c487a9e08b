import type { Open } from '../../platform/module.ts';
import { createPostList } from './post-list.ts';
import { createPosts } from './posts.ts';
import { registerPosts } from './routes.ts';

export const open: Open = ({ units, services, settings }) => {
  const posts = createPosts({ units, people: services.get('peoplePosts') });
  const list = createPostList({ units, timeZone: settings.timeZone });
  return { register: (app) => registerPosts(app, { posts, list }) };
};
