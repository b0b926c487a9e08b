import { configure } from '@testing-library/svelte';

// How long `findBy…` waits: the limit is for what never comes, on a busy machine too.
configure({ asyncUtilTimeout: 15_000 });
